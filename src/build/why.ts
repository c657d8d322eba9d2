import { existsSync } from 'node:fs';
import type { Language } from '../agreement/document-words.ts';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { warehouseFiles } from '../state/files.ts';
import { Warehouse } from '../warehouse/warehouse.ts';
import { nothingBuilt } from './nothing-built.ts';
import type { CycleFacts } from './why-facts.ts';
import { findLead, unknownCycle } from './why-lead.ts';
import { readFacts } from './why-read.ts';
import { LocalTimes } from './why-time.ts';
import { type Entry, timelineOf } from './why-timeline.ts';
import { verdictOf } from './why-verdict.ts';

export interface WhyRequest {
  readonly lead: string;
  /** Only this cycle; all of them otherwise. */
  readonly cycle?: number;
  readonly language: Language;
  /** Shows each piece of the clock, also of long runs of days. */
  readonly isWhole?: boolean;
  readonly warehouse?: string;
}

/** Why a lead's promises are judged as they are. */
export interface Why {
  readonly lead: string;
  /** The lead_id that was asked for; another one when it was merged since. */
  readonly askedFor: string;
  /** ISO instant of the data. */
  readonly asOf: string;
  readonly language: Language;
  /** How many cycles the lead has, whether or not all are told of. */
  readonly cycleCount: number;
  readonly cycles: readonly ExplainedCycle[];
}

export interface ExplainedCycle {
  readonly facts: CycleFacts;
  readonly times: LocalTimes;
  /** One sentence for a person: what came of the promised response, and why. */
  readonly verdict: string;
  readonly timeline: readonly Entry[];
}

/** The marts that the explanation is made of. */
const tables = [
  'lead_cycles',
  'lead_responses',
  'clock_ledger',
  'lead_owner_times',
  'lead_follow_ups',
  'lead_acceptances',
  'meetings',
  'breaches',
  'crm_events',
];

/**
 * Explains a lead's first response, cycle by cycle, from what was published.
 * @throws DiagnosticsError when nothing was published yet, or the lead or its cycle is unknown.
 */
export async function why(root: string, request: WhyRequest): Promise<Why> {
  const { published } = warehouseFiles(root, request.warehouse);
  if (!existsSync(published)) throw new DiagnosticsError([nothingBuilt]);
  const warehouse = await Warehouse.open(published, { readOnly: true });
  try {
    await checkTables(warehouse);
    const lead = await findLead(warehouse, request.lead);
    const { asOf, timeZone, cycles } = await readFacts(warehouse, lead);
    const chosen = cycles.filter(({ cycle }) => request.cycle === undefined || cycle.cycle_no === request.cycle);
    if (chosen.length === 0) throw unknownCycle(lead, request.cycle, cycles.length);
    const { language } = request;
    return {
      lead,
      askedFor: request.lead,
      asOf,
      language,
      cycleCount: cycles.length,
      cycles: chosen.map((facts) => {
        const times = new LocalTimes(facts.response?.time_zone ?? timeZone, language);
        return {
          facts,
          times,
          verdict: verdictOf(facts, times),
          timeline: timelineOf(facts, { times, asOf, isWhole: request.isWhole ?? false }),
        };
      }),
    };
  } finally {
    warehouse.close();
  }
}

async function checkTables(warehouse: Warehouse): Promise<void> {
  for (const table of tables) {
    if (await warehouse.hasTable('main', table)) continue;
    throw new DiagnosticsError([
      {
        code: 'unknown-table',
        severity: 'error',
        message: `no table "${table}"`,
        expected: `a published file with the models ${tables.join(', ')}`,
        fix: 'Build again.',
      },
    ]);
  }
}
