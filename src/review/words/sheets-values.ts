import { listOf } from '../../agreement/document-format.ts';
import type { Unit } from '../../project/metric.ts';
import type { DataReview, MetricReview, RestatedPeriod, ValueChange, ValueSides } from '../types.ts';
import { difference, noise, sampled, targetVerdict, value } from './markdown-words.ts';
import { firstRows, type TableSheet } from './sheet.ts';
import type { Audience } from './sheets.ts';

const number = (name: string) => ({ name, isNumber: true });

const table = { kind: 'table', intro: [] } as const;

/** Of each metric that moved, the newest period that is over, of its finest grain. */
export function totalsSheet({ metrics }: DataReview): TableSheet {
  const moved = metrics.flatMap((metric) => {
    const newest = newestClosed(metric);
    return newest === undefined ? [] : [{ metric, newest }];
  });
  return {
    ...table,
    title: 'The newest closed period that moves',
    isFolded: false,
    floor: 4_000,
    noun: ['metric', 'metrics'],
    columns: [{ name: 'Metric' }, { name: 'Period' }, ...moveColumns],
    ...firstRows(moved, 20, ({ metric, newest }) => [metric.label.en, newest.period, ...moveOf(newest, metric)]),
  };
}

const grainOrder = ['week', 'month', 'quarter'] as const;

function newestClosed({ totals }: MetricReview): ValueChange | undefined {
  const closed = totals.filter(({ isComplete }) => isComplete);
  const grain = grainOrder.find((candidate) => closed.some((total) => total.grain === candidate));
  return closed
    .filter((total) => total.grain === grain)
    .reduce<ValueChange | undefined>(
      (newest, total) => (newest === undefined || total.periodStart > newest.periodStart ? total : newest),
      undefined,
    );
}

const moveColumns = [
  number('Before'),
  number('After'),
  number('Difference'),
  { name: 'Target' },
  { name: 'More than chance?' },
];

/** A cell for each of them. */
function moveOf(change: ValueChange, { unit }: MetricReview): string[] {
  return [
    ...both(change, unit),
    difference(change.difference, unit),
    targetVerdict(change.statusBefore, change.statusAfter),
    chanceOf(change),
  ];
}

/** Between a value and none lies no difference that chance could make. */
function chanceOf({ before, after, noise: word }: Pick<ValueChange, 'before' | 'after' | 'noise'>): string {
  return before === null || after === null ? '–' : noise(word);
}

/** Each with what it rests on. */
function both(sides: ValueSides, unit: Unit): string[] {
  return [
    sampled(sides.before, unit, { numerator: sides.numeratorBefore, denominator: sides.denominatorBefore }),
    sampled(sides.after, unit, { numerator: sides.numeratorAfter, denominator: sides.denominatorAfter }),
  ];
}

const periodsNamed = 6;

/** Closed quarters and published periods that would show something else, quarters first, and who has to know. */
export function restatedSheet({ restated: all, owners }: DataReview): TableSheet {
  const rank = ({ grain }: RestatedPeriod): number => -grainOrder.indexOf(grain);
  const restated = [...all].sort((left, right) => rank(left) - rank(right));
  const periods = [...new Set(restated.map(({ period }) => period))];
  const rest = periods.length - periodsNamed;
  const named = [...periods.slice(0, periodsNamed).map(withMetrics), ...(rest > 0 ? [`${rest} more`] : [])];
  const who = owners === null ? 'Marketing and sales' : `${owners.marketing} and ${owners.sales}`;
  return {
    ...table,
    title: 'Closed periods restated',
    intro: restated.length === 0 ? [] : [`${who} need to know: ${listOf(named, 'and', 'en')}.`],
    isFolded: false,
    floor: 5_000,
    noun: ['value', 'values'],
    columns: [
      { name: 'Period' },
      { name: 'Metric' },
      { name: 'Answers for it' },
      number('Before'),
      number('After'),
      { name: 'Target' },
      { name: 'More than chance?' },
      { name: 'Published' },
    ],
    ...firstRows(restated, 20, (row) => [
      row.period,
      row.label.en,
      (row.owner === 'marketing' ? owners?.marketing : owners?.sales) ?? row.owner,
      ...both(row, row.unit),
      targetVerdict(row.statusBefore, row.statusAfter),
      chanceOf(row),
      publishedOf(row),
    ]),
  };

  function withMetrics(period: string): string {
    const of = restated.filter((row) => row.period === period);
    const named = of.slice(0, 2).map(({ label }) => label.en);
    const rest = of.length - named.length;
    return `${period} (${named.join('; ')}${rest === 0 ? '' : `; and ${rest} more`})`;
  }
}

