-- Grain: step_no. What a month would gain if the step met its target, and the step that would bring the most.
with
    totals as (
        -- Null while a rate on the way is unknown.
        select
            max(inflow) / 3 * if(
                count(rate) filter (where step_no <= 4) = 4,
                product(rate) filter (where step_no <= 4),
                null
            ) as meetings,
            max(inflow) / 3 * if(count(rate) = 6, product(rate), null) as won
        from int_flow_rates
    ),
    margins as (
        select
            goal,
            step_no,
            gain,
            1.959963984540054 * sqrt(sum(effect * effect)) as margin
        from int_flow_effects
        group by goal, step_no, gain
        union all
        -- A step after the meeting brings none.
        select 'meetings', step_no, 0, 0 from int_flow_rates where step_no > 4 and target is not null
    ),
    gains as (
        select
            goal,
            step_no,
            greatest(gain, 0) as gain,
            greatest(gain - margin, 0) as lower_95,
            greatest(gain + margin, 0) as upper_95
        from margins
    ),
    extras as (
        select
            rates.*,
            totals.meetings as monthly_meetings,
            totals.won as monthly_won,
            meetings.gain as extra_meetings,
            meetings.lower_95 as extra_meetings_lower_95,
            meetings.upper_95 as extra_meetings_upper_95,
            won.gain as extra_won,
            won.lower_95 as extra_won_lower_95,
            won.upper_95 as extra_won_upper_95
        from int_flow_rates as rates
        cross join totals
        left join gains as meetings on rates.step_no = meetings.step_no and meetings.goal = 'meetings'
        left join gains as won on rates.step_no = won.step_no and won.goal = 'won'
    ),
    -- Rounded, so that equal gains are equal.
    ranked as (
        select
            step_no,
            round(extra_meetings, 9) > 0 as brings_meetings,
            round(extra_won, 9) > 0 as brings_won,
            row_number() over (
                order by round(extra_meetings, 9) desc nulls last, round(extra_won, 9) desc nulls last, step_no
            ) as place
        from extras
        where target is not null
    ),
    chosen as (
        select step_no, if(brings_meetings, 'meetings', 'won') as goal
        from ranked
        where place = 1 and (brings_meetings or brings_won)
    ),
    -- With the runner-up where that brings something, else with nothing. Both move with the same numbers: what counts is
    -- the margin of the difference.
    compared as (
        select
            chosen.step_no,
            chosen.goal,
            any_value(own.gain) - coalesce(any_value(other.gain), 0)
            > 1.959963984540054 * sqrt(sum(pow(own.effect - coalesce(other.effect, 0), 2))) as is_told_apart
        from chosen
        inner join int_flow_effects as own on chosen.goal = own.goal and chosen.step_no = own.step_no
        left join ranked as runner_up on runner_up.place = 2
        left join int_flow_effects as other
            on runner_up.step_no = other.step_no
            and own.goal = other.goal
            and own.cause = other.cause
            and other.gain > 0
        group by chosen.step_no, chosen.goal
    ),
    final as (
        select
            extras.*,
            compared.goal as chosen_by,
            compared.is_told_apart
        from extras
        left join compared on extras.step_no = compared.step_no
    )
select * from final
