-- Grain: lead_id, cycle_no, from_stage and to_stage. Cycles that entered the from-stage, or skipped it and only reached a
-- later rung, with the local date that puts them into a cohort.
with
    pairs as (
        select distinct from_stage, to_stage from seeds.cohort_windows
    ),
    entered as (
        select
            lead_id,
            cycle_no,
            from_stage,
            to_stage,
            false as is_skipped,
            epoch_us(from_at) as dated_us,
            epoch_us(converted_at) - epoch_us(from_at) as converted_after_us
        from stage_conversions
    ),
    reached as (
        select
            lead_id,
            cycle_no,
            unnest([
                struct_pack(stage := 'subscriber', at := subscriber_at, reached_at := subscriber_reached_at),
                struct_pack(stage := 'lead', at := lead_at, reached_at := lead_reached_at),
                struct_pack(stage := 'mql', at := mql_at, reached_at := mql_reached_at),
                struct_pack(stage := 'sal', at := sal_at, reached_at := sal_reached_at),
                struct_pack(stage := 'sql', at := sql_at, reached_at := sql_reached_at),
                struct_pack(stage := 'meeting', at := meeting_at, reached_at := meeting_reached_at),
                struct_pack(stage := 'proposal', at := proposal_at, reached_at := proposal_reached_at)
            ], recursive := true)
        from lead_cycles
    ),
    skipped as (
        select
            reached.lead_id,
            reached.cycle_no,
            pairs.from_stage,
            pairs.to_stage,
            true as is_skipped,
            epoch_us(reached.reached_at) as dated_us,
            null::bigint as converted_after_us
        from reached
        inner join pairs on reached.stage = pairs.from_stage
        where reached.at is null and reached.reached_at is not null
    ),
    cycles as (
        select * from entered
        union all
        select * from skipped
    ),
    final as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            cycles.from_stage,
            cycles.to_stage,
            cycles.is_skipped,
            dates.local_date
            + if(cycles.dated_us >= dates.date_change_us, 1, 0)
            + if(cycles.dated_us >= dates.date_change_2_us, 1, 0) as local_date,
            cycles.converted_after_us,
            epoch_us(clock.as_of) - cycles.dated_us as followed_for_us
        from cycles
        cross join run.clock
        inner join sla.dates on cycles.dated_us // 86_400_000_000 = dates.utc_day
    )
select * from final
