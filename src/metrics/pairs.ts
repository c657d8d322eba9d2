import { sql } from 'kysely';
import type { Sql } from './sql.ts';

/** Columns beside those of the model, under names that no model gives a column. Positions are whole numbers on one line. */
export const opensAt: Sql = sql.ref('(opens at)');
export const closesAt: Sql = sql.ref('(closes at)');
export const eventAt: Sql = sql.ref('(event at)');
export const firstEvent: Sql = sql.ref('(first event)');
export const eventCount: Sql = sql.ref('(events)');

/** Rows that wait for events, and the events: what has the same `by` belongs together. */
export interface Pairs {
  /** A relation with the columns `by`, `opens at` (null: the row waits for nothing) and `closes at`. */
  readonly rows: Sql;
  /** A relation with the columns `by`, none of them null, and `event at`. */
  readonly events: Sql;
  readonly by: readonly string[];
}

/**
 * The rows, each once, with `first event`: the position of the first one at or after `opens at`, whatever `closes at`.
 * Rows and events are sorted into one line, which costs the same however many of them share their `by`; an ASOF join may
 * become a nested loop, and a plain join holds every pair.
 */
export function withFirstEvent(pairs: Pairs): Sql {
  const line = sql`order by ${opensAt}, ${eventAt} is not null`;
  return onOneLine(
    pairs,
    sql`first_value(${eventAt} ignore nulls) over (
                partition by ${keysOf(pairs)}
                ${line}
                rows between current row and unbounded following
            ) as ${firstEvent}`,
  );
}

/** The rows, each once, with `events`: how many there are from `opens at` to `closes at`, both included. */
export function withEventCount(pairs: Pairs): Sql {
  return onOneLine(
    pairs,
    sql`count(${eventAt}) over (
                partition by ${keysOf(pairs)}
                order by ${opensAt}
                range between current row and ${closesAt} - ${opensAt} following
            ) as ${eventCount}`,
  );
}

function onOneLine({ rows, events, by }: Pairs, found: Sql): Sql {
  const keys = by.map((column) => sql.ref(column));
  return sql`select * exclude (${eventAt})
    from (
        select
            *,
            ${found}
        from (
            select *, cast(null as bigint) as ${eventAt}
            from ${rows}
            union all by name
            select ${sql.join([...keys, eventAt])}, ${eventAt} as ${opensAt}, ${eventAt} as ${closesAt}
            from ${events}
        )
    )
    where ${eventAt} is null`;
}

function keysOf({ by }: Pairs): Sql {
  return sql.join(by.map((column) => sql.ref(column)));
}
