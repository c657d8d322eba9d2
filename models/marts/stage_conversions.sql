-- Grain: lead_id, cycle_no, from_stage and to_stage, of cycles with a recorded entry of the from-stage.
with
    pairs as (
        select distinct
            windows.from_stage,
            windows.to_stage,
            to_stages.rung as to_rung
        from seeds.cohort_windows as windows
        inner join sla.stages as to_stages on windows.to_stage = to_stages.stage
    ),
    entries as (
        select lead_id, cycle_no, entered_stage, rung, occurred_at
        from int_cycle_events
        where entered_stage is not null
    ),
    starts as (
        select
            lead_id,
            cycle_no,
            entered_stage,
            min(occurred_at) as from_at
        from entries
        semi join pairs on entries.entered_stage = pairs.from_stage
        group by lead_id, cycle_no, entered_stage
    ),
    -- An entry of the to-stage or of a later rung converts, at or after the first of the from-stage.
    conversions as (
        select
            starts.lead_id,
            starts.cycle_no,
            pairs.from_stage,
            pairs.to_stage,
            min(entries.occurred_at) as converted_at
        from starts
        inner join pairs on starts.entered_stage = pairs.from_stage
        inner join entries
            on starts.lead_id = entries.lead_id
            and starts.cycle_no = entries.cycle_no
            and starts.from_at <= entries.occurred_at
        where entries.rung >= pairs.to_rung or entries.entered_stage = pairs.to_stage
        group by starts.lead_id, starts.cycle_no, pairs.from_stage, pairs.to_stage
    ),
    final as (
        select
            starts.lead_id,
            starts.cycle_no,
            pairs.from_stage,
            pairs.to_stage,
            starts.from_at,
            conversions.converted_at,
            cycles.source,
            cycles.campaign,
            cycles.country,
            cycles.team,
            cycles.owner_id
        from starts
        inner join pairs on starts.entered_stage = pairs.from_stage
        inner join lead_cycles as cycles on starts.lead_id = cycles.lead_id and starts.cycle_no = cycles.cycle_no
        left join conversions
            on starts.lead_id = conversions.lead_id
            and starts.cycle_no = conversions.cycle_no
            and pairs.from_stage = conversions.from_stage
            and pairs.to_stage = conversions.to_stage
    )
select * from final
