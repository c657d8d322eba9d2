import { expireLeads, hasExpiredAfter } from '../load/expire.ts';
import type { Project } from '../project/project.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';

/**
 * Removes the leads of which nothing was heard for `retention_months` before as_of, by what the models know of merges.
 * Returns how many rows went; the models must then run again. Without `retention_months` none.
 */
export async function expireOldLeads(work: Warehouse, project: Project, asOf: string): Promise<number> {
  const cutoff = await cutoffOf(work, project, asOf);
  if (cutoff === undefined || !(await hasEvents(work))) return 0;
  const rows = await work.rows<{ crm: string; ids: string[] }>(/* sql */ `
    with leads as (
        select
            events.crm,
            events.lead_id,
            coalesce(survivors.surviving_lead_id, events.lead_id) as surviving_lead_id,
            max(events.occurred_at) as heard_at
        from main.stg_events as events
        left join main.int_lead_survivors as survivors
            on events.crm = survivors.crm and events.lead_id = survivors.lead_id
        group by all
    ),

    aged as (
        select *, max(heard_at) over (partition by crm, surviving_lead_id) as last_heard_at
        from leads
    )

    select crm, list(lead_id order by lead_id) as ids
    from aged
    where last_heard_at < ${quoteLiteral(cutoff)}::timestamptz
    group by crm
    order by crm`);
  if (rows.length === 0) return 0;
  return expireLeads(
    work,
    project,
    rows.map(({ crm, ids }) => ({ source: crm, ids, cutoff })),
  );
}

/**
 * Whether leads were taken out that are to be kept after all: `retention_months` is longer now, or as_of earlier. What
 * they did must then be read from the dumps once more.
 */
export async function hasExpiredTooMany(work: Warehouse, project: Project, asOf: string): Promise<boolean> {
  return hasExpiredAfter(work, await cutoffOf(work, project, asOf));
}

/** Leads of which nothing was heard since this instant go; undefined: none do. */
async function cutoffOf(work: Warehouse, project: Project, asOf: string): Promise<string | undefined> {
  const months = project.config.retentionMonths;
  if (months === undefined) return undefined;
  const [limit] = await work.rows<{ cutoff: string }>(
    `select ${quoteLiteral(asOf)}::timestamptz - interval ${months} months as cutoff`,
  );
  return limit?.cutoff;
}

/** A project of tables alone has no leads. */
async function hasEvents(work: Warehouse): Promise<boolean> {
  return (await work.hasTable('main', 'stg_events')) && (await work.hasTable('main', 'int_lead_survivors'));
}
