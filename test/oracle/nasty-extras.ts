import type { Season } from './nasty-events.ts';
import { recordingTakes } from './nasty-events.ts';
import type { Random } from './random.ts';
import { iso } from './time.ts';
import { type CrmEvent, hour, type Instant, minute } from './types.ts';

/** Spans that the agreements of the worlds name, in minutes: what happens exactly then is where rules meet. */
const named = [5, 10, 30, 37.5, 60, 90, 120, 480] as const;

const day = 24 * hour;

interface Walk {
  readonly leadId: string;
  readonly random: Random;
  readonly season: Season;
  readonly asOf: Instant;
}

/**
 * The same events, with what policies speak of: accounts, imported lists, activities of several kinds and outreach
 * written down late; and around each MQL pauses, changes of hands, bursts of attempts and meetings.
 */
export function withExtras(random: Random, season: Season, asOf: Instant, events: readonly CrmEvent[]): CrmEvent[] {
  const byLead = new Map<string, CrmEvent[]>();
  for (const event of events) byLead.set(event.leadId, [...(byLead.get(event.leadId) ?? []), event]);
  const accounts = Math.ceil(byLead.size / 4);
  const extras = [...byLead].flatMap(([leadId, own]) => extrasOf({ leadId, random, season, asOf }, own));
  return [...events, ...extras].map((event) => described(random, event, accounts));
}

function described(random: Random, event: CrmEvent, accounts: number): CrmEvent {
  const { type, properties } = event;
  const recordedAt = isReportable(type) && random.chance(0.35) ? event.occurredAt + lateness(random) : event.recordedAt;
  const own = { ...event, recordedAt };
  const account = `account-${random.below(accounts)}`;
  switch (type) {
    case 'lead_created': {
      const company = random.pick([account, account, account, '', null]);
      const source = random.chance(0.12) ? { source: 'list_import' } : {};
      return { ...own, properties: { ...properties, ...source, ...(company === null ? {} : { company_id: company }) } };
    }
    case 'activity':
      return { ...own, properties: { action: random.pick(['page_view', 'page_view', 'content_download', 'webinar']) } };
    case 'property_changed': {
      if (random.chance(0.75)) return own;
      const changes = [
        { name: 'company_id', value: random.pick([account, null]) },
        { name: 'source', value: random.pick(['list_import', 'organic']) },
      ];
      return { ...own, properties: random.pick(changes) };
    }
    default:
      return own;
  }
}

function isReportable(type: string): boolean {
  return type === 'outreach' || type === 'meeting_held' || type === 'meeting_no_show';
}

/** Hours to days; now and then exactly a day, which is not yet late. */
function lateness(random: Random): number {
  return random.pick([day, day + 1, 4 * hour, random.below(72) * hour, random.below(8) * day + 5 * minute]);
}

function extrasOf(lead: Walk, own: readonly CrmEvent[]): CrmEvent[] {
  const { random } = lead;
  const mqls = own.filter(({ stage }) => stage === 'mql').map(({ occurredAt }) => occurredAt);
  const anchors = mqls.length === 0 ? [random.pick(own).occurredAt] : mqls.slice(0, 2);
  const around = anchors.flatMap((at) => [
    ...(random.chance(0.4) ? pauses(lead, at) : []),
    ...(random.chance(0.5) ? hands(lead, at) : []),
    ...(random.chance(0.4) ? burst(lead, at) : []),
    ...(random.chance(0.4) ? interest(lead, at) : []),
    ...(random.chance(0.2) ? meeting(lead, at) : []),
    ...(random.chance(0.25) ? [eventOf(lead, 'reply_received', at + random.below(5000) * minute)] : []),
  ]);
  const dueNow = { ...eventOf(lead, 'stage_entered', lead.asOf - random.pick(named) * minute), stage: 'mql' };
  const called = {
    ...eventOf(lead, 'outreach', random.pick(lead.season.moments.slice(1, 3)) + 2 * hour),
    channel: 'phone',
  };
  around.push(...(random.chance(0.06) ? [dueNow] : []), ...(random.chance(0.3) ? [called] : []));
  const last = Math.max(...own.map(({ occurredAt }) => occurredAt), ...around.map(({ occurredAt }) => occurredAt));
  const leftAlone = random.chance(0.3) ? [eventOf(lead, 'reply_received', last + random.below(1440) * minute)] : [];
  return [...around, ...leftAlone];
}

