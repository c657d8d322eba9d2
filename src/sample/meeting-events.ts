/** Meetings: booked, moved, missed, held. `meeting_slots` has one row per meeting and slot. */
export const meetingEvents = /* sql */ `
create table meeting_slots as
with slots as (
    select
        *,
        1 as slot_no,
        'M' || key || '-1' as meeting_id,
        booked_clock as opened_clock,
        slot_clock as scheduled_clock,
        first_outcome as meeting_outcome
    from cycles
    where has_meeting
    union all by name
    select
        *,
        2 as slot_no,
        'M' || key || case retry when 'same meeting' then '-1' else '-2' end as meeting_id,
        retried_clock as opened_clock,
        second_clock as scheduled_clock,
        second_outcome as meeting_outcome
    from cycles
    where has_meeting and retry is not null
),

planned as (
    select
        slots.*,
        shifts.opens_s + slots.scheduled_clock - shifts.before_s as scheduled_s
    from slots
    asof join shifts on
        slots.team = shifts.team
        and slots.scheduled_clock >= shifts.before_s
),

kept as (
    select
        planned.*,
        shifts.opens_s + planned.first_clock - shifts.before_s as first_s
    from planned
    asof join shifts on
        planned.team = shifts.team
        and planned.first_clock >= shifts.before_s
)

select
    lead_no,
    cycle_no,
    key,
    slot_no,
    meeting_id,
    owner_id,
    team,
    mql_s,
    is_self_booked and slot_no = 1 as is_self_booked,
    slot_no = 2 and retry = 'same meeting' as is_reopened,
    opened_clock,
    case when slot_no = 1 then moved_clock end as moved_clock,
    scheduled_s,
    case when slot_no = 1 then first_s else scheduled_s end as takes_place_s,
    meeting_outcome
from kept;

create macro meeting_time(epoch_s) as
    strftime(make_timestamp(epoch_s * 1000000), '%Y-%m-%dT%H:%M:%SZ');

insert into drafts by name
select
    lead_no,
    cycle_no * 100 + 40 + 10 * slot_no as slot,
    case when is_reopened then 'meeting_rescheduled' else 'meeting_booked' end as type,
    case when not is_self_booked then owner_id end as owner_id,
    team,
    case when is_self_booked then 'web' else 'email' end as channel,
    '{"meeting_id":"' || meeting_id || '","scheduled_for":"' || meeting_time(scheduled_s) || '"'
    || case when is_self_booked then ',"self_booked":true}' else '}' end as properties,
    team as team_clock,
    case when not is_self_booked then opened_clock end as clock,
    mql_s + draw_whole(key, 'books after', -40, 150) as at_s,
    not is_self_booked as is_human
from meeting_slots;

insert into drafts by name
select
    lead_no,
    cycle_no * 100 + 41 + 10 * slot_no as slot,
    'meeting_rescheduled' as type,
    owner_id,
    team,
    'email' as channel,
    '{"meeting_id":"' || meeting_id || '","scheduled_for":"' || meeting_time(takes_place_s) || '"}' as properties,
    team as team_clock,
    moved_clock as clock,
    true as is_human
from meeting_slots
where moved_clock is not null;

insert into drafts by name
select
    lead_no,
    cycle_no * 100 + 42 + 10 * slot_no as slot,
    'meeting_' || meeting_outcome as type,
    owner_id,
    team,
    '{"meeting_id":"' || meeting_id || '","scheduled_for":"' || meeting_time(takes_place_s) || '"}' as properties,
    takes_place_s + case meeting_outcome
        when 'held' then draw_whole(key, 'held', 1500, 3600)
        when 'no_show' then draw_whole(key, 'missed', 600, 1200)
        else -draw_whole(key, 'cancelled', 1800, 14400)
    end as at_s,
    true as is_human
from meeting_slots
where meeting_outcome <> 'unknown';
`;
