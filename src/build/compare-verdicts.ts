import { startOfDate } from '../agreement/dates.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';

/** How one promise fares under two agreements. Rates are null where nothing is judged. */
interface PromiseComparison {
  readonly promise: string;
  readonly judged_before: number;
  readonly kept_before: number;
  readonly rate_before: number | null;
  readonly judged_after: number;
  readonly kept_after: number;
  readonly rate_after: number | null;
  /** Verdicts that differ; as the rates, of cycles, and of meetings by their slots. */
  readonly changed: number;
}

/** How many verdicts go from one to another, or stay; `none` where nothing is promised. */
interface VerdictMove {
  readonly promise: string;
  readonly before: string;
  readonly after: string;
  readonly verdicts: number;
}

/** One verdict that changes. */
interface ChangedVerdict {
  readonly promise: string;
  readonly lead_id: string;
  /** The cycle's number, or meeting and slot. */
  readonly item: string;
  readonly before: string;
  /** The agreement and the clause of it that decide. */
  readonly clause_before: string | null;
  readonly after: string;
  readonly clause_after: string | null;
}

export interface Comparison {
  readonly promises: readonly PromiseComparison[];
  readonly moves: readonly VerdictMove[];
  readonly changes: readonly ChangedVerdict[];
}

/** Days in a zone; `to` undefined: no end. */
export interface DateRange {
  readonly from: string;
  readonly to: string | undefined;
  readonly timeZone: string;
}

/** Compares the verdicts kept in simulation.before and simulation.after on what is dated within the range. */
export async function compareVerdicts(work: Warehouse, range: DateRange): Promise<Comparison> {
  await pairVerdicts(work, range);
  return {
    promises: await work.rows<PromiseComparison>(byPromise),
    moves: await work.rows<VerdictMove>(moves),
    changes: await changedVerdicts(work),
  };
}

/**
 * Makes simulation.pairs of the verdicts kept in simulation.before and simulation.after: one row for each thing that
 * either judged, `none` where it did not. Without a range of all dates.
 */
export async function pairVerdicts(work: Warehouse, range?: DateRange): Promise<void> {
  await work.run(pairs(range));
}

/** Of the pairs those whose verdict differs, by promise and date; all, or the first so many rows and characters of each text. */
export async function changedVerdicts(
  work: Warehouse,
  most?: { readonly rows: number; readonly characters: number },
): Promise<ChangedVerdict[]> {
  return work.rows<ChangedVerdict>(most === undefined ? changes : shortened(changes, most));
}

function shortened(sql: string, { rows, characters }: { readonly rows: number; readonly characters: number }): string {
  return `select left(columns(*), ${characters}) from (${sql}) limit ${rows}`;
}

function pairs(range: DateRange | undefined): string {
  const inRange = (table: string): string => `(select * from simulation.${table} where ${condition(range)})`;
  return `
    create or replace table simulation.pairs as
    select
        coalesce(earlier.place, later.place) as place,
        coalesce(earlier.promise, later.promise) as promise,
        coalesce(earlier.lead_id, later.lead_id) as lead_id,
        coalesce(earlier.item, later.item) as item,
        coalesce(earlier.dated_at, later.dated_at) as dated_at,
        coalesce(earlier.verdict, 'none') as before,
        coalesce(later.verdict, 'none') as after,
        earlier.agreement || ' ' || earlier.clause as clause_before,
        later.agreement || ' ' || later.clause as clause_after,
        coalesce(earlier.is_counted, false) as counted_before,
        coalesce(later.is_counted, false) as counted_after,
        coalesce(earlier.is_kept, false) as kept_before,
        coalesce(later.is_kept, false) as kept_after
    from ${inRange('before')} as earlier
    full join ${inRange('after')} as later
        on earlier.promise = later.promise
        and earlier.lead_id = later.lead_id
        and earlier.item = later.item`;
}

/** SQL: whether `dated_at` lies in a range. */
function condition(range: DateRange | undefined): string {
  if (range === undefined) return 'true';
  const { from, to, timeZone } = range;
  const start = (date: string): string =>
    `make_timestamptz(${startOfDate(quoteLiteral(timeZone), `date ${quoteLiteral(date)}`)})`;
  return `dated_at >= ${start(from)}${to === undefined ? '' : ` and dated_at < ${start(to)}`}`;
}

const byPromise = `
    with counted as (
        select
            place,
            promise,
            count(*) filter (where counted_before) as judged_before,
            count(*) filter (where counted_before and kept_before) as kept_before,
            count(*) filter (where counted_after) as judged_after,
            count(*) filter (where counted_after and kept_after) as kept_after,
            count(*) filter (where before <> after) as changed
        from simulation.pairs
        group by place, promise
    )
    select
        promise,
        judged_before,
        kept_before,
        kept_before / nullif(judged_before, 0) as rate_before,
        judged_after,
        kept_after,
        kept_after / nullif(judged_after, 0) as rate_after,
        changed
    from counted
    where judged_before + judged_after + changed > 0
    order by place`;

const moves = `
    select promise, before, after, count(*) as verdicts
    from simulation.pairs
    where before <> 'none' or after <> 'none'
    group by place, promise, before, after
    order by place, before, after`;

const changes = `
    select promise, lead_id, item, before, clause_before, after, clause_after
    from simulation.pairs
    where before <> after
    order by place, dated_at, lead_id, item, before, after`;
