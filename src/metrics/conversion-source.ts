import { sql } from 'kysely';
import type { ConversionSpec, EventRows } from '../project/metric.ts';
import { positioned, type Timeline } from './conversion-window.ts';
import { closesAt, eventAt, eventCount, firstEvent, opensAt, withEventCount, withFirstEvent } from './pairs.ts';
import { expression, holds, type Sql } from './sql.ts';
import type { Step, TypeQuery } from './step.ts';

/** Where a row lies on the timeline; null where it takes no part. */
const startsAt = sql.ref('(starts at)');
const isBeside = sql.ref('(is beside)');
const wholeRow = sql.ref('(whole row)');

/** Later than any instant, and still a number that can be reckoned with. */
const never = sql.raw('4000000000000000000');

/** The rows of a conversion, and expressions over one of them, `model`. */
export interface ConversionSource {
  readonly source: NonNullable<TypeQuery['source']>;
  /** Positions from the row to its conversion, which may lie beyond the window or before the row; null without one. */
  readonly elapsed: Sql;
  /** Positions from the row to as_of. */
  readonly followed: Sql;
  /** How many events are the row's, where those are counted. */
  readonly conversions: Sql;
}

/** as_of's position, for those steps that come after the step `now`. */
export const now: Sql = sql`(select position from now)`;

export function conversionSource(spec: ConversionSpec, timeline: Timeline): ConversionSource {
  const clock = [{ instant: sql`model.as_of`, position: sql`position` }];
  const step: Step = { name: 'now', query: positioned(timeline, sql`run.clock`, [], clock) };
  const { to } = spec;
  const typed = typeof to === 'string' ? ofColumn(spec, to, timeline) : ofEvents(spec, to, timeline);
  const { steps, relation } = typed.source;
  return { ...typed, source: { steps: [step, ...steps], relation } };
}

function ofColumn(spec: ConversionSpec, to: string, timeline: Timeline): ConversionSource {
  const instants = [
    { instant: sql`model.${sql.ref(spec.time)}`, position: startsAt },
    { instant: sql`model.${sql.ref(to)}`, position: eventAt },
  ];
  const model = sql.table(`main.${spec.model}`);
  const elapsed = sql`model.${eventAt} - model.${startsAt}`;
  return {
    source: {
      steps: [{ name: 'placed', query: positioned(timeline, model, [sql`model.*`], instants) }],
      relation: sql`placed`,
    },
    elapsed: spec.toFilter === undefined ? elapsed : sql`case when ${holds(spec.toFilter)} then ${elapsed} end`,
    followed: sql`${now} - model.${startsAt}`,
    conversions: sql`null`,
  };
}

/**
 * Rows are paired with events before anything is cut out of them, so that the parts add up to the whole. The events that
 * can be a row's lie in one stretch of the timeline.
 */
function ofEvents(spec: ConversionSpec, to: EventRows, timeline: Timeline): ConversionSource {
  const start = sql`case when not model.${isBeside} then model.${sql.ref(spec.time)} end`;
  const pairs = { rows: sql`attributed`, events: sql`events`, by: spec.by };
  const isCounted = spec.counts === 'conversions';
  const steps: Step[] = [
    { name: 'placed', query: placedRows(spec, timeline, start) },
    { name: 'attributed', query: stretches(spec, timeline) },
    { name: 'events', query: placedEvents(spec, to, timeline) },
    { name: 'paired', query: isCounted ? withEventCount(pairs) : withFirstEvent(pairs) },
  ];
  const [found, closes, starts] = [firstEvent, closesAt, startsAt].map((column) => sql`model.${column}`);
  return {
    source: { steps, relation: sql`paired` },
    elapsed: isCounted ? sql`null` : sql`case when ${found} <= ${closes} then ${found} - ${starts} end`,
    followed: sql`${now} - ${starts}`,
    conversions: isCounted ? sql`model.${eventCount}` : sql`null`,
  };
}

function placedRows(spec: ConversionSpec, timeline: Timeline, start: Sql): Sql {
  const rows = chosen(spec, [], sql`*, ${holds(spec.beside)} as ${isBeside}`);
  return positioned(timeline, rows, [sql`model.*`], [{ instant: start, position: startsAt }]);
}

function placedEvents({ by }: ConversionSpec, to: EventRows, timeline: Timeline): Sql {
  const keys = by.map((column) => sql`model.${sql.ref(column)}`);
  const instant = sql`model.${sql.ref(to.time)}`;
  return positioned(timeline, chosen(to, by, sql`*`), keys, [{ instant, position: eventAt }]);
}

/** Rows of a model with a time, a whole key and what its filter asks for, which sees nothing but the model. */
function chosen({ model, time, filter }: EventRows, key: readonly string[], columns: Sql): Sql {
  const conditions = [
    ...[time, ...key].map((column) => sql`model.${sql.ref(column)} is not null`),
    ...(filter === undefined ? [] : [expression(filter)]),
  ];
  return sql`(
        select ${columns}
        from ${sql.table(`main.${model}`)} as model
        where ${sql.join(conditions, sql` and `)}
    )`;
}

/**
 * The stretch of the timeline whose events are a row's, `opens at` to `closes at`: its window; of `latest` only to where
 * the next row of the same `by` begins; of `first` only from where the window of the row before ends. Of several rows at
 * one position the instant decides, at one instant their content, whatever the order in which they lie.
 */
function stretches({ attribution, by, time }: ConversionSpec, { window }: Timeline): Sql {
  const last = window === undefined ? undefined : sql.raw(String(window.last));
  const end = last === undefined ? never : sql`${startsAt} + ${last}`;
  const line = sql`over (
                partition by ${sql.join(by.map((column) => sql.ref(column)))}
                order by ${startsAt} nulls last, ${sql.ref(time)}, hash(${wholeRow})
            )`;
  const before = sql`lag(${startsAt}) ${line}`;
  const afterBefore =
    last === undefined
      ? sql`case when ${before} is null then ${startsAt} end`
      : sql`greatest(${startsAt}, ${before} + ${last} + 1)`;
  const opens = attribution === 'first' ? afterBefore : startsAt;
  const closes = attribution === 'latest' ? sql`least(${end}, lead(${startsAt}) ${line} - 1)` : end;
  return sql`select * replace (case when ${opensAt} <= ${closesAt} then ${opensAt} end as ${opensAt})
    from (
        select
            *,
            ${opens} as ${opensAt},
            ${closes} as ${closesAt}
        from placed as ${wholeRow}
    )`;
}