function publishedOf({ isPublished, published, isBeyondTolerance, isAcknowledged, unit }: RestatedPeriod): string {
  if (!isPublished) return 'no';
  const tolerance = isBeyondTolerance ? 'beyond tolerance' : 'within tolerance';
  const state = isAcknowledged ? 'acknowledged' : isBeyondTolerance ? `${tolerance}, not acknowledged` : tolerance;
  return `as ${value(published, unit)}; ${state}`;
}

/** Every total that moved. */
export function periodsSheet({ metrics }: DataReview): TableSheet {
  return {
    ...table,
    title: 'Values by period',
    isFolded: true,
    floor: 3_000,
    noun: ['value', 'values'],
    columns: [{ name: 'Metric' }, { name: 'Period' }, ...moveColumns],
    ...firstRows(
      shared(metrics, periodsShown, ({ totals }) => totals).map(([metric, total]) => ({ metric, total })),
      periodsShown,
      ({ metric, total }) => [
        metric.label.en,
        total.isComplete ? total.period : `${total.period} (not over)`,
        ...moveOf(total, metric),
      ],
    ),
    total: metrics.reduce((sum, { totals }) => sum + totals.length, 0),
  };
}

const [periodsShown, partsShown] = [120, 60];

/** The first changes of each metric, so that one of which much moved leaves room for the others. */
function shared(
  metrics: readonly MetricReview[],
  most: number,
  changesOf: (metric: MetricReview) => readonly ValueChange[],
): (readonly [MetricReview, ValueChange])[] {
  const moved = metrics.filter((metric) => changesOf(metric).length > 0);
  const each = Math.max(1, Math.floor(most / Math.max(1, moved.length)));
  return moved.flatMap((metric) =>
    changesOf(metric)
      .slice(0, each)
      .map((change) => [metric, change] as const),
  );
}

/** Dimensions whose values stand for somebody. */
const ofPeople: ReadonlySet<string> = new Set(['lead_id', 'owner_id']);

/** Parts that moved most. Of one that only the head knows, or that stands for somebody, nobody but the reviewer learns
 * the name. */
export function partsSheet({ metrics }: DataReview, audience: Audience): TableSheet {
  const isTold = ({ isKnown, dimension }: ValueChange): boolean =>
    audience === 'local' || (isKnown && !ofPeople.has(dimension.toLowerCase()));
  const told = shared(metrics, partsShown, ({ parts }) => parts.filter(isTold));
  const unknown = metrics.flatMap(({ parts }) => parts).filter((part) => !isTold(part)).length;
  const all = metrics.reduce((sum, { partsChanged }) => sum + partsChanged, 0);
  return {
    ...table,
    title: 'Parts that move most',
    intro:
      unknown === 0
        ? []
        : [`${unknown} of the parts are not named here: they are new to the base, or stand for somebody.`],
    isFolded: true,
    floor: 2_500,
    noun: ['part', 'parts'],
    columns: [
      { name: 'Metric' },
      { name: 'Period' },
      { name: 'Part' },
      number('Before'),
      number('After'),
      number('Difference'),
      { name: 'More than chance?' },
    ],
    ...firstRows(told, partsShown, ([metric, part]) => [
      metric.label.en,
      part.period,
      `${part.dimension}: ${part.dimensionValue}`,
      ...both(part, metric.unit),
      difference(part.difference, metric.unit),
      chanceOf(part),
    ]),
    total: Math.max(told.length, all - unknown),
  };
}
