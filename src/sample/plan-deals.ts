/** How it ends: `plan_deals(n)` adds to the meetings the proposal, the outcome, its reason and what nobody records. */
export const dealPlan = /* sql */ `
create macro plan_deals(number) as table
with sold as (
    select
        *,
        next_half_hour(retried_clock + draw_whole(key, 'retry slot', 40000, 110000)) as second_clock,
        coalesce(second_outcome, first_outcome) in ('held', 'unknown') as is_met,
        draw(key, 'proposal') < 0.66 * (0.8 + 0.2 * quality) as is_promising,
        draw(key, 'deal') as deal_draw
    from plan_meetings(number)
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
`;
