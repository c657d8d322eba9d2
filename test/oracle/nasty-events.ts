import type { Random } from './random.ts';
import { iso } from './time.ts';
import { type CrmEvent, type Instant, minute } from './types.ts';

export interface Season {
  readonly from: Instant;
  readonly to: Instant;
  /** Where leads crowd: clock changes, holidays, the day an agreement changes. */
  readonly moments: readonly Instant[];
  readonly teams: readonly string[];
}

const types = {
  stage_entered: 30,
  outreach: 16,
  owner_assigned: 8,
  meeting_booked: 6,
  property_changed: 6,
  meeting_rescheduled: 5,
  reply_received: 4,
  lead_created: 4,
  meeting_held: 3,
  meeting_no_show: 3,
  meeting_cancelled: 3,
  activity: 3,
} as const;

const stages = {
  mql: 28,
  lead: 13,
  sal: 13,
  sql: 10,
  lost: 8,
  won: 7,
  subscriber: 6,
  disqualified: 6,
  proposal: 5,
  meeting: 4,
} as const;

/** Minutes that the agreements of the worlds promise. */
const promised = [30, 37.5, 90, 480] as const;

const waits = { none: 18, minutes: 22, hours: 25, days: 24, week: 11 } as const;

/** The CRM stores most events two minutes later. */
export const recordingTakes = 2 * minute;

type Type = keyof typeof types | 'lead_merged' | 'lead_deleted';

interface Walk {
  readonly leadId: string;
  readonly random: Random;
  readonly season: Season;
  /** Meetings with an id that were booked so far. */
  readonly meetings: string[];
}

/** Events of some hundred leads that do what leads should not do: all at once, backwards, twice, and in the wrong order. */
export function nastyEvents(random: Random, season: Season, leads: number): CrmEvent[] {
  const names = Array.from({ length: leads }, (_, index) => `lead-${String(index + 1).padStart(3, '0')}`);
  const events = names.flatMap((leadId) => walk({ leadId, random, season, meetings: [] }));
  return [...events, ...merges(random, season, names), ...deletions(random, season, names)];
}

function walk(lead: Walk): CrmEvent[] {
  const { random, season } = lead;
  const events: CrmEvent[] = [];
  let at = start(random, season);
  if (random.chance(0.1)) events.push({ ...eventOf(lead, 'stage_entered', random.pick(season.moments)), stage: 'mql' });
  if (random.chance(0.85)) events.push(eventOf(lead, 'lead_created', snapped(random, at)));
  for (let left = 2 + random.below(14); left > 0; left -= 1) {
    at += wait(random);
    const when = random.chance(0.15) ? (events.at(-1)?.occurredAt ?? at) : snapped(random, at);
    const event = eventOf(lead, random.weighted(types), when);
    events.push(event, ...sequel(lead, event));
  }
  return events;
}

/** What often follows, so that promises are kept and broken, leads released, and meetings missed and put off. */
function sequel(lead: Walk, event: CrmEvent): CrmEvent[] {
  const { random } = lead;
  const later = (most: number): Instant => snapped(random, event.occurredAt + random.below(most) * minute);
  if (event.stage === 'mql') {
    if (random.chance(0.12)) {
      const spam = { stage: 'disqualified', properties: { reason: random.pick(['spam', 'duplicate', 'price']) } };
      return [{ ...eventOf(lead, 'stage_entered', later(300)), ...spam }];
    }
    if (random.chance(0.5)) return [];
    if (random.chance(0.5)) return [eventOf(lead, random.pick(['outreach', 'meeting_booked']), later(600))];
    const inTheLastMoment = event.occurredAt + random.pick(promised) * minute;
    return [{ ...eventOf(lead, 'outreach', inTheLastMoment), properties: null }];
  }
  if ((event.stage === 'lost' || event.stage === 'disqualified') && random.chance(0.2)) {
    const other = event.stage === 'lost' ? 'disqualified' : 'lost';
    return [{ ...eventOf(lead, 'stage_entered', event.occurredAt), stage: other, properties: null }];
  }
  const meetingId = event.properties?.meeting_id;
  if (event.type !== 'meeting_booked' || meetingId === undefined || random.chance(0.5)) return [];
  const outcome = random.pick(['meeting_held', 'meeting_no_show', 'meeting_cancelled'] as const);
  const reported = eventOf(lead, outcome, later(2000));
  const putOff = eventOf(lead, 'meeting_rescheduled', reported.occurredAt + random.below(600) * minute);
  const both = random.chance(0.6) ? [reported, putOff] : [reported];
  return both.map((own) => ({ ...own, properties: { ...own.properties, meeting_id: meetingId } }));
}

/** Near one of the season's moments, or anywhere. */
function start(random: Random, season: Season): Instant {
  if (random.chance(0.6)) return random.pick(season.moments) + Math.round((random.next() - 0.7) * 2 * 1440 * minute);
  return season.from + Math.round(random.next() * (season.to - season.from));
}

function wait(random: Random): number {
  switch (random.weighted(waits)) {
    case 'none':
      return 0;
    case 'minutes':
      return random.below(20) * minute;
    case 'hours':
      return random.below(180) * minute;
    case 'days':
      return random.below(2 * 1440) * minute;
    case 'week':
      return random.below(9 * 1440) * minute;
  }
}

