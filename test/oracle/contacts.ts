import { type CrmEvent, type Cycle, hour, type Instant, type Policies } from './types.ts';

/** An outreach by a person, to the lead. */
export function isHumanOutbound(event: CrmEvent): boolean {
  return event.type === 'outreach' && event.properties?.automated !== true && event.properties?.direction !== 'inbound';
}

export function isReply(event: CrmEvent): boolean {
  return event.type === 'reply_received' || (event.type === 'outreach' && event.properties?.direction === 'inbound');
}

/** Written down more than the agreed hours after it happened; never where the agreement says nothing of it. */
export function isLoggedLate(event: CrmEvent, { loggedLate }: Policies): boolean {
  if (event.type !== 'outreach' || loggedLate === null) return false;
  return event.recordedAt - event.occurredAt > loggedLate.afterHours * hour;
}

/** Whether an outreach by a person counts: over a listed channel, and written down in time where that matters. */
export function counts(event: CrmEvent, policies: Policies, channels: readonly string[] | null): boolean {
  if (!isHumanOutbound(event)) return false;
  if (policies.loggedLate?.counts === false && isLoggedLate(event, policies)) return false;
  return channels === null || (event.channel !== null && channels.includes(event.channel));
}

export function firstHumanOutreach(cycle: Cycle): Instant | null {
  return cycle.events.find(isHumanOutbound)?.occurredAt ?? null;
}