/** Before the MQL, at it, while the clock runs, or just as time is up; nested, over weekends, and without end. */
function pauses(lead: Walk, mqlAt: Instant): CrmEvent[] {
  const { random } = lead;
  const from = random.pick([
    mqlAt - random.below(3 * 1440) * minute,
    mqlAt,
    mqlAt + random.below(600) * minute + random.below(60_000_000),
    mqlAt + random.pick(named) * minute,
  ]);
  const until = random.pick([
    from + random.below(90) * minute,
    from + random.below(5 * 1440) * minute,
    mqlAt,
    mqlAt + random.pick(named) * minute,
    from,
  ]);
  const again = random.chance(0.3) ? [eventOf(lead, 'lead_paused', from + random.below(600) * minute)] : [];
  const resumed = random.chance(0.9) ? [eventOf(lead, 'lead_resumed', until)] : [];
  const stray = random.chance(0.15) ? [eventOf(lead, 'lead_resumed', until + random.below(600) * minute)] : [];
  // Whatever is left open is closed some days later, of most leads.
  const atLast = random.chance(0.8) ? [eventOf(lead, 'lead_resumed', from + random.below(12 * 1440) * minute)] : [];
  return [eventOf(lead, 'lead_paused', from), ...again, ...resumed, ...stray, ...atLast];
}

/**
 * To others and to the same owner again, several at one instant, exactly when time is up, after, and just as
 * somebody calls.
 */
function hands(lead: Walk, mqlAt: Instant): CrmEvent[] {
  const { random } = lead;
  const events: CrmEvent[] = [];
  let at = mqlAt + random.pick([0, 0, -600, 30]) * minute;
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    events.push({
      ...eventOf(lead, 'owner_assigned', at),
      ownerId: random.chance(0.08) ? null : `rep-${random.below(4)}`,
    });
    at += random.pick([0, random.below(45), random.pick(named), random.below(1440)]) * minute;
  }
  const called = { ...eventOf(lead, 'outreach', random.pick(events).occurredAt), channel: 'phone' };
  return random.chance(0.2) ? [...events, called] : events;
}

/** Several attempts within minutes, some from before the MQL on, on one channel, on two, and on none. */
function burst(lead: Walk, mqlAt: Instant): CrmEvent[] {
  const { random } = lead;
  const channels = random.pick([['phone'], ['email', 'phone'], [null], [null, 'sms'], ['phone']]);
  const events: CrmEvent[] = [];
  let at = mqlAt + random.pick([-5, random.below(600), random.below(3000)]) * minute;
  for (let left = 2 + random.below(4); left > 0; left -= 1) {
    events.push({ ...eventOf(lead, 'outreach', at), channel: random.pick(channels) });
    at += random.pick([0, 3, 5, 5, 10, 10, 11, 240]) * minute + random.pick([0, 0, 1]);
  }
  return events;
}

/** Visits in bursts, some exactly as old at the MQL as what is left of their points, and data filled in around it. */
function interest(lead: Walk, mqlAt: Instant): CrmEvent[] {
  const { random } = lead;
  const at = mqlAt + random.pick([0, -random.below(2000) * minute, random.below(600) * minute, -14 * day, -30 * day]);
  const visits = Array.from({ length: 1 + random.below(5) }, (_, index) =>
    eventOf(lead, 'activity', at + index * random.pick([0, 1, 20]) * minute),
  );
  const change = { name: 'company_size', value: random.pick([5, 50, 250]) };
  const filled = {
    ...eventOf(lead, 'property_changed', mqlAt + random.pick([-60, 0, 20]) * minute),
    properties: change,
  };
  return random.chance(0.4) ? [...visits, filled] : visits;
}

/** Booked after the MQL, by the lead itself or not, held or missed, and written down when somebody found the time. */
function meeting(lead: Walk, mqlAt: Instant): CrmEvent[] {
  const { random } = lead;
  const bookedAt = mqlAt + random.below(2000) * minute;
  const scheduledFor = bookedAt + random.below(6 * 1440) * minute;
  const named = { meeting_id: `${lead.leadId}-m${100 + random.below(900)}` };
  const booked = { ...named, scheduled_for: iso(scheduledFor), self_booked: random.chance(0.5) };
  const outcome = eventOf(lead, random.pick(['meeting_held', 'meeting_no_show']), scheduledFor + 30 * minute);
  return [
    { ...eventOf(lead, 'meeting_booked', bookedAt), properties: booked },
    ...(random.chance(0.7) ? [{ ...outcome, properties: named }] : []),
  ];
}

function eventOf({ leadId, random, season }: Walk, type: string, at: Instant): CrmEvent {
  return {
    eventId: `${random.below(0xffffff).toString(16).padStart(6, '0')}-${random.below(0xffffff).toString(16)}x`,
    occurredAt: at,
    recordedAt: at + recordingTakes,
    leadId,
    type,
    stage: null,
    ownerId: null,
    team: random.chance(0.04) ? random.pick(season.teams) : null,
    channel: null,
    properties: null,
  };
}
