import { sql } from 'kysely';
import type { ConversionSpec } from '../project/metric.ts';
import { conversionSource } from './conversion-source.ts';
import { type Timeline, timelineOf, type Window } from './conversion-window.ts';
import { countRows, isCountedByDay, type RowCount } from './count-rows.ts';
import { exits, kaplanMeier, runningPeriods } from './kaplan-meier.ts';
import type { Shape } from './shape.ts';
import { commaLines, holds, type Sql } from './sql.ts';
import { groupDated, noEstimate, type Step, type TypeQuery } from './step.ts';
import { wilsonColumns } from './wilson.ts';

/**
 * Of what started in a period, the share that went on within the window. What has time left stays in the denominator, and
 * is pending.
 */
export function conversionQuery(metric: ConversionSpec, shape: Shape): TypeQuery {
  const timeline = timelineOf(metric);
  const { source, elapsed, followed, conversions } = conversionSource(metric, timeline);
  const contribution = [
    sql`${elapsed} as elapsed`,
    sql`${followed} as followed`,
    sql`${holds(metric.pending)} as is_pending`,
    ...(metric.counts === 'entities' ? [sql`${entity(metric.by)} as entity`] : []),
    ...(metric.counts === 'conversions' ? [sql`${conversions} as conversions`] : []),
  ];
  const isByDay = metric.counts === 'rows' && isCountedByDay(shape);
  return { source, contribution, isByDay, steps: stepsOf(metric, shape, timeline) };
}

/** What tells entities apart; null where part of it is. */
function entity(by: readonly string[]): Sql {
  const columns = by.map((column) => sql`model.${sql.ref(column)}`);
  if (columns.length === 1) return sql`${columns[0]}`;
  const isWhole = columns.map((column) => sql`${column} is not null`);
  return sql`case when ${sql.join(isWhole, sql` and `)} then row(${sql.join(columns)}) end`;
}

function stepsOf({ counts }: ConversionSpec, shape: Shape, timeline: Timeline): readonly Step[] {
  const { window } = timeline;
  const over = window === undefined ? undefined : sql.raw(String(window.over));
  const isOpen = over === undefined ? sql`is_pending` : sql`followed < ${over}`;
  if (counts === 'conversions') return [countsOf(shape, ofConversions(isOpen)), measuresOfConversions];
  if (counts === 'entities') return [countsOf(shape, ofEntities(converted(window), isOpen)), measuresOfShare()];
  const rows = ofRows(converted(window), isOpen);
  if (window === undefined || shape.isSpread) return [...countRows(shape, rows), measuresOfShare()];
  return [
    runningPeriods(shape, timeline, window),
    ...countRows(shape, rows, exits(window)),
    ...kaplanMeier(timeline, window),
    measuresOfShare(window),
  ];
}

function converted(window: Window | undefined): Sql {
  const isWithin = window === undefined ? sql`>= 0` : sql`between 0 and ${sql.raw(String(window.last))}`;
  return sql`coalesce(elapsed ${isWithin}, false)`;
}

/** Rows beside the value take no part; everything else is counted. */
function countsOf(shape: Shape, aggregates: readonly Sql[]): Step {
  return { name: 'counts', query: groupDated(shape, aggregates) };
}

function ofRows(isConverted: Sql, isOpen: Sql): readonly RowCount[] {
  return [
    { name: 'numerator', where: sql`not is_beside and ${isConverted}` },
    { name: 'denominator', where: sql`not is_beside` },
    { name: 'pending', where: sql`not is_beside and ${isOpen} and not ${isConverted}` },
  ];
}

/** An entity is pending when none of its rows has converted and one of them still can. */
function ofEntities(isConverted: Sql, isOpen: Sql): readonly Sql[] {
  const settled = sql`count(distinct entity) filter (where not is_beside and ${isConverted})`;
  return [
    sql`cast(${settled} as double) as numerator`,
    sql`cast(count(distinct entity) filter (where not is_beside) as double) as denominator`,
    sql`count(distinct entity) filter (where not is_beside and (${isConverted} or ${isOpen})) - ${settled} as pending`,
  ];
}

/** A row whose window is open is pending however many conversions it has: more may come. */
function ofConversions(isOpen: Sql): readonly Sql[] {
  return [
    sql`cast(coalesce(sum(conversions) filter (where not is_beside), 0) as double) as numerator`,
    sql`cast(count(*) filter (where not is_beside) as double) as denominator`,
    sql`count(*) filter (where not is_beside and ${isOpen}) as pending`,
  ];
}

/** A share of the denominator. The estimate of a cohort whose windows are all over is its rate. */
function measuresOfShare(window?: Window): Step {
  const estimate = [
    sql`coalesce(estimates.estimate, value) as estimate`,
    sql`case when estimates.estimate is null then lower_95 else estimates.estimate_lower_95 end as estimate_lower_95`,
    sql`case when estimates.estimate is null then upper_95 else estimates.estimate_upper_95 end as estimate_upper_95`,
    sql`case when value is not null then coalesce(estimates.estimate_days, ${sql.raw(String(window?.days))}) end as estimate_days`,
  ];
  const [exclude, join] =
    window === undefined
      ? [sql``, sql``]
      : [sql` exclude (exits)`, sql`\n    left join estimates using (grain, period_start, dimension, dimension_value)`];
  return {
    name: 'measures',
    query: sql`select
        counts.*${exclude},
        numerator / nullif(denominator, 0) as value,
        ${commaLines(wilsonColumns)},
        cast(denominator as bigint) as sample_size,
        ${commaLines(window === undefined ? noEstimate : estimate)},
        cast(null as double) as over_value,
        numerator / nullif(denominator, 0) as lowest,
        (numerator + pending) / nullif(denominator, 0) as highest
    from counts${join}`,
  };
}

/** Conversions for each row: no share, so that it has no interval, and nobody knows how far it can still rise. */
const measuresOfConversions: Step = {
  name: 'measures',
  query: sql`select
        counts.*,
        numerator / nullif(denominator, 0) as value,
        cast(null as double) as lower_95,
        cast(null as double) as upper_95,
        cast(denominator as bigint) as sample_size,
        ${commaLines(noEstimate)},
        cast(null as double) as over_value,
        value as lowest,
        case when pending = 0 then value end as highest
    from counts`,
};
