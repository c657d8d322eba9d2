-- One row per quarter, kind of exit (see `exits`) and reason: cycles closed in the quarter beside those of the quarter before.
-- Ten reasons, what was sent back and the cycles without a reason stand by themselves, what is rarer is added up as (other).
with

quarters as (

    select label, period_start, period_end, lead(label) over (order by period_start) as next_label
    from periods
    where grain = 'quarter'

),

counted as (

    select quarters.label, quarters.next_label, exits.kind, exits.reason, count(*) as cycles
    from exits
    inner join quarters on exits.closed_on >= quarters.period_start and exits.closed_on < quarters.period_end
    where exits.kind is not null
    group by quarters.label, quarters.next_label, exits.kind, exits.reason

),

both_quarters as (

    select label as review, kind, reason, cycles, 0 as cycles_before from counted
    union all
    select next_label as review, kind, reason, 0 as cycles, cycles as cycles_before from counted where next_label is not null

),

beside as (

    select review, kind, reason, sum(cycles)::bigint as cycles, sum(cycles_before)::bigint as cycles_before
    from both_quarters
    group by review, kind, reason

),

ranked as (

    select
        *,
        row_number() over (
            partition by review, kind
            order by reason in ('(none)', '(recycled)'), cycles desc, cycles_before desc, reason
        ) as place
    from beside

),

pooled as (

    select
        review,
        kind,
        if(place <= 10 or reason in ('(none)', '(recycled)'), reason, '(other)') as reason,
        count(*) as reasons,
        sum(cycles)::bigint as cycles,
        sum(cycles_before)::bigint as cycles_before
    from ranked
    group by all

),

final as (

    select
        review,
        kind,
        reason,
        reasons,
        cycles,
        sum(cycles) over by_kind::bigint as total,
        cycles / nullif(sum(cycles) over by_kind, 0) as share,
        cycles_before,
        sum(cycles_before) over by_kind::bigint as total_before,
        cycles_before / nullif(sum(cycles_before) over by_kind, 0) as share_before,
        coalesce(
            sum(cycles) filter (where reason = '(none)') over by_kind / nullif(sum(cycles) over by_kind, 0) > 0.2, false
        ) as is_often_missing
    from pooled
    window by_kind as (partition by review, kind)

)

select * from final
order by review, kind, reason = '(none)', reason = '(other)', cycles desc, cycles_before desc, reason
