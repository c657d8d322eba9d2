import type { Warehouse } from '../warehouse/warehouse.ts';
import type { CycleFacts, CycleRow } from './why-facts.ts';

/** Somebody reached out, wrote back or booked; as published. */
export interface ContactRow {
  readonly occurred_at: string;
  readonly type: 'outreach' | 'reply_received' | 'meeting_booked';
  readonly channel: string | null;
  readonly is_inbound: boolean;
  readonly is_automated: boolean;
  readonly is_self_booked: boolean;
  /** Hours from when it took place to when it was recorded. */
  readonly logged_after_hours: number;
  /** Agreements under which an outreach over the channel answered some lead. */
  readonly answers_under: readonly string[];
}

/** Reads the contacts with a lead, in order. */
export async function readContacts(warehouse: Warehouse, lead: string): Promise<ContactRow[]> {
  return warehouse.rows<ContactRow>(
    `
    with
        events as (
            select
                occurred_at,
                event_id,
                type,
                channel,
                coalesce((properties ->> 'direction') = 'inbound', false) as is_inbound,
                coalesce((properties ->> 'automated') = 'true', false) as is_automated,
                coalesce((properties ->> 'self_booked') = 'true', false) as is_self_booked,
                epoch_us(first_recorded_at - occurred_at) / 3_600_000_000 as logged_after_hours
            from main.crm_events
            where lead_id = $1 and type in ('outreach', 'reply_received', 'meeting_booked')
        ),
        answers as (
            select response_channel as channel, list(distinct agreement) as agreements
            from main.lead_responses
            where response_channel in (select channel from events) and agreement is not null and status <> 'self_booked'
            group by response_channel
        )
    select events.* exclude (event_id), coalesce(answers.agreements, []) as answers_under
    from events
    left join answers on events.channel = answers.channel
    order by events.occurred_at, events.event_id`,
    [lead],
  );
}

/** Those of one cycle. */
export function contactsOf({ opened_at, closed_at }: CycleRow, contacts: readonly ContactRow[]): readonly ContactRow[] {
  return contacts.filter(
    ({ occurred_at }) =>
      Date.parse(occurred_at) >= Date.parse(opened_at) &&
      (closed_at === null || Date.parse(occurred_at) <= Date.parse(closed_at)),
  );
}

/** Why an outreach of before the response is none; undefined for what might have been no outreach of ours at all. */
export function whyIgnored(
  contact: ContactRow,
  agreement: string | null,
): 'automated' | 'channel' | 'late' | 'either' | undefined {
  if (contact.type !== 'outreach' || contact.is_inbound) return undefined;
  if (contact.is_automated) return 'automated';
  // What the policies say is not published; a channel that answered others can answer.
  if (agreement !== null && contact.answers_under.includes(agreement)) return 'late';
  return contact.channel === null || contact.logged_after_hours < 1 ? 'channel' : 'either';
}

/** What made the promised follow-up needless, the first of it; undefined when nothing did. */
export function fruitOf({
  cycle,
  contacts,
  followUp,
}: CycleFacts): 'reply' | 'self_booking' | 'booking' | 'sal' | undefined {
  const { mql_at, sal_reached_at } = cycle;
  if (mql_at === null || followUp === undefined) return undefined;
  const ends = followUp.ends_at === null ? Number.POSITIVE_INFINITY : Date.parse(followUp.ends_at);
  const isReply = ({ type, is_inbound, occurred_at }: ContactRow): boolean =>
    (type === 'reply_received' || is_inbound) && Date.parse(occurred_at) > Date.parse(mql_at);
  const early = contacts.find(
    (contact) => Date.parse(contact.occurred_at) <= ends && (isReply(contact) || contact.type === 'meeting_booked'),
  );
  if (early !== undefined) {
    if (early.type !== 'meeting_booked') return 'reply';
    return early.is_self_booked ? 'self_booking' : 'booking';
  }
  if (sal_reached_at === null || Date.parse(sal_reached_at) > ends) return undefined;
  const isBefore = contacts.some(
    ({ type, is_inbound, is_automated, occurred_at }) =>
      type === 'outreach' && !is_inbound && !is_automated && Date.parse(occurred_at) < Date.parse(sal_reached_at),
  );
  return isBefore ? 'sal' : undefined;
}
