import { columnUses, expressionUses } from '../../metrics/uses.ts';
import { inputsOf, isOfRows, type Metric, modelsOf, type RowSpec } from '../../project/metric.ts';
import { periodTables } from './reach-agreement.ts';
import type { Extents } from './reach-models.ts';
import { mayName, wordsOf } from './reach-words.ts';

/**
 * The names of the metrics that changed themselves, that look at what is reached, or that are made of such metrics.
 * `promised` are those with a target in an agreement. Pure.
 */
export function reachedMetrics(
  metrics: readonly Metric[],
  {
    starts,
    extents,
    promised,
  }: {
    readonly starts: ReadonlySet<string>;
    readonly extents: Extents;
    readonly promised: ReadonlySet<string>;
  },
): ReadonlySet<string> {
  const known = new Set(metrics.map(({ name }) => name));
  const direct = metrics.filter((metric) => readsReached(metric, extents, promised.has(metric.name)));
  const reached = new Set([...[...starts].filter((name) => known.has(name)), ...direct.map(({ name }) => name)]);
  for (let before = -1; before < reached.size; ) {
    before = reached.size;
    for (const metric of metrics) if (inputsOf(metric).some((name) => reached.has(name))) reached.add(metric.name);
  }
  return reached;
}

function readsReached(metric: Metric, extents: Extents, isPromised: boolean): boolean {
  if (periodTables.some((table) => extents.has(table))) return true;
  if (isPromised && isInForceOtherwise(extents)) return true;
  if (!isOfRows(metric)) return false;
  if (metric.type === 'duration' && metric.calendar !== undefined) {
    if (isInForceOtherwise(extents) || calendarTables.some((table) => extents.has(table))) return true;
  }
  return modelsOf(metric).some((model) => looksAt(metric, model, extents));
}

/** What business time of a metric is looked up in. */
const calendarTables = ['sla.calendars', 'sla.calendar_days'];

/** Which agreement holds when; its owners and its calendar are in the same table. */
export function isInForceOtherwise(extents: Extents): boolean {
  const extent = extents.get('sla.agreements');
  if (extent === undefined) return false;
  return (
    extent === null || ['agreement', 'effective_from', 'effective_at', 'superseded_at'].some((name) => extent.has(name))
  );
}

/**
 * Whether a metric may look at what is reached of a model: certain of columns that it names, careful with its
 * expressions. Pure.
 */
export function looksAt(metric: RowSpec, model: string, extents: Extents): boolean {
  const extent = extents.get(model);
  if (extent === undefined || extent === null) return extent === null;
  if (extent.size === 0) return false;
  if (columnUses(metric).some((use) => use.model === model && extent.has(use.column.toLowerCase()))) return true;
  return expressionUses(metric).some(
    (use) => use.model === model && (mayName(use.text, extent) || isWholeRow(use.text, model)),
  );
}

/** Whether an expression may look at all columns at once: as `columns(…)`, or as the row itself. */
function isWholeRow(text: string, model: string): boolean {
  const words = wordsOf(text);
  const after = text.toLowerCase().split(model).slice(1);
  return words.has('columns') || (words.has(model) && after.some((rest) => !/^"?\s*\./.test(rest)));
}
