-- One row per quarter and the total, a row of teams (see `team_rows`) or a source: meetings scheduled for the quarter that were held or missed, as the
-- no-show rate counts them, beside the quarter before. Twelve teams or sources stand by themselves, the rest is added up.
with

quarters as (

    select label, period_start, period_end, lead(label) over (order by period_start) as next_label
    from periods
    where grain = 'quarter'

),

planned as (

    select
        local_time(scheduled_for)::date as planned_on,
        outcome,
        unnest([
            struct_pack(dimension := 'all', name := 'all'),
            struct_pack(dimension := 'team', name := coalesce(team_rows.team_row, meetings.team, '(none)')),
            struct_pack(dimension := 'source', name := coalesce(source, '(none)'))
        ], recursive := true)
    from meetings
    left join team_rows on coalesce(meetings.team, '(none)') = team_rows.team
    where outcome in ('held', 'no_show', 'unknown')

),

counted as (

    select
        quarters.label,
        quarters.next_label,
        planned.dimension,
        planned.name,
        count(*) filter (where planned.outcome = 'held') as held,
        count(*) filter (where planned.outcome = 'no_show') as no_show,
        count(*) filter (where planned.outcome = 'unknown') as unknown
    from planned
    inner join quarters on planned.planned_on >= quarters.period_start and planned.planned_on < quarters.period_end
    group by all

),

both_quarters as (

    select label as review, dimension, name, held, no_show, unknown, 0 as held_before, 0 as no_show_before
    from counted
    union all
    select next_label as review, dimension, name, 0, 0, 0, held as held_before, no_show as no_show_before
    from counted
    where next_label is not null

),

beside as (

    select
        review,
        dimension,
        name,
        sum(held)::bigint as held,
        sum(no_show)::bigint as no_show,
        sum(unknown)::bigint as unknown,
        sum(held_before)::bigint as held_before,
        sum(no_show_before)::bigint as no_show_before
    from both_quarters
    group by review, dimension, name

),

ranked as (

    select
        *,
        row_number() over (
            partition by review, dimension
            order by held + no_show desc, held_before + no_show_before desc, name
        ) as place
    from beside

),

pooled as (

    select
        review,
        dimension,
        if(place <= 12, name, '(other)') as name,
        sum(held)::bigint as held,
        sum(no_show)::bigint as no_show,
        sum(unknown)::bigint as unknown,
        sum(held_before)::bigint as held_before,
        sum(no_show_before)::bigint as no_show_before
    from ranked
    group by all

),

final as (

    select
        pooled.review,
        pooled.dimension,
        pooled.name,
        pooled.no_show,
        pooled.held + pooled.no_show as counted,
        pooled.no_show / nullif(pooled.held + pooled.no_show, 0) as rate,
        pooled.unknown,
        pooled.no_show_before,
        pooled.held_before + pooled.no_show_before as counted_before,
        pooled.no_show_before / nullif(pooled.held_before + pooled.no_show_before, 0) as rate_before,
        pooled.held + pooled.no_show < minimum_sample_of('no_show_rate') as is_too_few
    from pooled

)

select * from final
order by review, dimension <> 'all', dimension <> 'team', name = '(other)', counted desc, name
