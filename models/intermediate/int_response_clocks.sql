-- Grain: lead_id and cycle_no, of cycles with an MQL and an agreement. Readings of the calendar's business clock, in
-- microseconds of open time, and the instant at which the promised time is used up.
with
    responses as (
        select
            promises.lead_id,
            promises.cycle_no,
            promises.calendar_key,
            promises.response_promise_us,
            epoch_us(responses.mql_at) as mql_us,
            epoch_us(responses.responded_at) as responded_us,
            -- Work can start when the lead is both qualified and assigned.
            if(
                responses.assigned_at is not null,
                epoch_us(greatest(responses.assigned_at, responses.mql_at)),
                null
            ) as ready_us
        from int_cycle_promises as promises
        inner join int_first_responses as responses
            on promises.lead_id = responses.lead_id and promises.cycle_no = responses.cycle_no
        where promises.agreement is not null
    ),
    instants as (
        select
            lead_id,
            cycle_no,
            calendar_key,
            unnest([
                struct_pack(kind := 'mql', us := mql_us),
                struct_pack(kind := 'responded', us := responded_us),
                struct_pack(kind := 'ready', us := ready_us)
            ], recursive := true)
        from responses
    ),
    read_clocks as (
        select
            instants.lead_id,
            instants.cycle_no,
            instants.kind,
            case
                when days.calendar_key is null
                    then error(
                        'calendar ' || instants.calendar_key || ' does not reach '
                        || make_timestamp(instants.us) || ' UTC (lead ' || instants.lead_id || ')'
                    )
                else days.open_before_us
                    + greatest(0, least(instants.us, days.closes_1) - days.opens_1)
                    + greatest(0, least(instants.us, days.closes_2) - days.opens_2)
                    + greatest(0, least(instants.us, days.closes_3) - days.opens_3)
                    + greatest(0, least(instants.us, days.closes_4) - days.opens_4)
            end as clock_us
        from instants
        left join sla.calendar_days as days
            on instants.calendar_key = days.calendar_key
            and instants.us // 86_400_000_000 = days.utc_day
        where instants.us is not null
    ),
    clocks as (
        select
            lead_id,
            cycle_no,
            max(clock_us) filter (where kind = 'mql') as mql_clock_us,
            max(clock_us) filter (where kind = 'responded') as responded_clock_us,
            max(clock_us) filter (where kind = 'ready') as ready_clock_us
        from read_clocks
        group by lead_id, cycle_no
    ),
    due as (
        select
            responses.lead_id,
            responses.cycle_no,
            clocks.mql_clock_us + responses.response_promise_us as due_clock_us,
            responses.calendar_key
        from responses
        inner join clocks on responses.lead_id = clocks.lead_id and responses.cycle_no = clocks.cycle_no
        where responses.response_promise_us is not null
    ),
    -- The last interval that starts with no more open time behind it than promised: time used up at Friday's closing
    -- makes the promise due at Monday's opening. A calendar that never opens has none, and nothing falls due.
    due_intervals as (
        select
            due.lead_id,
            due.cycle_no,
            case
                when due.due_clock_us - intervals.open_before_us < intervals.closes_us - intervals.opens_us
                    then intervals.opens_us + due.due_clock_us - intervals.open_before_us
                else error(
                    'calendar ' || due.calendar_key || ' ends before the promise to lead ' || due.lead_id || ' falls due'
                )
            end as due_us
        from due
        asof inner join sla.calendar_intervals as intervals
            on due.calendar_key = intervals.calendar_key
            and due.due_clock_us >= intervals.open_before_us
    ),
    final as (
        select
            clocks.lead_id,
            clocks.cycle_no,
            clocks.responded_clock_us - clocks.mql_clock_us as response_us,
            clocks.ready_clock_us - clocks.mql_clock_us as routing_us,
            -- Not greatest(…, 0): it would turn an unanswered lead's null into 0.
            if(
                clocks.responded_clock_us < clocks.ready_clock_us,
                0,
                clocks.responded_clock_us - clocks.ready_clock_us
            ) as rep_us,
            make_timestamptz(due_intervals.due_us) as due_at
        from clocks
        left join due_intervals
            on clocks.lead_id = due_intervals.lead_id and clocks.cycle_no = due_intervals.cycle_no
    )
select * from final
