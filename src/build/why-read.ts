import type { Warehouse } from '../warehouse/warehouse.ts';
import { contactsOf, readContacts } from './why-contacts.ts';
import type {
  AcceptanceRow,
  BreachRow,
  ClauseRow,
  CycleFacts,
  CycleRow,
  FollowUpRow,
  LeadFacts,
  MeetingRow,
  OwnerRow,
  PieceRow,
  PlaceRow,
  ResponseRow,
} from './why-facts.ts';

/** Reads what is published of a lead. */
export async function readFacts(warehouse: Warehouse, lead: string): Promise<LeadFacts> {
  const read = <T extends object>(sql: string): Promise<T[]> => warehouse.rows<T>(sql, [lead]);
  const cycles = await read<CycleRow>('from main.lead_cycles where lead_id = $1 order by cycle_no');
  const responses = await read<ResponseRow>('from main.lead_responses where lead_id = $1');
  const clauses = await read<ClauseRow>(clausesSql);
  const places = await read<PlaceRow>(placesSql);
  const pieces = await read<PieceRow>('from main.clock_ledger where lead_id = $1 order by cycle_no, piece_no');
  const owners = await read<OwnerRow>(ownersSql);
  const followUps = await read<FollowUpRow>('from main.lead_follow_ups where lead_id = $1 and status is not null');
  const acceptances = await read<AcceptanceRow>('from main.lead_acceptances where lead_id = $1 and status is not null');
  const meetings = await read<MeetingRow>(
    'from main.meetings where lead_id = $1 order by coalesce(scheduled_for, booked_at), meeting_id, slot_no',
  );
  const breaches = await read<BreachRow>(
    'from main.breaches where lead_id = $1 and is_explained order by cycle_no, breach_no',
  );
  const contacts = await readContacts(warehouse, lead);
  const [info] = await warehouse.rows<{ as_of: string; time_zone: string }>(
    'select as_of, time_zone from main.build_info',
  );
  return {
    asOf: info?.as_of ?? '',
    timeZone: info?.time_zone ?? 'UTC',
    cycles: cycles.map((cycle): CycleFacts => {
      const isOfCycle = ({ cycle_no }: { readonly cycle_no: number }): boolean => cycle_no === cycle.cycle_no;
      return {
        cycle,
        response: responses.find(isOfCycle),
        clause: clauses.find(isOfCycle),
        pieces: pieces.filter(isOfCycle),
        owners: owners.filter(isOfCycle),
        followUp: followUps.find(isOfCycle),
        acceptance: acceptances.find(isOfCycle),
        meetings: meetings.filter(isOfCycle),
        place: places.find(isOfCycle),
        breaches: breaches.filter(isOfCycle),
        contacts: contactsOf(cycle, contacts),
      };
    }),
  };
}

const clausesSql = `
    select responses.cycle_no, clauses.effective_from, clauses.wording_en, clauses.wording_da
    from main.lead_responses as responses
    inner join main.agreement_promises as clauses
        on responses.agreement = clauses.agreement and responses.clause = clauses.promise
    where responses.lead_id = $1`;

/** The MQLs of a day are numbered as capacity counts them: without those that the agreement excludes. */
const placesSql = `
    select
        own.cycle_no,
        if(
            own.variant = 'surge',
            (
                select count(*)
                from main.lead_responses as others
                where others.team = own.team
                    and others.agreement = own.agreement
                    and not others.is_excluded
                    and others.mql_at between own.mql_at - interval 2 days and own.mql_at
                    and timezone(own.time_zone, others.mql_at)::date = timezone(own.time_zone, own.mql_at)::date
                    and (others.mql_at, others.lead_id, others.cycle_no) <= (own.mql_at, own.lead_id, own.cycle_no)
            ),
            null
        ) as arrival_no,
        own.promise is not null
        or exists (
            from main.agreement_promises as promises
            where promises.agreement = own.agreement and promises.metric = 'response_within_sla_rate'
        )
        or exists (
            from main.lead_responses as others
            where others.agreement = own.agreement and others.promise is not null
        ) as promises_answers
    from main.lead_responses as own
    where own.lead_id = $1`;

/** Of an unanswered lead the time up to now: the rest of the promise has not been held by anybody yet. */
const ownersSql = `
    with
        owners as (
            select
                owners.*,
                info.as_of,
                responses.responded_at is null and coalesce(responses.due_at > info.as_of, true) as is_running
            from main.lead_owner_times as owners
            cross join main.build_info as info
            inner join main.lead_responses as responses
                on owners.lead_id = responses.lead_id and owners.cycle_no = responses.cycle_no
            where owners.lead_id = $1
        ),
        held as (
            select
                owners.cycle_no,
                owners.leg_no,
                sum(
                    epoch_us(least(pieces.ends_at, owners.held_until, owners.as_of))
                    - epoch_us(greatest(pieces.starts_at, owners.held_from))
                ) / 60_000_000 as business_minutes
            from owners
            inner join main.clock_ledger as pieces
                on owners.lead_id = pieces.lead_id
                and owners.cycle_no = pieces.cycle_no
                and pieces.reason = 'counted'
                and least(pieces.ends_at, owners.held_until, owners.as_of) > greatest(pieces.starts_at, owners.held_from)
            where owners.is_running
            group by owners.cycle_no, owners.leg_no
        )
    select
        owners.* exclude (as_of, is_running) replace (
            if(owners.is_running, coalesce(held.business_minutes, 0), owners.business_minutes) as business_minutes
        )
    from owners
    left join held on owners.cycle_no = held.cycle_no and owners.leg_no = held.leg_no
    order by owners.cycle_no, owners.leg_no`;