/** Half of all lies on a quarter of an hour, where hours open and close; the rest on any minute or microsecond. */
function snapped(random: Random, at: Instant): Instant {
  if (random.chance(0.5)) return Math.round(at / (15 * minute)) * 15 * minute;
  return Math.round(at / minute) * minute + (random.chance(0.4) ? random.below(60_000_000) : 0);
}

function eventOf(lead: Walk, type: Type, at: Instant): CrmEvent {
  const { random, season, leadId } = lead;
  const namesTeam = random.chance(type === 'owner_assigned' ? 0.6 : 0.08);
  const event = {
    eventId: `${random.below(0xffffff).toString(16).padStart(6, '0')}-${random.below(0xffffff).toString(16)}`,
    occurredAt: at,
    recordedAt: at + recordingTakes,
    leadId,
    type,
    stage: null,
    ownerId: null,
    team: namesTeam ? random.pick(season.teams) : null,
    channel: null,
    properties: null,
  };
  return { ...event, ...details(lead, type, at) };
}

function details(lead: Walk, type: Type, at: Instant): Partial<CrmEvent> {
  const { random } = lead;
  switch (type) {
    case 'stage_entered':
      return entered(random);
    case 'lead_created':
      return {
        stage: random.chance(0.8) ? null : random.pick(['subscriber', 'lead', 'mql']),
        properties: attributes(random),
      };
    case 'owner_assigned':
      return { ownerId: `rep-${random.below(6)}` };
    case 'outreach':
      return { channel: random.pick(['phone', 'email', 'sms', null]), properties: outreach(random) };
    case 'reply_received':
      return { channel: 'email' };
    case 'property_changed':
      return { properties: changed(random) };
    case 'activity':
      return { properties: { action: 'page_view' } };
    default:
      return meeting(lead, type, at);
  }
}

function entered(random: Random): Partial<CrmEvent> {
  const stage = random.weighted(stages);
  const reasons = ['spam', 'duplicate', 'price', 'no_fit', null];
  const reason = stage === 'lost' || stage === 'disqualified' || random.chance(0.1) ? random.pick(reasons) : null;
  return { stage, properties: reason === null ? null : { reason } };
}

function outreach(random: Random): Record<string, unknown> | null {
  const direction = random.pick(['outbound', 'outbound', 'outbound', 'inbound', null, null]);
  const automated = random.pick([true, false, null, null]);
  const properties = {
    ...(direction === null ? {} : { direction }),
    ...(automated === null ? {} : { automated }),
  };
  return Object.keys(properties).length === 0 ? null : properties;
}

function attributes(random: Random): Record<string, unknown> {
  return {
    source: random.pick(['organic', 'webinar', 'event']),
    country: random.pick(['DK', 'SE', 'US']),
    ...(random.chance(0.6) ? { company_size: random.pick([5, 10, 50, 250, 251]) } : {}),
    ...(random.chance(0.6) ? { lead_type: random.pick(['demo_request', 'webinar']) } : {}),
  };
}

function changed(random: Random): Record<string, unknown> {
  return random.pick([
    { name: 'country', value: random.pick(['DK', 'SE', 'US', null, '']) },
    { name: 'company_size', value: random.pick([5, 10, '50', '250', 'unknown']) },
    { name: 'lead_type', value: random.pick(['demo_request', 'webinar']) },
  ]);
}

/** Half of the bookings carry an id; what follows them carries one that was booked, or none. */
function meeting(lead: Walk, type: Type, at: Instant): Partial<CrmEvent> {
  const { random, meetings, leadId } = lead;
  const isBooking = type === 'meeting_booked';
  const hasId = isBooking ? random.chance(0.5) : meetings.length > 0 && random.chance(0.7);
  if (isBooking && hasId) meetings.push(`${leadId}-m${meetings.length + 1}`);
  const meetingId = !hasId ? undefined : isBooking ? meetings.at(-1) : random.pick(meetings);
  const isPlanned = (isBooking || type === 'meeting_rescheduled') && random.chance(0.85);
  const scheduledFor = Math.round((at + random.below(10 * 1440) * minute) / minute) * minute;
  return {
    channel: isBooking ? random.pick(['phone', 'web', null]) : null,
    properties: {
      ...(meetingId === undefined ? {} : { meeting_id: meetingId }),
      ...(isPlanned ? { scheduled_for: iso(scheduledFor) } : {}),
      ...(isBooking && random.chance(0.4) ? { self_booked: random.chance(0.7) } : {}),
    },
  };
}

/** Chains, forks, loops and leads merged into themselves, among groups of three neighbours. */
function merges(random: Random, season: Season, names: readonly string[]): CrmEvent[] {
  return names.flatMap((_, index) => {
    if (index % 3 !== 0 || !random.chance(0.3)) return [];
    const group = names.slice(index, index + 3);
    return Array.from({ length: 1 + random.below(4) }, () => {
      const leadId = random.pick(group);
      return { ...anyTime(random, season, leadId, 'lead_merged'), properties: { into: random.pick(group) } };
    });
  });
}

function deletions(random: Random, season: Season, names: readonly string[]): CrmEvent[] {
  return names.filter(() => random.chance(0.08)).map((leadId) => anyTime(random, season, leadId, 'lead_deleted'));
}

function anyTime(random: Random, season: Season, leadId: string, type: 'lead_merged' | 'lead_deleted'): CrmEvent {
  const at =
    season.from + Math.floor((random.next() * (season.to - season.from)) / (6 * 60 * minute)) * 6 * 60 * minute;
  return { ...eventOf({ leadId, random, season, meetings: [] }, 'activity', at), type, team: null, properties: null };
}
