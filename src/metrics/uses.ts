import { type EventRows, isOfRows, type MetricSpec, type RowSpec } from '../project/metric.ts';
import type { YamlPath } from '../project/yaml-file.ts';

/** A column of a model that a metric names. */
export interface ColumnUse {
  readonly model: string;
  readonly column: string;
  readonly path: YamlPath;
  readonly isInstant: boolean;
}

/** An expression over one row of a model. */
export interface ExpressionUse {
  readonly model: string;
  readonly text: string;
  readonly path: YamlPath;
  readonly needs: 'boolean' | 'number';
}

/** The models that a metric names, each with the place of its name. */
export function modelUses(spec: MetricSpec): readonly { readonly model: string; readonly path: YamlPath }[] {
  if (!isOfRows(spec)) return [];
  const events = eventsOf(spec);
  const own = { model: spec.model, path: ['model'] };
  return events === undefined ? [own] : [own, { model: events.rows.model, path: [events.key, 'model'] }];
}

/** Every column that a metric of rows names outside of its expressions. */
export function columnUses(spec: RowSpec): readonly ColumnUse[] {
  const uses: ColumnUse[] = [];
  const add = (column: string, path: YamlPath, isInstant = false, model = spec.model): void => {
    uses.push({ model, column, path, isInstant });
  };

  // A conversion is dated by its "from", a duration by its start unless it says otherwise.
  if (spec.type === 'conversion') add(spec.time, ['from'], true);
  else if (spec.type !== 'duration' || spec.time !== spec.start) add(spec.time, ['time'], true);
  if (spec.type === 'duration') add(spec.start, ['start'], true);
  if (spec.type === 'conversion' && typeof spec.to === 'string') add(spec.to, ['to'], true);
  if (spec.type === 'duration' && typeof spec.stop === 'string') add(spec.stop, ['stop'], true);
  if (spec.type === 'duration' && spec.calendar?.kind === 'column') {
    add(spec.calendar.column, ['calendar', 'column']);
  }
  if (spec.type === 'count_distinct') for (const [index, column] of spec.key.entries()) add(column, ['key', index]);
  if (spec.type === 'conversion' || spec.type === 'duration') {
    for (const [index, column] of spec.by.entries()) add(column, ['by', index]);
  }
  const events = eventsOf(spec);
  if (events !== undefined) {
    const { rows, key, by } = events;
    add(rows.time, [key, 'time'], true, rows.model);
    for (const [index, column] of by.entries()) add(column, ['by', index], false, rows.model);
  }
  for (const [index, dimension] of spec.dimensions.entries()) add(dimension, ['dimensions', index]);
  return uses;
}

/** Every expression of a metric of rows. */
export function expressionUses(spec: RowSpec): readonly ExpressionUse[] {
  const uses: ExpressionUse[] = [];
  const add = (text: string | undefined, path: YamlPath, needs: ExpressionUse['needs'], model = spec.model) => {
    if (text !== undefined) uses.push({ model, text, path, needs });
  };
  add(spec.filter, ['filter'], 'boolean');
  add(spec.pending, ['pending'], 'boolean');
  add(spec.beside, ['beside'], 'boolean');
  if (spec.type === 'ratio') {
    add(spec.numerator, ['numerator'], 'boolean');
    add(spec.denominator, ['denominator'], 'boolean');
  }
  if (spec.type === 'percentile' || spec.type === 'sum' || spec.type === 'average')
    add(spec.value, ['value'], 'number');
  if (spec.type === 'conversion') add(spec.toFilter, ['to_filter'], 'boolean');
  const events = eventsOf(spec);
  if (events !== undefined) add(events.rows.filter, [events.key, 'filter'], 'boolean', events.rows.model);
  return uses;
}

/** The events of another model that a metric follows its rows to. */
function eventsOf(
  spec: RowSpec,
): { readonly rows: EventRows; readonly key: string; readonly by: readonly string[] } | undefined {
  if (spec.type === 'conversion' && typeof spec.to !== 'string') return { rows: spec.to, key: 'to', by: spec.by };
  if (spec.type === 'duration' && typeof spec.stop !== 'string') return { rows: spec.stop, key: 'stop', by: spec.by };
  return undefined;
}
