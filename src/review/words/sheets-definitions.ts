import { oneLine } from '../../diagnostics/escape.ts';
import type { DataReview, DefinitionChange, FieldChange, MetricReview, Review } from '../types.ts';
import { classOf, counted, gravestFields, quoted, versionsOf } from './markdown-words.ts';
import { firstRows, groupedItems, type ListSheet, type TableSheet } from './sheet.ts';

const fieldsInTable = 3;

/** The changed definitions, and what each of them does to the numbers. */
export function mattersSheet({ changes, data }: Review): TableSheet {
  const compared = data.kind === 'compared' ? data : undefined;
  return {
    kind: 'table',
    title: 'What changes',
    intro: [],
    isFolded: false,
    floor: 6_000,
    noun: ['definition', 'definitions'],
    columns: [
      { name: 'Definition' },
      { name: 'Class' },
      { name: 'In words' },
      ...(compared === undefined
        ? []
        : [
            { name: 'Values that move', isNumber: true },
            { name: 'Closed periods', isNumber: true },
            { name: 'Verdicts', isNumber: true },
          ]),
    ],
    ...firstRows(changes, 12, (change) => [
      [change.title, versionsOf(change)].filter((text) => text !== '').join(', '),
      classOf(change),
      inWords(change),
      ...(compared === undefined ? [] : effectOf(change, compared, changes)),
    ]),
  };
}

function inWords(change: DefinitionChange): string {
  const fields = gravestFields(change);
  const shown = fields.slice(0, fieldsInTable).map(({ words }) => words);
  const rest = fields.length - shown.length;
  return `${shown.join('; ')}${rest > 0 ? `; and ${counted(rest, 'more difference')}` : ''}`;
}

/**
 * Values and closed periods of a metric, verdicts by the clauses of an agreement: what can be laid to one definition. All
 * there is, where no other changed that numbers depend on.
 */
function effectOf(
  change: DefinitionChange,
  { metrics, flips }: DataReview,
  changes: readonly DefinitionChange[],
): string[] {
  const { kind, name, previousName } = change;
  const none = '–';
  if (change.class === 'cosmetic') return [none, none, none];
  if (changes.filter((one) => one.class !== 'cosmetic').length === 1 && kind !== 'metric') {
    const sum = (of: (metric: MetricReview) => number): number => metrics.reduce((all, metric) => all + of(metric), 0);
    return [
      share(
        sum(({ changed }) => changed),
        sum(({ values }) => values),
      ),
      share(
        sum(({ closedPeriodsChanged }) => closedPeriodsChanged),
        sum(({ closedPeriods }) => closedPeriods),
      ),
      flips.verdicts.toLocaleString('en'),
    ];
  }
  if (kind === 'metric') {
    // Values go with what moved them, and not with another version that only got its last day.
    const isBeside = change.class === 'additive' && changes.some((one) => one !== change && isOf(one, change));
    if (isBeside) return [none, none, none];
    const metric = metrics.find((candidate) => candidate.metric === name);
    if (metric === undefined) return [none, none, none];
    if (metric.versionBefore === null) return ['new', none, none];
    const { changed, values, closedPeriods, closedPeriodsChanged } = metric;
    return [share(changed, values), share(closedPeriodsChanged, closedPeriods), none];
  }
  if (kind !== 'agreement') return [none, none, none];
  const isOfIt = (clause: string | null): boolean =>
    clause !== null && [name, previousName].some((id) => id !== null && clause.startsWith(`${id} `));
  const verdicts = flips.counts
    .filter(({ clauseBefore, clauseAfter }) => isOfIt(clauseBefore) || isOfIt(clauseAfter))
    .reduce((sum, count) => sum + count.verdicts, 0);
  return [none, none, verdicts.toLocaleString('en')];
}

function isOf(one: DefinitionChange, { kind, name }: DefinitionChange): boolean {
  return one.kind === kind && one.name === name && one.class === 'breaking';
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${part.toLocaleString('en')} of ${whole.toLocaleString('en')}`;
}

/** Every difference, by definition. */
export function changesSheet({ changes }: Review): ListSheet {
  return {
    kind: 'list',
    title: 'All changes by definition',
    intro: [],
    isFolded: true,
    floor: 6_000,
    noun: ['difference', 'differences'],
    ...groupedItems(
      changes.map((change) => ({ heading: () => definitionOf(change), items: change.fields, draw: fieldOf })),
    ),
  };
}

function definitionOf(change: DefinitionChange): string {
  const facts = [classOf(change), versionsOf(change), previousOf(change), quoted(`${change.file}:${change.line}`)];
  return `${change.title}: ${facts.filter((fact) => fact !== '').join(', ')}`;
}

function previousOf({ change, previousName }: DefinitionChange): string {
  return change === 'renamed' && previousName !== null ? `was ${quoted(previousName)}` : '';
}

/** What stands there and what stood, where the words do not already say it. */
function fieldOf(field: FieldChange): string {
  const { words, path, before, after, rule } = field;
  const isSaid = [before, after].every((text) => text === null || text === '' || words.includes(text));
  const [old, now] = apart(before, after);
  // Where both are cut before they part, they show nothing.
  const texts = isSaid || old === now ? '' : `: ${textOf(old)} → ${textOf(now)}`;
  const place = path === '' ? '' : `, at ${quoted(path)}`;
  return `${words}${texts} (${classOf(field)} by rule ${quoted(rule)}${place})`;
}

const contextLetters = 30;
const longText = 100;

/** Of two long texts that begin alike, what comes shortly before they part. */
function apart(before: string | null, after: string | null): [string | null, string | null] {
  if (before === null || after === null || Math.min(before.length, after.length) < longText) return [before, after];
  const [old, now] = [oneLine(before, 20_000), oneLine(after, 20_000)];
  let parting = 0;
  while (parting < old.length && old[parting] === now[parting]) parting++;
  const from = Math.max(0, parting - contextLetters);
  const cut = (text: string): string => (from === 0 ? text : `…${text.slice(from)}`);
  return [cut(old), cut(now)];
}

function textOf(text: string | null): string {
  if (text === null) return 'nothing';
  return text.includes('`') ? oneLine(text, 200) : quoted(text);
}
