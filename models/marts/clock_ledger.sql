-- Grain: lead_id, cycle_no and piece_no, of cycles with an MQL and an agreement that were answered or promised an
-- answer. The time from the MQL to the later of response and due_at in pieces that count or do not, and why.
with
    clocks as (
        select
            clocks.lead_id,
            clocks.cycle_no,
            promises.calendar_key,
            epoch_us(responses.mql_at) as mql_us,
            epoch_us(clocks.first_started_at) as first_started_us,
            epoch_us(clocks.started_at) as started_us,
            epoch_us(responses.responded_at) as responded_us,
            epoch_us(clocks.due_at) as due_us,
            -- An MQL may be recorded after the close.
            if(responses.closed_at is null, null, epoch_us(greatest(responses.closed_at, responses.mql_at))) as closed_us,
            clocks.response_us,
            clocks.promised_us
        from int_response_clocks as clocks
        inner join int_cycle_promises as promises
            on clocks.lead_id = promises.lead_id and clocks.cycle_no = promises.cycle_no
        inner join int_first_responses as responses
            on clocks.lead_id = responses.lead_id and clocks.cycle_no = responses.cycle_no
        where responses.responded_at is not null or promises.response_promise is not null
    ),
    -- greatest() and least() pass over what is missing.
    spans as (
        select
            *,
            coalesce(greatest(responded_us, due_us), closed_us) as ends_us,
            coalesce(responded_us, least(due_us, closed_us)) as stopped_us,
            -- What the pieces must add up to; a clock that a close stopped has no number to be compared with.
            coalesce(response_us, if(closed_us < due_us or due_us is null, null, promised_us)) as clock_us
        from clocks
    ),
    -- What needs no calendar: time before the clock starts and after it stops.
    outer_pieces as (
        select *
        from (
            select
                lead_id,
                cycle_no,
                ends_us,
                clock_us,
                unnest([
                    struct_pack(
                        from_us := mql_us,
                        until_us := coalesce(first_started_us, ends_us),
                        reason := 'before_assignment'
                    ),
                    struct_pack(from_us := first_started_us, until_us := started_us, reason := 'before_restart'),
                    struct_pack(
                        from_us := if(started_us is null, null, greatest(started_us, stopped_us)),
                        until_us := ends_us,
                        reason := if(responded_us is null, 'after_close', 'after_answer')
                    )
                ], recursive := true)
            from spans
        )
        where from_us < until_us or (reason = 'before_assignment' and until_us is null)
    ),
    pauses as (
        select
            spans.lead_id,
            spans.cycle_no,
            spans.calendar_key,
            spans.ends_us,
            spans.clock_us,
            greatest(epoch_us(pauses.paused_from), spans.started_us) as paused_us,
            least(epoch_us(pauses.paused_until), spans.stopped_us) as resumed_us,
            spans.stopped_us
        from spans
        inner join int_pauses as pauses on spans.lead_id = pauses.lead_id
        where (pauses.paused_until is null or epoch_us(pauses.paused_until) > spans.started_us)
            and (
                spans.stopped_us is null
                or (epoch_us(pauses.paused_from) < spans.stopped_us and spans.started_us < spans.stopped_us)
            )
            and spans.started_us is not null
    ),
    -- From the start to the first pause, from each pause to the next, and from the last one on the calendar decides.
    runs as (
        select
            spans.lead_id,
            spans.cycle_no,
            spans.calendar_key,
            spans.ends_us,
            spans.clock_us,
            spans.started_us as from_us,
            coalesce(first_pauses.paused_us, spans.stopped_us) as until_us
        from spans
        left join (
            select lead_id, cycle_no, min(paused_us) as paused_us from pauses group by lead_id, cycle_no
        ) as first_pauses
            on spans.lead_id = first_pauses.lead_id and spans.cycle_no = first_pauses.cycle_no
        union all
        select
            lead_id,
            cycle_no,
            calendar_key,
            ends_us,
            clock_us,
            resumed_us,
            lead(paused_us, 1, stopped_us) over (partition by lead_id, cycle_no order by paused_us)
        from pauses
    ),
    sliced as (
        select
            runs.*,
            unnest(range(firsts.slice_no, lasts.slice_no + 1)) as slice_no
        from runs
        asof inner join int_calendar_slices as firsts
            on runs.calendar_key = firsts.calendar_key and runs.from_us >= firsts.starts_us
        asof inner join int_calendar_slices as lasts
            on runs.calendar_key = lasts.calendar_key and runs.until_us > lasts.starts_us
        where runs.from_us < runs.until_us
    ),
    pieces as (
        select
            lead_id,
            cycle_no,
            ends_us,
            clock_us,
            from_us,
            until_us,
            reason,
            null as holiday_en,
            null as holiday_da
        from outer_pieces
        union all
        select lead_id, cycle_no, ends_us, clock_us, paused_us, resumed_us, 'paused', null, null from pauses
        union all
        select
            sliced.lead_id,
            sliced.cycle_no,
            sliced.ends_us,
            sliced.clock_us,
            greatest(sliced.from_us, slices.starts_us),
            least(sliced.until_us, slices.ends_us),
            slices.reason,
            slices.holiday_en,
            slices.holiday_da
        from sliced
        inner join int_calendar_slices as slices
            on sliced.calendar_key = slices.calendar_key and sliced.slice_no = slices.slice_no
    ),
    measured as (
        select
            *,
            if(reason = 'counted', until_us - from_us, 0) as counted_us,
            -- Of the last piece of a cycle only.
            if(until_us < ends_us, null, clock_us) as in_all_us
        from pieces
    ),
    final as (
        select
            lead_id,
            cycle_no,
            row_number() over by_time as piece_no,
            make_timestamptz(from_us) as starts_at,
            make_timestamptz(until_us) as ends_at,
            reason = 'counted' as is_counted,
            reason,
            holiday_en,
            holiday_da,
            counted_us / 60_000_000 as business_minutes,
            sum(counted_us) over by_time / 60_000_000 as business_minutes_so_far,
            in_all_us / 60_000_000 as business_minutes_in_all
        from measured
        window by_time as (
            partition by lead_id, cycle_no
            order by from_us
            rows between unbounded preceding and current row
        )
    )
select * from final
