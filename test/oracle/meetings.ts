import { promptness } from './acceptances.ts';
import { agreementAt, calendarOf } from './agreements.ts';
import { endOfBusinessDays } from './calendar.ts';
import type { Case } from './cases.ts';
import { instant } from './time.ts';
import type { Agreement, CrmEvent, Instant, Lead } from './types.ts';

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
  readonly report: Report;
}

/** Whether the outcome was written down in time; all but `reportedAt` null where nothing is promised. */
interface Report {
  readonly agreement: string | null;
  readonly promise: string | null;
  readonly dueAt: Instant | null;
  readonly reportedAt: Instant | null;
  readonly status: string | null;
}

interface Slot {
  readonly opened: CrmEvent;
  /** The cycle that owns it; null for a lead without a stage entry. */
  readonly own: Case | null;
  readonly reportedAt: Instant[];
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
export function meetingsOf(
  lead: Lead,
  cases: readonly Case[],
  agreements: readonly Agreement[],
  asOf: Instant,
): Meeting[] {
  const byId = new Map<string, Slot[]>();
  const withoutId: Slot[][] = [];
  for (const event of lead.events.filter(({ type }) => type.startsWith('meeting_'))) {
    const own = cases.find(({ cycle }) => cycle.events.includes(event)) ?? null;
    apply(event, own, slotsFor(event, byId, withoutId));
  }
  const all = [...[...byId].map(([id, slots]) => ({ id, slots })), ...withoutId.map((slots) => ({ id: null, slots }))];
  return all.flatMap(({ id, slots }) =>
    slots.map((slot, index) => ({
      meetingId: id,
      slotNo: index + 1,
      leadId: lead.leadId,
      cycleNo: slot.own?.cycle.cycleNo ?? null,
      bookedAt: slot.opened.occurredAt,
      scheduledFor: slot.scheduledFor,
      outcome: outcomeOf(slot, asOf),
      reschedules: slot.reschedules,
      report: reportOf(slot, agreements, asOf),
    })),
  );
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

function apply(event: CrmEvent, own: Case | null, slots: Slot[]): void {
  const latest = reported.get(event.type) ?? 'planned';
  const reportedAt = latest === 'held' || latest === 'no_show' ? [event.recordedAt] : [];
  const current = slots.at(-1);
  const over = current?.latest === 'held' || current?.latest === 'no_show';
  const plans = event.type === 'meeting_booked' || event.type === 'meeting_rescheduled';
  if (current === undefined || (plans && over)) {
    slots.push({ opened: event, own, reportedAt, scheduledFor: scheduledFor(event), reschedules: 0, latest });
    return;
  }
  current.latest = latest;
  current.reportedAt.push(...reportedAt);
  // One that names no time leaves the time that is known.
  if (plans) current.scheduledFor = scheduledFor(event) ?? current.scheduledFor;
  if (event.type === 'meeting_rescheduled') current.reschedules += 1;
}

function scheduledFor(event: CrmEvent): Instant | null {
  const at = event.properties?.scheduled_for;
  return typeof at === 'string' ? instant(at) : null;
}

function outcomeOf({ latest, scheduledFor }: Slot, asOf: Instant): string {
  if (latest !== 'planned') return latest;
  return scheduledFor !== null && scheduledFor > asOf ? 'upcoming' : 'unknown';
}

/** Promised of every meeting with a time that was not called off, by the agreement in force at that time. */
function reportOf(slot: Slot, agreements: readonly Agreement[], asOf: Instant): Report {
  const reportedAt = slot.reportedAt.length === 0 ? null : Math.min(...slot.reportedAt);
  const none = { agreement: null, promise: null, dueAt: null, reportedAt, status: null };
  const at = slot.scheduledFor;
  if (at === null || slot.latest === 'cancelled' || slot.own?.isExcluded === true) return none;
  const agreement = agreementAt(agreements, at);
  if (agreement === null || agreement.reportWithinDays === null) return none;
  const due = endOfBusinessDays(calendarOf(agreement, slot.own?.team ?? null), at, agreement.reportWithinDays);
  const status = promptness(reportedAt, due, asOf);
  return { agreement: agreement.id, promise: 'meeting_outcome', dueAt: due, reportedAt, status };
}
