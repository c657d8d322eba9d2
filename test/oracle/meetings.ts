import { instant } from './time.ts';
import type { CrmEvent, Cycle, Instant, Lead } from './types.ts';

export interface Meeting {
  /** The id that the events carry; null when the CRM gave none. */
  readonly meetingId: string | null;
  readonly slotNo: number;
  readonly leadId: string;
  readonly cycleNo: number | null;
  readonly bookedAt: Instant;
  readonly scheduledFor: Instant | null;
  readonly outcome: string;
  readonly reschedules: number;
}

interface Slot {
  readonly opened: CrmEvent;
  readonly cycleNo: number | null;
  scheduledFor: Instant | null;
  reschedules: number;
  latest: string;
}

const reported = new Map([
  ['meeting_held', 'held'],
  ['meeting_no_show', 'no_show'],
  ['meeting_cancelled', 'cancelled'],
]);

/**
 * Rule 11: the slots of one lead's meetings, walking its events in order. A meeting whose booking is not in the dump is
 * one all the same: whatever is first said of it opens its slot.
 */
export function meetingsOf(lead: Lead, cycles: readonly Cycle[], asOf: Instant): Meeting[] {
  const byId = new Map<string, Slot[]>();
  const withoutId: Slot[][] = [];
  for (const event of lead.events.filter(({ type }) => type.startsWith('meeting_'))) {
    const cycle = cycles.find(({ events }) => events.includes(event));
    apply(event, cycle?.cycleNo ?? null, slotsFor(event, byId, withoutId));
  }
  const all = [...[...byId].map(([id, slots]) => ({ id, slots })), ...withoutId.map((slots) => ({ id: null, slots }))];
  return all.flatMap(({ id, slots }) => slots.map((slot, index) => rowOf(lead, id, slot, index + 1, asOf)));
}

/** Without a meeting id a booking is a meeting of its own, and other events belong to the latest such booking. */
function slotsFor(event: CrmEvent, byId: Map<string, Slot[]>, withoutId: Slot[][]): Slot[] {
  const id = event.properties?.meeting_id;
  if (typeof id === 'string') {
    const slots = byId.get(id) ?? [];
    byId.set(id, slots);
    return slots;
  }
  const latest = withoutId.at(-1);
  if (latest !== undefined && event.type !== 'meeting_booked') return latest;
  const slots: Slot[] = [];
  withoutId.push(slots);
  return slots;
}

function apply(event: CrmEvent, cycleNo: number | null, slots: Slot[]): void {
  const current = slots.at(-1);
  const latest = reported.get(event.type) ?? 'planned';
  const over = current?.latest === 'held' || current?.latest === 'no_show';
  const plans = event.type === 'meeting_booked' || event.type === 'meeting_rescheduled';
  if (current === undefined || (plans && over)) {
    slots.push({ opened: event, cycleNo, scheduledFor: scheduledFor(event), reschedules: 0, latest });
    return;
  }
  current.latest = latest;
  // One that names no time leaves the time that is known.
  if (plans) current.scheduledFor = scheduledFor(event) ?? current.scheduledFor;
  if (event.type === 'meeting_rescheduled') current.reschedules += 1;
}

function scheduledFor(event: CrmEvent): Instant | null {
  const at = event.properties?.scheduled_for;
  return typeof at === 'string' ? instant(at) : null;
}

function rowOf(lead: Lead, meetingId: string | null, slot: Slot, slotNo: number, asOf: Instant): Meeting {
  const isAhead = slot.scheduledFor !== null && slot.scheduledFor > asOf;
  return {
    meetingId,
    slotNo,
    leadId: lead.leadId,
    cycleNo: slot.cycleNo,
    bookedAt: slot.opened.occurredAt,
    scheduledFor: slot.scheduledFor,
    outcome: slot.latest === 'planned' ? (isAhead ? 'upcoming' : 'unknown') : slot.latest,
    reschedules: slot.reschedules,
  };
}
