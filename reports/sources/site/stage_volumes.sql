-- One row per month and stage that anybody ever entered: how many cycles entered it first in that month, by its recorded
-- entry. Cycles that the agreement excludes are left out, as they are of the volume of MQLs.
with

entries as (

    select stage, local_time(entered_at)::date as entered_on, count(*) as cycles
    from (
        select
            unnest([
                struct_pack(stage := 'subscriber', entered_at := subscriber_at),
                struct_pack(stage := 'lead', entered_at := lead_at),
                struct_pack(stage := 'mql', entered_at := mql_at),
                struct_pack(stage := 'sal', entered_at := sal_at),
                struct_pack(stage := 'sql', entered_at := sql_at),
                struct_pack(stage := 'meeting', entered_at := meeting_at),
                struct_pack(stage := 'proposal', entered_at := proposal_at),
                struct_pack(stage := 'won', entered_at := won_at)
            ], recursive := true)
        from lead_cycles
        where not coalesce(is_excluded, false)
    )
    where entered_at is not null
    group by stage, entered_on

),

counted as (

    select periods.label, entries.stage, sum(entries.cycles)::bigint as cycles
    from entries
    inner join periods
        on periods.grain = 'month'
        and entries.entered_on >= periods.period_start
        and entries.entered_on < periods.period_end
    group by periods.label, entries.stage

),

stages as (

    select distinct stage from counted

),

final as (

    select
        periods.label,
        strftime(periods.period_start, '%Y-%m-%d') as first_day,
        periods.is_complete,
        stages.stage,
        coalesce(counted.cycles, 0) as cycles
    from periods
    cross join stages
    left join counted on periods.label = counted.label and stages.stage = counted.stage
    where periods.grain = 'month'

)

select * from final
order by
    stage_position(stage),
    first_day
