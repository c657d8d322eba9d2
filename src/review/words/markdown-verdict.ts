import { listOf } from '../../agreement/document-format.ts';
import type { ChangeClass, DataReview, DefinitionChange, Review } from '../types.ts';
import { classOf, counted, gravestFields, sentence } from './markdown-words.ts';

/** The first that everybody reads, in plain words: what it comes to, and the sentences after it. */
export interface Verdict {
  readonly headline: string;
  readonly sentences: readonly string[];
}

/** What a review comes to. Pure. */
export function verdictOf(review: Review): Verdict {
  return {
    headline: sentence(headlineOf(review)),
    sentences: [...statesOf(review), ...valuesOf(review), ...policyOf(review)].map(sentence),
  };
}

function headlineOf({ changes, problems }: Review): string {
  const first = changes[0];
  if (first === undefined) {
    const isRead = problems.base.length === 0 && problems.head.length === 0;
    return isRead ? 'No definition changes' : 'No definition that can be read changes';
  }
  const others = changes.filter(({ class: name }) => name === first.class).length - 1;
  if (first.class === 'cosmetic') {
    return `Cosmetic: ${others === 0 ? `nothing that numbers depend on changes in ${first.title}` : `nothing that numbers depend on changes in ${others + 1} definitions`}`;
  }
  const kind = first.isUnknown ? 'Counts as breaking, since nobody can tell what it does' : capitalised(classOf(first));
  return `${kind}: ${first.title}: ${wordsOf(first)}${others === 0 ? '' : `, and ${counted(others, `more ${first.class} change`)}`}`;
}

function capitalised(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

/** Long lists of one definition stand further down. */
function wordsOf(change: DefinitionChange): string {
  const [first, ...rest] = gravestFields(change);
  return `${first?.words ?? 'says something else'}${rest.length === 0 ? '' : ` (and ${counted(rest.length, 'more difference')})`}`;
}

/** What is unusual about the two sides. */
function statesOf({ base, head, problems }: Review): string[] {
  const cannot = (['base', 'head'] as const).filter((side) => problems[side].length > 0);
  return [
    ...(base.isEmpty ? ['The base has no handover.yml, so that everything is new'] : []),
    ...(head.isEmpty ? ['The head has no handover.yml'] : []),
    ...cannot.map((side) => `The ${side} cannot be built (${counted(problems[side].length, 'problem')})`),
    ...(cannot.length > 0 ? ['Only definitions that can be read are compared'] : []),
  ];
}

function valuesOf({ data, problems, class: gravest }: Review): string[] {
  switch (data.kind) {
    case 'compared':
      return [movedOf(data, gravest), flippedOf(data)].filter((text) => text !== '');
    case 'failed':
      return problems[data.side].length > 0 ? [] : [`Values were not compared: the build of the ${data.side} fails`];
    default:
      return [`Values were not compared: ${data.reason}`];
  }
}

function movedOf({ metrics, flips, restated }: DataReview, gravest: ChangeClass | null): string {
  const moved = metrics.filter(({ changed }) => changed > 0);
  if (moved.length === 0 && restated.length > 0) {
    const periods = new Set(restated.map(({ period }) => period)).size;
    const what = restated.every(({ after }) => after === null) ? 'a metric by its old name' : 'what was shown';
    return `No value changes, but ${counted(periods, 'closed period')} no longer ${periods === 1 ? 'shows' : 'show'} ${what}`;
  }
  if (moved.length === 0) return flips.verdicts === 0 ? 'No value and no verdict changes' : 'No value changes';
  // What was not there before shows nothing else than it did.
  const earlier = moved.filter(({ versionBefore }) => versionBefore !== null);
  if (earlier.length === 0) return 'What was there shows the same numbers';
  const totals = earlier.flatMap((metric) => metric.totals.filter(({ isComplete }) => isComplete));
  const what = totals.some(({ before, after }) => before !== after) ? 'other numbers' : 'another verdict';
  const closed = (['week', 'month', 'quarter'] as const).flatMap((grain) => {
    const periods = new Set(totals.filter((total) => total.grain === grain).map(({ period }) => period));
    return periods.size === 0 ? [] : [counted(periods.size, `closed ${grain}`)];
  });
  if (closed.length > 0) {
    const isOne = closed.length === 1 && closed[0]?.startsWith('1 ');
    return `${listOf(closed, 'and', 'en')} ${isOne ? 'shows' : 'show'} ${what}`;
  }
  const isTotal = earlier.some((metric) => metric.totals.length > 0);
  const isAdded = gravest !== 'breaking' && earlier.every(({ parts }) => parts.every(({ before }) => before === null));
  if (!isTotal && isAdded) return 'What was there shows the same numbers';
  return isTotal ? 'Only periods that are not over show other numbers' : 'Only parts show other numbers, no total does';
}

function flippedOf({ flips: { verdicts, leads } }: DataReview): string {
  if (verdicts === 0) return '';
  return `${counted(verdicts, 'verdict')} of ${counted(leads, 'lead')} ${verdicts === 1 ? 'changes' : 'change'}`;
}

function policyOf({ violations }: Review): string[] {
  const errors = violations.filter(({ severity }) => severity === 'error').length;
  const warnings = violations.length - errors;
  const missing = [
    ...(errors === 0 ? [] : [`${counted(errors, 'thing')} ${errors === 1 ? 'is' : 'are'} missing`]),
    ...(warnings === 0 ? [] : [`${counted(warnings, 'thing')} should be looked at`]),
  ];
  return missing.length === 0 ? [] : [`Policy: ${listOf(missing, 'and', 'en')}`];
}
