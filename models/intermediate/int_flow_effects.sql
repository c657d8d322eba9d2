-- Grain: goal, step_no and cause. What a month would gain if the step met its target, and by how much that moves when
-- one of the numbers it is made of (cause 0: the inflow, else the rate of that step) is off by its standard deviation.
with
    rates as (
        select
            step_no,
            rate,
            rate_error,
            target - rate as shortfall,
            inflow,
            inflow / 3 as monthly_inflow
        from int_flow_rates
    ),
    -- A goal with a step that nobody came to cannot be worked out.
    goals as (
        select goals.goal, goals.last_step
        from (values ('meetings', 4), ('won', 6)) as goals(goal, last_step)
        inner join rates on goals.last_step >= rates.step_no
        group by goals.goal, goals.last_step
        having count(rates.rate) = goals.last_step
    ),
    -- The rates of the goal's other steps, multiplied.
    others as (
        select
            goals.goal,
            steps.step_no,
            causes.step_no as cause,
            steps.monthly_inflow,
            steps.inflow,
            steps.shortfall,
            causes.rate_error,
            product(rates.rate) filter (where rates.step_no not in (steps.step_no, causes.step_no)) as other_rates
        from goals
        inner join rates as steps on goals.last_step >= steps.step_no
        inner join rates as causes on goals.last_step >= causes.step_no
        inner join rates on goals.last_step >= rates.step_no
        where steps.shortfall is not null
        group by
            goals.goal,
            steps.step_no,
            causes.step_no,
            steps.monthly_inflow,
            steps.inflow,
            steps.shortfall,
            causes.rate_error
    ),
    gains as (
        select
            *,
            max(monthly_inflow * other_rates * shortfall) filter (where cause = step_no) over (
                partition by goal, step_no
            ) as gain
        from others
    ),
    final as (
        select
            goal,
            step_no,
            cause,
            gain,
            monthly_inflow * other_rates * if(cause = step_no, -1, shortfall) * rate_error as effect
        from gains
        union all
        -- The inflow is a count: its standard deviation is its root.
        select goal, step_no, 0, gain, coalesce(gain / nullif(sqrt(inflow), 0), 0)
        from gains
        where cause = step_no
    )
select * from final
