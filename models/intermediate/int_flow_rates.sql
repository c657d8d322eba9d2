-- Grain: step_no. How many cycles took each step up the ladder within 30 days, and how many they should be.
with
    steps as (
        select *
        from (
            values
                (1, 'lead', 'mql', 'lead → MQL', 'lead → MQL'),
                (2, 'mql', 'sal', 'MQL → SAL', 'MQL → SAL'),
                (3, 'sal', 'sql', 'SAL → SQL', 'SAL → SQL'),
                (4, 'sql', 'meeting', 'SQL → meeting', 'SQL → møde'),
                (5, 'meeting', 'proposal', 'meeting → proposal', 'møde → tilbud'),
                (6, 'proposal', 'won', 'proposal → won', 'tilbud → vundet')
        ) as steps(step_no, from_stage, to_stage, step_en, step_da)
    ),
    -- Whole local days: the 90 that ended last, and the 90 before that in which everybody has been watched for 30 days.
    ends as (
        select
            clock.as_of,
            unnest([
                struct_pack(span := 'inflow', us := epoch_us(clock.as_of)),
                struct_pack(span := 'cohort', us := epoch_us(clock.as_of) - 30 * 86_400_000_000)
            ], recursive := true)
        from run.clock
    ),
    spans as (
        select
            ends.span,
            dates.local_date
            + if(ends.us >= dates.date_change_us, 1, 0)
            + if(ends.us >= dates.date_change_2_us, 1, 0)
            - 1 as last_date,
            last_date - 89 as first_date
        from ends
        inner join sla.dates on ends.us // 86_400_000_000 = dates.utc_day
    ),
    reached as (
        select
            unnest([
                struct_pack(step_no := 1, at := lead_reached_at, next_at := mql_reached_at),
                struct_pack(step_no := 2, at := mql_reached_at, next_at := sal_reached_at),
                struct_pack(step_no := 3, at := sal_reached_at, next_at := sql_reached_at),
                struct_pack(step_no := 4, at := sql_reached_at, next_at := meeting_reached_at),
                struct_pack(step_no := 5, at := meeting_reached_at, next_at := proposal_reached_at),
                struct_pack(step_no := 6, at := proposal_reached_at, next_at := won_reached_at)
            ], recursive := true)
        from lead_cycles
    ),
    recent as (
        select
            reached.step_no,
            epoch_us(reached.at) as reached_us,
            epoch_us(reached.next_at) - epoch_us(reached.at) as taken_us
        from reached
        cross join run.clock
        -- Reaches well behind both spans: only what may lie in them is dated.
        where reached.at >= clock.as_of - interval 123 days
    ),
    daily as (
        select
            recent.step_no,
            dates.local_date
            + if(recent.reached_us >= dates.date_change_us, 1, 0)
            + if(recent.reached_us >= dates.date_change_2_us, 1, 0) as local_date,
            count(*) as entered,
            count(*) filter (where recent.taken_us <= 30 * 86_400_000_000) as went_on
        from recent
        inner join sla.dates on recent.reached_us // 86_400_000_000 = dates.utc_day
        group by all
    ),
    counted as (
        select
            daily.step_no,
            sum(daily.entered) filter (where spans.span = 'cohort')::bigint as entered,
            sum(daily.went_on) filter (where spans.span = 'cohort')::bigint as went_on,
            sum(daily.entered) filter (where spans.span = 'inflow')::bigint as inflow
        from daily
        inner join spans on daily.local_date between spans.first_date and spans.last_date
        group by daily.step_no
    ),
    terms as (
        select stage_terms.stage, stage_terms.target
        from sla.stage_terms
        inner join sla.agreements on stage_terms.agreement = agreements.agreement
        cross join run.clock
        where clock.as_of >= agreements.effective_at
            and clock.as_of < coalesce(agreements.superseded_at, 'infinity'::timestamptz)
    ),
    measured as (
        select
            steps.*,
            spans.first_date,
            spans.last_date,
            coalesce(counted.entered, 0) as entered,
            coalesce(counted.went_on, 0) as went_on,
            counted.went_on / nullif(counted.entered, 0) as rate,
            terms.target,
            coalesce(max(counted.inflow) filter (where steps.step_no = 1) over (), 0) as inflow,
            -- Of the 95 % Wilson interval: z² / n, its middle and half its width.
            3.841458820694124 / nullif(counted.entered, 0) as spread,
            (rate + spread / 2) / (1 + spread) as middle,
            sqrt(spread * (rate * (1 - rate) + spread / 4)) / (1 + spread) as margin
        from steps
        cross join spans
        left join counted on steps.step_no = counted.step_no
        left join terms on steps.to_stage = terms.stage
        where spans.span = 'cohort'
    ),
    final as (
        select
            * exclude (spread, middle, margin),
            -- At none and at all exact; the formula is so only up to rounding.
            if(rate = 0, 0, middle - margin) as lower_95,
            if(rate = 1, 1, middle + margin) as upper_95,
            -- Not rate × (1 − rate): 5 of 5 are not certain.
            margin / 1.959963984540054 as rate_error
        from measured
    )
select * from final
