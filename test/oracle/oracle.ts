import { type Acceptance, acceptanceOf } from './acceptances.ts';
import { type Case, caseOf, isMqlCase, surgeOf } from './cases.ts';
import { cyclesOf } from './cycles.ts';
import { type FollowUp, followUpOf } from './follow-ups.ts';
import { leadsOf } from './leads.ts';
import { type Meeting, meetingsOf } from './meetings.ts';
import { type Response, responseOf } from './responses.ts';
import { type Judgement, judgementOf } from './scores.ts';
import type { Lead, World } from './types.ts';

export interface Verdicts {
  readonly leads: readonly Lead[];
  readonly cases: readonly Case[];
  readonly responses: readonly Response[];
  readonly followUps: readonly FollowUp[];
  readonly acceptances: readonly Acceptance[];
  readonly meetings: readonly Meeting[];
  readonly judgements: readonly Judgement[];
}

/** Everything the rules say about these events, computed apart from the models. */
export function judge({ events, agreements, asOf }: World): Verdicts {
  const leads = leadsOf(events.filter((event) => event.occurredAt <= asOf));
  const files = leads.map((lead) => {
    const cycles = cyclesOf(lead);
    return { lead, cases: cycles.map((cycle) => caseOf(lead, cycles, cycle, agreements)) };
  });
  const cases = files.flatMap((file) => file.cases);
  const mqls = cases.filter(isMqlCase);
  const surge = surgeOf(mqls);
  return {
    leads,
    cases,
    responses: mqls.map((own) => responseOf(own, cases, surge.has(own), asOf)),
    followUps: mqls.map((own) => followUpOf(own, surge.has(own), asOf)),
    acceptances: mqls.map((own) => acceptanceOf(own, surge.has(own), asOf)),
    meetings: files.flatMap((file) => meetingsOf(file.lead, file.cases, agreements, asOf)),
    judgements: cases.map((own) => judgementOf(own, agreements)),
  };
}
