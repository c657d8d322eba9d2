import { sql } from 'kysely';
import type { DurationSpec, EventRows } from '../project/metric.ts';
import { closesAt, eventAt, firstEvent, opensAt, withFirstEvent } from './pairs.ts';
import { commaLines, expression, type Sql } from './sql.ts';
import type { TypeQuery } from './step.ts';

/** The instant of the event that was found for a row, null without one; no model gives a column such a name. */
export const pairedAt: Sql = sql.ref('(paired at)');

/**
 * The rows of the model, each once, with the instant of the first event at or after its start that has the same `by`.
 * Where one of these is null on either side there is none.
 */
export function firstEventAfter(
  { model, start, by }: Pick<DurationSpec, 'model' | 'start' | 'by'>,
  events: EventRows,
): NonNullable<TypeQuery['source']> {
  const starts = sql`select
        model.*,
        epoch_us(model.${sql.ref(start)}) as ${opensAt},
        cast(null as bigint) as ${closesAt}
    from ${sql.table(`main.${model}`)} as model`;
  // A row without a start comes after all events, and finds none.
  const paired = sql`select
        * exclude (${opensAt}, ${closesAt}, ${firstEvent}),
        make_timestamptz(${firstEvent}) as ${pairedAt}
    from (
    ${withFirstEvent({ rows: sql`starts`, events: sql`stops`, by })}
    )`;
  return {
    steps: [
      { name: 'starts', query: starts },
      { name: 'stops', query: stops(events, by) },
      { name: 'paired', query: paired },
    ],
    relation: sql`paired`,
  };
}

function stops({ model, time, filter }: EventRows, by: readonly string[]): Sql {
  const keys = by.map((column) => sql`model.${sql.ref(column)}`);
  const instant = sql`model.${sql.ref(time)}`;
  const conditions = [
    ...[instant, ...keys].map((column) => sql`${column} is not null`),
    ...(filter === undefined ? [] : [expression(filter)]),
  ];
  return sql`select
        ${commaLines([...keys, sql`epoch_us(${instant}) as ${eventAt}`])}
    from ${sql.table(`main.${model}`)} as model
    where ${sql.join(conditions, sql` and `)}`;
}
