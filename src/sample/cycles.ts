/**
 * What happens to a qualified lead, decided before any event is written. `plan_cycles(n)` plans cycle n of every lead in
 * `cycle_starts`. Times of human work are on the team's work clock (`_clock`: work seconds, 28,800 to a day); `_s` is
 * an instant in epoch seconds. A clock of null: it does not happen.
 */
export const cyclePlan = /* sql */ `
create macro next_half_hour(clock) as
    (clock // 1800 + 1) * 1800;

create table cycle_starts as
select
    lead_no,
    1 as cycle_no,
    mql_s
from qualifications;

create macro plan_cycles(number) as table
with starts as (
    select
        cycle_starts.lead_no,
        cycle_starts.cycle_no,
        cycle_starts.lead_no * 4 + cycle_starts.cycle_no as key,
        cycle_starts.mql_s,
        leads.team,
        leads.lead_type,
        leads.company_size,
        leads.quality,
        leads.is_ideal,
        leads.lead_type = 'demo_request' and cycle_starts.cycle_no = 1 as wants_demo
    from cycle_starts
    inner join leads on cycle_starts.lead_no = leads.lead_no
    where cycle_starts.cycle_no = number
),

clocked as (
    select
        starts.*,
        shifts.before_s + least(starts.mql_s, shifts.closes_s) - shifts.opens_s as mql_clock,
        starts.mql_s < shifts.closes_s as is_in_hours
    from starts
    asof join shifts on
        starts.team = shifts.team
        and starts.mql_s >= shifts.opens_s
),

staffed as (
    select
        clocked.*,
        owners.owner_id,
        owners.pace * coalesce(slow_weeks.pace, 1) as pace,
        coalesce(slow_weeks.neglect, 0) as neglect
    from clocked
    inner join owners on
        clocked.team = owners.team
        and draw_whole(clocked.key, 'owner', 0, case clocked.team when 'dk_smb' then 3 when 'uk' then 2 else 1 end)
        = owners.owner_no
    left join slow_weeks on
        clocked.team = slow_weeks.team
        and weekofyear(make_timestamp(clocked.mql_s * 1000000)) = slow_weeks.iso_week
),

contacted as (
    select
        *,
        case
            when draw(key, 'assignment') < 0.84 then 'automatic'
            when draw(key, 'assignment') < 0.975 then 'manual'
        end as assignment,
        draw_whole(key, 'assignment delay', 600, 4500) as assignment_delay_s,
        wants_demo and draw(key, 'self-booked') < 0.12 as is_self_booked,
        draw(key, 'nuisance') < 0.055 / quality as is_nuisance,
        draw(key, 'contacted') as contact_draw,
        spread(draw(key, 'response time'))
        * pace
        -- The agreement of July 2026 promised more, and made demo requests everybody's first task.
        * case
            when mql_s >= seconds(timestamptz '2026-07-01 00:00:00+02') then case when wants_demo then 8 else 31 end
            when wants_demo then 24
            else 66
        end
        * case when is_in_hours then 1 else 1.25 end
        * 60 as response_s
    from staffed
),

judged as (
    select
        *,
        is_self_booked
        or contact_draw >= case when is_nuisance then 0.6 else 0.02 + neglect end as is_contacted,
        -- Now and then somebody answers in the evening, outside every calendar.
        not is_in_hours and not is_self_booked and draw(key, 'evening') < 0.05 as is_answered_in_evening,
        draw(key, 'accepted') < least(0.95, 0.79 * (0.6 + 0.4 * quality) * case when is_ideal then 1.05 else 0.82 end)
            as is_acceptable,
        draw(key, 'diligent') < 0.6 - 1.8 * neglect as is_diligent
    from contacted
),

answered as (
    select
        *,
        case when is_contacted then
            mql_clock + case
                when is_self_booked or is_answered_in_evening then 0
                when assignment = 'manual' then greatest(response_s, assignment_delay_s + 240)
                else response_s
            end::bigint
        end as responded_clock,
        case
            when is_self_booked then 'accepted'
            when is_nuisance then 'nuisance'
            when not is_contacted then case when draw(key, 'ignored') < 0.4 then 'disqualified' else 'open' end
            when is_acceptable then 'accepted'
            when draw(key, 'rejected') < 0.5 then 'disqualified'
            when draw(key, 'rejected') < 0.88 then 'recycled'
            else 'open'
        end as verdict,
        case
            when not is_contacted or is_self_booked then 0
            when is_nuisance then 1
            when is_acceptable then draw_whole(key, 'attempts', 1, 3)
            when is_diligent then draw_whole(key, 'attempts', 5, 7)
            else draw_whole(key, 'attempts', 1, 4)
        end as attempts
    from judged
),

decided as (
    select
        *,
        case
            when is_self_booked then mql_clock + draw_whole(key, 'decision', 1800, 28800)
            when is_nuisance then coalesce(responded_clock, mql_clock) + draw_whole(key, 'decision', 300, 9000)
            when not is_contacted then mql_clock + 28800 * draw_whole(key, 'decision', 12, 25)
            when verdict = 'accepted' then responded_clock + draw_whole(key, 'decision', 1200, 40000)
            else responded_clock + attempts * 32000 + draw_whole(key, 'decision', 1200, 40000)
        end as decided_clock,
        verdict = 'accepted'
        and draw(key, 'opportunity') < least(0.9, 0.6 * (0.75 + 0.25 * quality)) as is_opportunity
    from answered
),

opportunities as (
    select
        *,
        case when is_opportunity then
            decided_clock + 14400 + (draw_whole(key, 'opportunity time', 20000, 60000)
            * sqrt(spread(draw(key, 'opportunity spread'))))::bigint
        end as qualified_clock,
        is_self_booked or (is_opportunity and draw(key, 'meeting') < 0.92) as has_meeting
    from decided
),

invited as (
    select
        *,
        case when has_meeting then
            case when is_self_booked then mql_clock else qualified_clock + draw_whole(key, 'invited', 120, 20000) end
        end as booked_clock,
        draw(key, 'moved') < 0.11 as is_moved,
        draw(key, 'first meeting') as first_draw,
        draw(key, 'second meeting') as second_draw
    from opportunities
),

scheduled as (
    select
        *,
        next_half_hour(booked_clock + draw_whole(key, 'slot', 40000, 170000)) as slot_clock,
        case
            when first_draw < 0.72 then 'held'
            when first_draw < 0.86 then 'no_show'
            when first_draw < 0.94 then 'cancelled'
            else 'unknown'
        end as first_outcome
    from invited
),

met as (
    select
        *,
        case when is_moved then booked_clock + (slot_clock - booked_clock) // 2 end as moved_clock,
        slot_clock
        + case when is_moved then next_half_hour(draw_whole(key, 'moved by', 20000, 100000)) else 0 end as first_clock,
        case
            when first_outcome = 'no_show' and second_draw < 0.55 then 'same meeting'
            when first_outcome = 'no_show' and second_draw < 0.8 then 'new meeting'
            when first_outcome = 'cancelled' and second_draw < 0.5 then 'new meeting'
        end as retry
    from scheduled
),

retried as (
    select
        *,
        case when retry is not null then first_clock + draw_whole(key, 'retried', 3600, 50000) end as retried_clock,
        case when retry is not null then
            case
                when draw(key, 'retry outcome') < 0.78 then 'held'
                when draw(key, 'retry outcome') < 0.92 then 'no_show'
                else 'unknown'
            end
        end as second_outcome
    from met
),

sold as (
    select
        *,
        next_half_hour(retried_clock + draw_whole(key, 'retry slot', 40000, 110000)) as second_clock,
        coalesce(second_outcome, first_outcome) in ('held', 'unknown') as is_met,
        draw(key, 'proposal') < 0.66 * (0.8 + 0.2 * quality) as is_promising,
        draw(key, 'deal') as deal_draw
    from retried
),

closing as (
    select
        * exclude (qualified_clock),
        coalesce(second_clock, first_clock) as last_meeting_clock,
        -- Who booked a demo alone is judged after it.
        case
            when is_self_booked and is_opportunity then
                greatest(qualified_clock, coalesce(second_clock, first_clock) + 5400)
            else qualified_clock
        end as qualified_clock,
        is_opportunity and is_met and is_promising as has_proposal
    from sold
),

offered as (
    select
        *,
        case when has_proposal then
            greatest(last_meeting_clock, qualified_clock)
            + 20000
            + (70000 * sqrt(spread(draw(key, 'proposal time'))))::bigint
        end as proposed_clock
    from closing
),

ended as (
    select
        *,
        case
            when has_proposal then
                case
                    when deal_draw < 0.36 * (0.7 + 0.3 * quality) then 'won'
                    when deal_draw < 0.95 then 'lost'
                    else 'open'
                end
            when is_opportunity then
                case when deal_draw < 0.78 then 'lost' when deal_draw < 0.88 then 'recycled' else 'open' end
            when verdict = 'accepted' then
                case
                    when deal_draw < 0.42 then 'disqualified'
                    when deal_draw < 0.75 then 'recycled'
                    when deal_draw < 0.86 then 'lost'
                    else 'open'
                end
            when verdict = 'nuisance' then 'disqualified'
            else verdict
        end as outcome,
        case
            when has_proposal then
                proposed_clock + 130000 + (360000 * sqrt(spread(draw(key, 'deal time'))))::bigint
            when is_opportunity then
                greatest(qualified_clock, coalesce(last_meeting_clock, 0)) + draw_whole(key, 'deal time', 90000, 420000)
            when verdict = 'accepted' then
                greatest(decided_clock, coalesce(last_meeting_clock, 0)) + draw_whole(key, 'deal time', 60000, 300000)
            else decided_clock
        end as closed_clock
    from offered
)

select
    *,
    case
        when outcome = 'disqualified' and verdict = 'nuisance' then
            ['spam', 'duplicate', 'competitor', 'applicant', 'opted_out', 'duplicate'][draw_whole(key, 'reason', 1, 6)]
        when outcome = 'disqualified' and verdict = 'disqualified' then
            ['unresponsive', 'unresponsive', 'no_need', 'too_small', 'opted_out'][draw_whole(key, 'reason', 1, 5)]
        when outcome = 'disqualified' then ['no_need', 'no_budget', 'no_authority'][draw_whole(key, 'reason', 1, 3)]
        when outcome = 'lost' and not coalesce(is_met, true) then 'no_show'
        when outcome = 'lost' then
            ['price', 'competitor', 'no_decision', 'timing', 'no_budget'][draw_whole(key, 'reason', 1, 5)]
    end as reason,
    case when outcome = 'won' then
        1000 * (12 + floor(sqrt(company_size) * (1 + 2 * draw(key, 'amount')))::bigint)
    end as amount,
    draw(key, 'skips mql') < 0.02 as skips_mql,
    draw(key, 'skips sal') < 0.05 as skips_sal,
    draw(key, 'skips sql') < 0.04 as skips_sql
from ended;

create table cycles as
from plan_cycles(1);

-- Of the recycled some qualify again, and of the lost a few.
insert into cycle_starts
with ended as (
    select
        lead_no,
        key,
        team,
        closed_clock,
        case outcome when 'recycled' then 0.42 else 0.05 end as chance,
        draw_whole(key, 'pause', 12, 75) * 86400 as pause_s
    from cycles
    where outcome in ('recycled', 'lost')
)

select
    ended.lead_no,
    2 as cycle_no,
    shifts.opens_s + ended.closed_clock - shifts.before_s + ended.pause_s as mql_s
from ended
asof join shifts on
    ended.team = shifts.team
    and ended.closed_clock >= shifts.before_s
where draw(ended.key, 'comes back') < ended.chance;

insert into cycles
from plan_cycles(2);
`;
