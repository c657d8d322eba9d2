/**
 * Whether sales accepts, sees an opportunity and meets the lead: `plan_meetings(n)` adds to the responses the decision,
 * the first meeting with its move, and a second attempt at it.
 */
export const meetingPlan = /* sql */ `
create macro next_half_hour(clock) as
    (clock // 1800 + 1) * 1800;

create macro plan_meetings(number) as table
with decided as (
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
    from plan_responses(number)
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
)

select * from retried;
`;
