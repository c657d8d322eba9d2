import { entryOf, isExit, rungOf } from './stages.ts';
import type { CrmEvent, Cycle, Instant, Lead, StageEntry } from './types.ts';

interface Draft extends Cycle {
  closedAt: Instant | null;
  outcome: string | null;
  exitReason: string | null;
  readonly entries: StageEntry[];
  readonly events: CrmEvent[];
}

/** Rule 4, as a state machine that walks the lead's events once. */
export function cyclesOf(lead: Lead): Cycle[] {
  const cycles: Draft[] = [];
  const beforeTheFirst: CrmEvent[] = [];
  for (const event of lead.events) {
    const stage = entryOf(event);
    const current = cycles.at(-1);
    if (stage === null) {
      (current?.events ?? beforeTheFirst).push(event);
    } else if (current === undefined) {
      enter(open(lead, cycles, event, beforeTheFirst), stage, event);
    } else if (current.closedAt === null && recycles(current, event, stage)) {
      close(current, event, 'recycled', null);
      enter(open(lead, cycles, event), stage, event);
    } else if (current.closedAt !== null && reopens(current, event, stage)) {
      enter(open(lead, cycles, event), stage, event);
    } else {
      enter(current, stage, event);
    }
  }
  return cycles;
}

function open(lead: Lead, cycles: Draft[], event: CrmEvent, before: readonly CrmEvent[] = []): Draft {
  const cycle: Draft = {
    leadId: lead.leadId,
    cycleNo: cycles.length + 1,
    openedAt: event.occurredAt,
    closedAt: null,
    outcome: null,
    exitReason: null,
    entries: [],
    events: [...before],
  };
  cycles.push(cycle);
  return cycle;
}

function enter(cycle: Draft, stage: string, event: CrmEvent): void {
  cycle.events.push(event);
  cycle.entries.push({ stage, at: event.occurredAt });
  const closes = stage === 'won' || isExit(stage);
  if (closes && cycle.closedAt === null) close(cycle, event, stage, reasonOf(event));
}

function close(cycle: Draft, event: CrmEvent, outcome: string, reason: string | null): void {
  cycle.closedAt = event.occurredAt;
  cycle.outcome = outcome;
  cycle.exitReason = reason;
}

function recycles(cycle: Cycle, event: CrmEvent, stage: string): boolean {
  const back = stage === 'subscriber' || stage === 'lead';
  return back && event.type !== 'lead_created' && cycle.entries.some((entry) => rungOf(entry.stage) >= rungOf('mql'));
}

/** After a close: a rung below won opens the next cycle, and a won that follows an exit is a cycle of its own. */
function reopens(closed: Cycle, event: CrmEvent, stage: string): boolean {
  if (event.type === 'lead_created' || isExit(stage)) return false;
  if (stage === 'won') return closed.outcome !== 'won';
  return !(event.type === 'meeting_booked' && closed.outcome === 'won');
}

function reasonOf(event: CrmEvent): string | null {
  const reason = event.properties?.reason;
  return typeof reason === 'string' ? reason : null;
}
