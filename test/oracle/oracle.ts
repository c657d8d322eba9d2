import { cyclesOf } from './cycles.ts';
import { type FollowUp, followUpOf } from './follow-ups.ts';
import { leadsOf } from './leads.ts';
import { type Meeting, meetingsOf } from './meetings.ts';
import { type Response, responseOf } from './responses.ts';
import type { Cycle, Lead, World } from './types.ts';

export interface Verdicts {
  readonly leads: readonly Lead[];
  readonly cycles: readonly Cycle[];
  readonly responses: readonly Response[];
  readonly followUps: readonly FollowUp[];
  readonly meetings: readonly Meeting[];
}

/** Everything the design says about these events, computed apart from the models. */
export function judge({ events, agreements, asOf }: World): Verdicts {
  const leads = leadsOf(events.filter((event) => event.occurredAt <= asOf));
  const judged = leads.map((lead) => ({ lead, cycles: cyclesOf(lead) }));
  const perCycle = judged.flatMap(({ lead, cycles }) => cycles.map((cycle) => ({ lead, cycles, cycle })));
  return {
    leads,
    cycles: perCycle.map(({ cycle }) => cycle),
    responses: perCycle.flatMap(({ lead, cycles, cycle }) => responseOf(lead, cycles, cycle, agreements, asOf) ?? []),
    followUps: perCycle.flatMap(({ lead, cycle }) => followUpOf(lead, cycle, agreements, asOf) ?? []),
    meetings: judged.flatMap(({ lead, cycles }) => meetingsOf(lead, cycles, asOf)),
  };
}
