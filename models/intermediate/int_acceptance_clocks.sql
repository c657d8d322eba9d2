-- Grain: lead_id and cycle_no, of cycles with a promise about acceptance. Open time of the calendar, in microseconds,
-- until sales decided, and the instant at which the promised time is used up.
with
    decisions as (
        select
            promises.lead_id,
            promises.cycle_no,
            promises.calendar_key,
            promises.acceptance_promise_us,
            epoch_us(promises.mql_at) as mql_us,
            -- What was decided before the MQL took no time.
            if(
                contacts.decided_at is not null,
                epoch_us(greatest(contacts.decided_at, promises.mql_at)),
                null
            ) as decided_us
        from int_cycle_promises as promises
        inner join int_cycle_contacts as contacts
            on promises.lead_id = contacts.lead_id and promises.cycle_no = contacts.cycle_no
        where promises.acceptance_promise_us is not null
    ),
    instants as (
        select
            lead_id,
            cycle_no,
            calendar_key,
            unnest([
                struct_pack(kind := 'mql', us := mql_us),
                struct_pack(kind := 'decided', us := decided_us)
            ], recursive := true)
        from decisions
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
            max(clock_us) filter (where kind = 'decided') as decided_clock_us
        from read_clocks
        group by lead_id, cycle_no
    ),
    due as (
        select
            decisions.lead_id,
            decisions.cycle_no,
            decisions.calendar_key,
            clocks.mql_clock_us + decisions.acceptance_promise_us as due_clock_us
        from decisions
        inner join clocks on decisions.lead_id = clocks.lead_id and decisions.cycle_no = clocks.cycle_no
    ),
    -- As for the first response: the last interval that starts with no more open time behind it than promised.
    due_intervals as (
        select
            due.lead_id,
            due.cycle_no,
            case
                when due.due_clock_us - intervals.open_before_us < intervals.closes_us - intervals.opens_us
                    then intervals.opens_us + due.due_clock_us - intervals.open_before_us
                else error(
                    'calendar ' || due.calendar_key || ' ends before a decision on lead ' || due.lead_id || ' falls due'
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
            clocks.decided_clock_us - clocks.mql_clock_us as decision_us,
            make_timestamptz(due_intervals.due_us) as due_at
        from clocks
        left join due_intervals
            on clocks.lead_id = due_intervals.lead_id and clocks.cycle_no = due_intervals.cycle_no
    )
select * from final
