/**
 * Who answers a qualified lead, when, and how often they try. `plan_responses(n)` has one row per cycle n.
 * Times of human work are on the team's work clock (`_clock`: work seconds, 28,800 to a day); `_s` is an instant in epoch
 * seconds. A clock of null: it does not happen. So in all plans.
 */
export const responsePlan = /* sql */ `
create table cycle_starts as
select
    lead_no,
    1 as cycle_no,
    mql_s
from qualifications;

create macro plan_responses(number) as table
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
            when draw(key, 'assignment') < case when wants_demo then 0.96 else 0.84 end then 'automatic'
            when draw(key, 'assignment') < 0.98 then 'manual'
        end as assignment,
        draw_whole(key, 'assignment delay', 600, 4500) as assignment_delay_s,
        wants_demo and draw(key, 'self-booked') < 0.12 as is_self_booked,
        draw(key, 'nuisance') < 0.055 / quality as is_nuisance,
        draw(key, 'contacted') as contact_draw,
        spread(draw(key, 'response time'))
        * pace
        -- The agreement of July 2026 promised more, and made demo requests everybody's first task.
        * case
            when mql_s >= seconds(timestamptz '2026-07-01 00:00:00+02') then case when wants_demo then 5.5 else 19 end
            when wants_demo then 18
            else 56
        end
        * case when is_in_hours then 1 else 1.15 end
        * 60 as response_s
    from staffed
),

judged as (
    select
        *,
        is_self_booked
        or contact_draw >= case when is_nuisance then 0.6 else 0.012 + neglect end as is_contacted,
        -- Now and then somebody answers in the evening, outside every calendar.
        not is_in_hours and not is_self_booked and draw(key, 'evening') < 0.05 as is_answered_in_evening,
        draw(key, 'accepted') < least(0.95, 0.79 * (0.6 + 0.4 * quality) * case when is_ideal then 1.05 else 0.82 end)
            as is_acceptable,
        draw(key, 'diligent') < 0.3 - 1.2 * neglect as is_diligent
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
)

select * from answered;
`;
