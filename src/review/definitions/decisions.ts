import type { Decision, ReviewMeeting } from '../../project/decision-file.ts';
import type { Project } from '../../project/project.ts';
import type { DefinitionChange, FieldChange } from '../types.ts';
import { type About, byName, definitionChange, fieldOf, quoted } from './definition-change.ts';
import { canonical, differencesOf, type Field, type FieldDifference, toFieldChange } from './fields.ts';
import { otherRules } from './rules-others.ts';

const kind = 'decision';

/** A decision with the day of its meeting. */
interface Decided extends Decision {
  readonly heldOn: string;
}

/** What review meetings decided that came, went or is told otherwise; one change a review. Pure. */
export function compareDecisions(before: Project, after: Project): DefinitionChange[] {
  const [old, now] = [before.decisions, after.decisions];
  const reviews = [...new Set([...old, ...now].map(({ review }) => review))];
  return reviews
    .flatMap((review) => compareReview(review, meetingsOf(old, review), meetingsOf(now, review)))
    .sort(byName);
}

/** The same in whatever order the files are. */
function meetingsOf(meetings: readonly ReviewMeeting[], review: string): readonly ReviewMeeting[] {
  const key = ({ heldOn, file }: ReviewMeeting): string => `${heldOn} ${file.path}`;
  return meetings
    .filter((meeting) => meeting.review === review)
    .sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

function compareReview(
  review: string,
  old: readonly ReviewMeeting[],
  now: readonly ReviewMeeting[],
): DefinitionChange[] {
  const about: About = {
    kind,
    name: review,
    title: `the decisions of ${review}`,
    file: (now[0] ?? old[0])?.file.path ?? '',
    line: 1,
  };
  const change = old.length === 0 ? 'added' : now.length === 0 ? 'removed' : 'changed';
  return definitionChange(about, change, compareDecided(decidedIn(old), decidedIn(now)));
}

function decidedIn(meetings: readonly ReviewMeeting[]): readonly Decided[] {
  return meetings.flatMap(({ heldOn, decisions }) => decisions.map((decision) => ({ ...decision, heldOn })));
}

function compareDecided(old: readonly Decided[], now: readonly Decided[]): FieldChange[] {
  const pairs = pairsOf(old, now);
  return [
    ...pairs.flatMap(([was, is]) => (was === undefined || is === undefined ? [] : compareOne(was, is))),
    ...pairs.flatMap(([was, is]) => (was === undefined && is !== undefined ? [whole('added', is)] : [])),
    ...pairs.flatMap(([was, is]) => (is === undefined && was !== undefined ? [whole('removed', was)] : [])),
  ];
}

type Pair = readonly [Decided | undefined, Decided | undefined];

/** By their title; those whose title nobody else has are one in other words when all else is the same. */
function pairsOf(old: readonly Decided[], now: readonly Decided[]): Pair[] {
  const left = [...old];
  const take = (isMeant: (decision: Decided) => boolean): Decided | undefined => {
    const index = left.findIndex(isMeant);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  const titled = now.map((is): Pair => [take((was) => canonical(was.title) === canonical(is.title)), is]);
  const paired = titled.map(([was, is]): Pair => [was ?? take((other) => isSame(other, is)), is]);
  return [...paired, ...left.map((was): Pair => [was, undefined])];
}

/** Of which only the words differ: in one language they are still the same, or everything else is. */
function isSame(was: Decided, is: Decided | undefined): boolean {
  if (is === undefined) return false;
  if (was.title.en === is.title.en || was.title.da === is.title.da) return true;
  const facts = (decision: Decided): string => canonical({ ...decision, title: null });
  return facts(was) === facts(is);
}

function compareOne(was: Decided, is: Decided): FieldChange[] {
  const title = quoted(is.title.en);
  return differencesOf(kind, fieldsOf(was), fieldsOf(is)).map((difference) =>
    toFieldChange(difference, `${title}: ${wordsOf(difference)}`, otherRules),
  );
}

function fieldsOf({ heldOn, title, why, decidedBy, responsible, dueOn, doneOn, target }: Decided): Field[] {
  const said = (key: string, field: string, value: unknown, text = String(value)): Field[] =>
    value === undefined ? [] : [fieldOf(key, field, value, text)];
  return [
    ...said('held_on', 'record', heldOn),
    ...said('decided_by', 'record', [...decidedBy].sort(), decidedBy.join(', ')),
    ...said('target.metric', 'record', target?.metric),
    ...said('target.from', 'record', target?.from),
    ...said('target.to', 'record', target?.to),
    ...said('responsible', 'plan', responsible),
    ...said('due', 'plan', dueOn),
    ...said('done_on', 'done', doneOn),
    ...said('title', 'words', title, title.en),
    ...said('why', 'words', why, why?.en ?? ''),
  ];
}

function wordsOf({ path, before, after }: FieldDifference): string {
  const [from, to] = [before?.text ?? 'nothing', after?.text ?? 'nothing'];
  switch (path) {
    case 'held_on':
      return `it was decided on ${to} instead of ${from}`;
    case 'decided_by':
      return `it was decided by ${quoted(to)} instead of ${quoted(from)}`;
    case 'target.metric':
      if (after === undefined) return `the decided target of ${quoted(from)} is gone`;
      return before === undefined
        ? `a target of ${quoted(to)} was decided`
        : `the decided target is of ${quoted(to)} instead of ${quoted(from)}`;
    case 'target.from':
      return `the target until then was ${to} instead of ${from}`;
    case 'target.to':
      return `the decided target is ${to} instead of ${from}`;
    case 'responsible':
      return `${quoted(to)} is responsible instead of ${quoted(from)}`;
    case 'due':
      if (after === undefined) return `it is no longer due on ${from}`;
      return before === undefined ? `it is due on ${to}` : `it is due on ${to} instead of ${from}`;
    case 'done_on':
      if (before === undefined) return `it was done on ${to}`;
      return after === undefined
        ? `it is open again; it was done on ${from}`
        : `it was done on ${to} instead of ${from}`;
    default:
      return `the ${path} is worded otherwise`;
  }
}

function whole(change: 'added' | 'removed', { title, heldOn }: Decided): FieldChange {
  const words = change === 'added' ? `${quoted(title.en)} was decided on ${heldOn}` : `${quoted(title.en)} is gone`;
  const side: Field = fieldOf('', change, title, title.en);
  const sides = change === 'added' ? { before: undefined, after: side } : { before: side, after: undefined };
  return toFieldChange({ kind, field: change, path: '', ...sides }, words, otherRules);
}
