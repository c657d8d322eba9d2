import { instant } from './time.ts';
import type { CrmEvent, Cycle, Instant } from './types.ts';

export interface Meeting {
  /** The id that the events carry; null when the CRM gave none. */
  readonly meetingId: string | null;
  readonly slotNo: number;
  readonly leadId: string;
  readonly cycleNo: number;
  readonly bookedAt: Instant;
  readonly scheduledFor: Instant | null;
  readonly outcome: string;
  readonly reschedules: number;
}

interface Slot {
  readonly opened: CrmEvent;
  readonly cycleNo: number;
  scheduledFor: Instant | null;
  reschedules: number;
  latest: string;
}

const reported = new Map([
  ['meeting_held', 'held'],
  ['meeting_no_show', 'no_show'],
  ['meeting_cancelled', 'cancelled'],
]);

/** Rule 11: the slots of one lead's meetings, walking its events in order. */
export function meetingsOf(cycles: readonly Cycle[], asOf: Instant): Meeting[] {
  const byId = new Map<string, Slot[]>();
  const withoutId: Slot[][] = [];
  for (const { event, cycleNo } of cycles.flatMap((cycle) =>
    cycle.events.map((event) => ({ event, cycleNo: cycle.cycleNo })),
  )) {
    if (!event.type.startsWith('meeting_')) continue;
    const slots = slotsFor(event, byId, withoutId);
    if (slots !== undefined) apply(event, cycleNo, slots);
  }
  const all = [...[...byId].map(([id, slots]) => ({ id, slots })), ...withoutId.map((slots) => ({ id: null, slots }))];
  return all.flatMap(({ id, slots }) => slots.map((slot, index) => rowOf(id, slot, index + 1, asOf)));
}

/** Without a meeting id a booking is a meeting of its own, and other events belong to the latest such booking. */
function slotsFor(event: CrmEvent, byId: Map<string, Slot[]>, withoutId: Slot[][]): Slot[] | undefined {
  const id = event.properties?.meeting_id;
  if (typeof id === 'string') {
    const slots = byId.get(id) ?? [];
    byId.set(id, slots);
    return slots;
  }
  if (event.type === 'meeting_booked') withoutId.push([]);
  return withoutId.at(-1);
}

function apply(event: CrmEvent, cycleNo: number, slots: Slot[]): void {
  const current = slots.at(-1);
  const over = current?.latest === 'held' || current?.latest === 'no_show';
  if (event.type === 'meeting_booked' || (event.type === 'meeting_rescheduled' && over)) {
    slots.push({ opened: event, cycleNo, scheduledFor: scheduledFor(event), reschedules: 0, latest: 'planned' });
  } else if (current !== undefined && event.type === 'meeting_rescheduled') {
    current.scheduledFor = scheduledFor(event);
    current.reschedules += 1;
    current.latest = 'planned';
  } else if (current !== undefined) {
    current.latest = reported.get(event.type) ?? current.latest;
  }
}

function scheduledFor(event: CrmEvent): Instant | null {
  const at = event.properties?.scheduled_for;
  return typeof at === 'string' ? instant(at) : null;
}

function rowOf(meetingId: string | null, slot: Slot, slotNo: number, asOf: Instant): Meeting {
  const isAhead = slot.scheduledFor !== null && slot.scheduledFor > asOf;
  return {
    meetingId,
    slotNo,
    leadId: slot.opened.leadId,
    cycleNo: slot.cycleNo,
    bookedAt: slot.opened.occurredAt,
    scheduledFor: slot.scheduledFor,
    outcome: slot.latest === 'planned' ? (isAhead ? 'upcoming' : 'unknown') : slot.latest,
    reschedules: slot.reschedules,
  };
}
