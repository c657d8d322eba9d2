import type { Agreement } from '../project/agreement.ts';
import { exits, ladder } from '../project/stages.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import type { KeyedCalendar } from './calendar-rules.ts';
import { startOfDate } from './dates.ts';

/** sla.stages, sla.agreements, sla.team_calendars, sla.stage_terms, sla.release_reasons, sla.required_fields. */
export async function writeTerms(
  warehouse: Warehouse,
  agreements: readonly Agreement[],
  calendars: readonly KeyedCalendar[],
): Promise<void> {
  const keyOf = (agreement: Agreement, name: string): number | null =>
    calendars.find((entry) => entry.agreement === agreement && entry.calendar.name === name)?.key ?? null;
  await warehouse.insert('sla.stages', { stage: 'text', rung: 'integer', is_exit: 'boolean' }, [
    ...ladder.map((stage, index) => ({ stage, rung: index + 1, is_exit: false })),
    ...exits.map((stage) => ({ stage, rung: null, is_exit: true })),
  ]);
  await writeAgreements(warehouse, agreements, keyOf);
  await warehouse.insert(
    'sla.team_calendars',
    { agreement: 'text', team: 'text', calendar_key: 'integer', capacity_per_day: 'integer' },
    agreements.flatMap((agreement) =>
      agreement.teams.map(({ team, calendar, capacityPerDay }) => ({
        agreement: agreement.id,
        team,
        calendar_key: keyOf(agreement, calendar),
        capacity_per_day: capacityPerDay ?? null,
      })),
    ),
  );
  await writeStageTerms(warehouse, agreements);
  await warehouse.insert(
    'sla.release_reasons',
    { agreement: 'text', reason: 'text' },
    agreements.flatMap(({ id, releaseReasons }) => releaseReasons.map((reason) => ({ agreement: id, reason }))),
  );
}

/** An agreement is in force from 00:00 of its day in its zone until the next one is. */
async function writeAgreements(
  warehouse: Warehouse,
  agreements: readonly Agreement[],
  keyOf: (agreement: Agreement, calendar: string) => number | null,
): Promise<void> {
  await warehouse.insert(
    'sla.agreements',
    {
      agreement: 'text',
      effective_from: 'date',
      effective_at: 'timestamptz',
      superseded_at: 'timestamptz',
      time_zone: 'text',
      default_calendar_key: 'integer',
      marketing_owner: 'text',
      marketing_deputy: 'text',
      sales_owner: 'text',
      sales_deputy: 'text',
      revise_by: 'date',
    },
    agreements.map((agreement) => ({
      agreement: agreement.id,
      effective_from: agreement.effectiveFrom,
      time_zone: agreement.timeZone,
      default_calendar_key: keyOf(agreement, agreement.defaultCalendar),
      marketing_owner: agreement.owners.marketing.title,
      marketing_deputy: agreement.owners.marketing.deputy ?? null,
      sales_owner: agreement.owners.sales.title,
      sales_deputy: agreement.owners.sales.deputy ?? null,
      revise_by: reviseBy(agreement) ?? null,
    })),
  );
  const [first] = agreements;
  if (first === undefined) return;
  await warehouse.run(`
    update sla.agreements
    set effective_at = make_timestamptz(${startOfDate(quoteLiteral(first.timeZone), 'effective_from')});

    update sla.agreements
    set superseded_at = later.effective_at
    from (
        select agreement, lead(effective_at) over (order by effective_at) as effective_at
        from sla.agreements
    ) as later
    where later.agreement = agreements.agreement
  `);
}

/** The date, YYYY-MM-DD, by which the agreement is to be revised; undefined when it names no rhythm. */
export function reviseBy({ effectiveFrom, review }: Agreement): string | undefined {
  if (review === undefined) return undefined;
  const [year = 0, month = 0, day = 0] = effectiveFrom.split('-').map(Number);
  const lastOfMonth = new Date(Date.UTC(year, month + review.everyMonths, 0)).getUTCDate();
  const date = new Date(Date.UTC(year, month - 1 + review.everyMonths, Math.min(day, lastOfMonth)));
  return date.toISOString().slice(0, 10);
}

async function writeStageTerms(warehouse: Warehouse, agreements: readonly Agreement[]): Promise<void> {
  const stages = agreements.flatMap(({ id, stages: terms }) => terms.map((stage) => ({ agreement: id, ...stage })));
  await warehouse.insert(
    'sla.stage_terms',
    {
      agreement: 'text',
      stage: 'text',
      responsible: 'text',
      meaning_en: 'text',
      meaning_da: 'text',
      next_action_en: 'text',
      next_action_da: 'text',
      entry_en: 'text',
      entry_da: 'text',
      target: 'double',
    },
    stages.map(({ agreement, stage, responsible, meaning, nextAction, entry, target }) => ({
      agreement,
      stage,
      responsible: responsible ?? null,
      meaning_en: meaning?.en ?? null,
      meaning_da: meaning?.da ?? null,
      next_action_en: nextAction?.en ?? null,
      next_action_da: nextAction?.da ?? null,
      entry_en: entry?.en ?? null,
      entry_da: entry?.da ?? null,
      target: target ?? null,
    })),
  );
  await warehouse.insert(
    'sla.required_fields',
    { agreement: 'text', stage: 'text', field: 'text' },
    stages.flatMap(({ agreement, stage, requiredFields }) =>
      requiredFields.map((field) => ({ agreement, stage, field })),
    ),
  );
}
