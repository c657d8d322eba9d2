import { acceptedAt, salVerifiedAt } from './acceptances.ts';
import { cohortsOf, convertedAt } from './conversions.ts';
import { metricTable } from './metrics.ts';
import type { Verdicts } from './oracle.ts';
import { promiseTables } from './promise-tables.ts';
import { type ExpectedTable, text } from './rows.ts';
import { ladder, reachedAt, stageAt } from './stages.ts';
import { iso } from './time.ts';
import type { Instant } from './types.ts';

export interface Windows {
  readonly from: string;
  readonly to: string;
  readonly windowDays: number | null;
}

/** The verdicts in the shape of the public tables. */
export function expectedTables(
  verdicts: Verdicts,
  windows: readonly Windows[],
  timeZone: string,
  asOf: Instant,
): ExpectedTable[] {
  return [
    crmEvents(verdicts),
    leadCycles(verdicts),
    ...promiseTables(verdicts),
    stageConversions(verdicts, windows),
    cohortConversions(verdicts, windows, timeZone, asOf),
    metricTable(verdicts, timeZone, asOf),
  ];
}

function crmEvents({ leads }: Verdicts): ExpectedTable {
  const rows = leads.flatMap((lead) => lead.events.map((event) => ({ event_id: event.eventId, lead_id: lead.leadId })));
  return { table: 'crm_events', key: ['event_id'], rows };
}

function leadCycles({ judgements }: Verdicts): ExpectedTable {
  const rows = judgements.map(({ own, ...judgement }) => {
    const { cycle } = own;
    return {
      lead_id: cycle.leadId,
      cycle_no: cycle.cycleNo,
      opened_at: iso(cycle.openedAt),
      closed_at: text(cycle.closedAt),
      outcome: cycle.outcome,
      exit_reason: cycle.exitReason,
      ...Object.fromEntries(ladder.map((stage) => [`${stage}_at`, text(stageAt(cycle, stage))])),
      ...Object.fromEntries(ladder.map((stage) => [`${stage}_reached_at`, text(reachedAt(cycle, stage))])),
      lost_at: text(stageAt(cycle, 'lost')),
      disqualified_at: text(stageAt(cycle, 'disqualified')),
      team: own.team,
      is_excluded: own.isExcluded,
      sal_verified_at: text(salVerifiedAt(own)),
      accepted_at: text(acceptedAt(own)),
      score_at_mql: judgement.scoreAtMql,
      score_band: judgement.scoreBand,
      criteria_met_at: text(judgement.criteriaMetAt),
      criteria_verdict: judgement.verdict,
    };
  });
  return { table: 'lead_cycles', key: ['lead_id', 'cycle_no'], rows };
}

function stageConversions({ cases }: Verdicts, windows: readonly Windows[]): ExpectedTable {
  const pairs = new Map(windows.map(({ from, to }) => [`${from} ${to}`, { from, to }]));
  const rows = cases.flatMap(({ cycle }) =>
    [...pairs.values()].flatMap((pair) => {
      const fromAt = stageAt(cycle, pair.from);
      if (fromAt === null) return [];
      return {
        lead_id: cycle.leadId,
        cycle_no: cycle.cycleNo,
        from_stage: pair.from,
        to_stage: pair.to,
        from_at: iso(fromAt),
        converted_at: text(convertedAt(cycle, pair)),
      };
    }),
  );
  return { table: 'stage_conversions', key: ['lead_id', 'cycle_no', 'from_stage', 'to_stage'], rows };
}

function cohortConversions(
  { cases }: Verdicts,
  windows: readonly Windows[],
  timeZone: string,
  asOf: Instant,
): ExpectedTable {
  const cycles = cases.map(({ cycle }) => cycle);
  const rows = windows.flatMap(({ from, to, windowDays }) =>
    cohortsOf(cycles, { from, to }, windowDays, timeZone, asOf).map((cohort) => ({
      grain: cohort.grain,
      cohort_start: cohort.cohortStart,
      from_stage: from,
      to_stage: to,
      window_days: windowDays,
      cohort_size: cohort.cohortSize,
      converted: cohort.converted,
      rate: cohort.cohortSize === 0 ? null : cohort.converted / cohort.cohortSize,
      skipped: cohort.skipped,
      is_mature: cohort.isMature,
      ...(windowDays === null ? {} : { km_rate: cohort.kmRate }),
    })),
  );
  return { table: 'cohort_conversions', key: ['grain', 'cohort_start', 'from_stage', 'to_stage', 'window_days'], rows };
}
