import { changedVerdicts, pairVerdicts } from '../../build/compare-verdicts.ts';
import { quoteLiteral, type Warehouse } from '../../warehouse/warehouse.ts';
import type { FlipCount, Flips } from '../types.ts';

/** What there is where no verdicts were reached. */
export const noFlips: Flips = { verdicts: 0, leads: 0, counts: [], list: [] };

/** What is listed one by one; a head that says of every lead what it likes must not fill the memory. */
const mostListed = { rows: 100_000, characters: 200 };

/** What models say of a promise; `none`: it is not judged. */
const knownVerdicts = [
  ...['none', 'met', 'late', 'overdue', 'pending', 'released', 'self_booked', 'short', 'in_progress'],
  ...['match', 'no match', 'agreed', 'crm_only', 'criteria_only'],
];

/**
 * Compares the verdicts kept in simulation.before and simulation.after, of all dates. A lead that comes or goes has the
 * verdict `none` on the other side. Counts are made to be posted: a verdict or clause that only the head's models know
 * is `other` in them, since it could be anything, a lead's name too. sla.* must be the head's.
 */
export async function compareFlips(work: Warehouse): Promise<Flips> {
  await pairVerdicts(work);
  const [totals = { verdicts: 0, leads: 0 }] = await work.rows<{ verdicts: number; leads: number }>(`
    select count(*) as verdicts, count(distinct lead_id) as leads
    from simulation.pairs
    where before <> after`);
  if (totals.verdicts === 0) return noFlips;
  const changes = await changedVerdicts(work, mostListed);
  return {
    ...totals,
    counts: await work.rows<FlipCount>(counts),
    list: changes.map((change) => ({
      promise: change.promise,
      leadId: change.lead_id,
      item: change.item,
      before: change.before,
      after: change.after,
      clauseBefore: change.clause_before,
      clauseAfter: change.clause_after,
    })),
  };
}

const counts = `
    with
        clauses as (
            select clause_before as clause from simulation.pairs
            union
            select unnest([agreement || ' ' || promise, agreement || ' ' || clause]) from sla.promises
            union
            select unnest([agreement || ' icp', agreement || ' criteria']) from sla.agreements
        ),
        verdicts as (
            select promise, before as verdict from simulation.pairs
            union
            select distinct promise, unnest([${knownVerdicts.map(quoteLiteral).join(', ')}]) from simulation.pairs
        ),
        flips as (
            select
                place,
                pairs.promise,
                before,
                if(verdicts.verdict is null, 'other', after) as after,
                clause_before,
                if(clauses.clause is null and clause_after is not null, 'other', clause_after) as clause_after
            from simulation.pairs as pairs
            left join verdicts on pairs.promise = verdicts.promise and pairs.after = verdicts.verdict
            left join clauses on pairs.clause_after = clauses.clause
            where before <> after
        )
    select
        promise,
        before,
        after,
        clause_before as "clauseBefore",
        clause_after as "clauseAfter",
        count(*) as verdicts
    from flips
    group by place, promise, before, after, clause_before, clause_after
    order by place, verdicts desc, before, after, clause_before, clause_after`;
