-- Grain: lead_id and cycle_no, of cycles with an MQL and an agreement. Readings of the calendar's business clock, in
-- microseconds of open time, and the instant at which the promised time is used up.
with
    responses as (
        select
            promises.lead_id,
            promises.cycle_no,
            promises.calendar_key,
            promises.response_promise_us,
            coalesce(policies.response_clock_starts = 'assignment', false) as starts_at_assignment,
            -- Without a promise no clock runs that could be started anew.
            promises.response_promise_us is not null
            and policies.reassignment is not distinct from 'restarts' as is_restarted,
            coalesce(policies.paused_grace_us, 0) as paused_grace_us,
            epoch_us(responses.mql_at) as mql_us,
            epoch_us(responses.responded_at) as responded_us,
            -- The response or else the close stops the clock; an MQL may be recorded after its close.
            coalesce(
                epoch_us(responses.responded_at),
                if(responses.closed_at is null, null, epoch_us(greatest(responses.closed_at, responses.mql_at)))
            ) as stopped_us,
            -- Work can start when the lead is both qualified and assigned.
            if(
                responses.assigned_at is not null,
                epoch_us(greatest(responses.assigned_at, responses.mql_at)),
                null
            ) as ready_us
        from int_cycle_promises as promises
        inner join int_first_responses as responses
            on promises.lead_id = responses.lead_id and promises.cycle_no = responses.cycle_no
        left join sla.policies on promises.agreement = policies.agreement
        where promises.agreement is not null
    ),
    -- Leads that somebody held when they became MQL, from this cycle or one before.
    held as (
        select distinct responses.lead_id, responses.cycle_no
        from responses
        inner join int_owner_legs as legs on responses.lead_id = legs.lead_id
        where responses.starts_at_assignment and epoch_us(legs.held_from) <= responses.mql_us
    ),
    started as (
        select
            responses.*,
            case
                when not starts_at_assignment or held.lead_id is not null then mql_us
                -- An answer before the assignment starts the clock and stops it.
                when ready_us is null or responded_us < ready_us then responded_us
                else ready_us
            end as started_us
        from responses
        left join held on responses.lead_id = held.lead_id and responses.cycle_no = held.cycle_no
    ),
    -- Assignments to another owner than before, while nobody had answered and the cycle was open.
    restarts as (
        select
            started.lead_id,
            started.cycle_no,
            started.calendar_key,
            legs.leg_no as start_no,
            epoch_us(legs.held_from) as started_us
        from started
        inner join int_owner_legs as legs
            on started.lead_id = legs.lead_id and started.cycle_no = legs.cycle_no
        where started.is_restarted
            and legs.leg_no > 1
            and epoch_us(legs.held_from) > started.started_us
            and (started.stopped_us is null or epoch_us(legs.held_from) < started.stopped_us)
    ),
    -- The response or the close ends a pause, and what the lead asks for after it changes nothing. (least() passes over
    -- null.)
    pauses as (
        select
            started.lead_id,
            started.cycle_no,
            started.calendar_key,
            pauses.pause_no,
            greatest(epoch_us(pauses.paused_from), started.mql_us) as paused_us,
            least(epoch_us(pauses.paused_until), started.stopped_us) as resumed_us
        from started
        inner join int_pauses as pauses on started.lead_id = pauses.lead_id
        where (pauses.paused_until is null or epoch_us(pauses.paused_until) > started.mql_us)
            and (started.stopped_us is null or epoch_us(pauses.paused_from) < started.stopped_us)
    ),
    instants as (
        select
            lead_id,
            cycle_no,
            calendar_key,
            0 as item_no,
            unnest([
                struct_pack(kind := 'mql', us := mql_us),
                struct_pack(kind := 'responded', us := responded_us),
                struct_pack(kind := 'ready', us := ready_us)
            ], recursive := true)
        from responses
        union all
        select lead_id, cycle_no, calendar_key, start_no, 'restarted', started_us from restarts
        union all
        select lead_id, cycle_no, calendar_key, pause_no, 'paused', paused_us from pauses
        union all
        select lead_id, cycle_no, calendar_key, pause_no, 'resumed', resumed_us from pauses
    ),
    read_clocks as (
        select
            instants.lead_id,
            instants.cycle_no,
            instants.kind,
            instants.item_no,
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
        where item_no = 0
        group by lead_id, cycle_no
    ),
    pause_clocks as (
        select
            pauses.*,
            begins.clock_us as paused_clock_us,
            ends.clock_us as resumed_clock_us
        from pauses
        inner join read_clocks as begins
            on pauses.lead_id = begins.lead_id
            and pauses.cycle_no = begins.cycle_no
            and pauses.pause_no = begins.item_no
            and begins.kind = 'paused'
        left join read_clocks as ends
            on pauses.lead_id = ends.lead_id
            and pauses.cycle_no = ends.cycle_no
            and pauses.pause_no = ends.item_no
            and ends.kind = 'resumed'
    ),
    -- Each time that the clock starts, or would start if it still ran; next_us: the time after it.
    starts as (
        select
            started.lead_id,
            started.cycle_no,
            0 as start_no,
            started.started_us,
            case started.started_us
                when started.mql_us then clocks.mql_clock_us
                when started.ready_us then clocks.ready_clock_us
                else clocks.responded_clock_us
            end as started_clock_us,
            first_restarts.started_us as next_us
        from started
        inner join clocks on started.lead_id = clocks.lead_id and started.cycle_no = clocks.cycle_no
        left join (
            select lead_id, cycle_no, min(started_us) as started_us from restarts group by lead_id, cycle_no
        ) as first_restarts
            on started.lead_id = first_restarts.lead_id and started.cycle_no = first_restarts.cycle_no
        where started.started_us is not null
        union all
        select
            restarts.lead_id,
            restarts.cycle_no,
            restarts.start_no,
            restarts.started_us,
            read_clocks.clock_us,
            lead(restarts.started_us) over (
                partition by restarts.lead_id, restarts.cycle_no
                order by restarts.start_no
            )
        from restarts
        inner join read_clocks
            on restarts.lead_id = read_clocks.lead_id
            and restarts.cycle_no = read_clocks.cycle_no
            and restarts.start_no = read_clocks.item_no
            and read_clocks.kind = 'restarted'
    ),
    paused_starts as (
        select
            starts.lead_id,
            starts.cycle_no,
            starts.start_no,
            starts.started_clock_us,
            pause_clocks.pause_no,
            greatest(pause_clocks.paused_clock_us, starts.started_clock_us) as paused_clock_us,
            pause_clocks.resumed_clock_us,
            pause_clocks.paused_us <= starts.started_us as is_paused_at_start
        from starts
        inner join pause_clocks on starts.lead_id = pause_clocks.lead_id and starts.cycle_no = pause_clocks.cycle_no
        where pause_clocks.resumed_us is null or pause_clocks.resumed_us > starts.started_us
    ),
    -- How much of the promise was used up when each pause began.
    used as (
        select
            paused_starts.*,
            started.response_promise_us
            + if(bool_or(is_paused_at_start) over by_start, started.paused_grace_us, 0) as promised_us,
            paused_clock_us - started_clock_us
            - coalesce(sum(resumed_clock_us - paused_clock_us) over (by_start
                order by pause_no
                rows between unbounded preceding and 1 preceding
            ), 0)::bigint as used_us
        from paused_starts
        inner join started on paused_starts.lead_id = started.lead_id and paused_starts.cycle_no = started.cycle_no
        window by_start as (partition by paused_starts.lead_id, paused_starts.cycle_no, paused_starts.start_no)
    ),
    -- A pause makes the promise due later if it began before more than the promise was used up.
    extensions as (
        select
            lead_id,
            cycle_no,
            start_no,
            max(promised_us) as promised_us,
            sum(resumed_clock_us - paused_clock_us) filter (where used_us <= promised_us)::bigint as extended_us,
            bool_or(resumed_clock_us is null and used_us <= promised_us) as is_stopped
        from used
        group by lead_id, cycle_no, start_no
    ),
    promised as (
        select
            starts.*,
            started.calendar_key,
            coalesce(extensions.promised_us, started.response_promise_us) as promised_us,
            extensions.extended_us,
            if(
                coalesce(extensions.is_stopped, false),
                null,
                starts.started_clock_us
                + coalesce(extensions.promised_us, started.response_promise_us)
                + coalesce(extensions.extended_us, 0)
            ) as due_clock_us
        from starts
        inner join started on starts.lead_id = started.lead_id and starts.cycle_no = started.cycle_no
        left join extensions
            on starts.lead_id = extensions.lead_id
            and starts.cycle_no = extensions.cycle_no
            and starts.start_no = extensions.start_no
    ),
    -- The last interval that starts with no more open time behind it than promised: time used up at Friday's closing
    -- makes the promise due at Monday's opening. A calendar that never opens has none, and nothing falls due.
    due as (
        select
            promised.*,
            case
                -- An ASOF join finds something for null too.
                when promised.due_clock_us is null then null
                when promised.due_clock_us - intervals.open_before_us < intervals.closes_us - intervals.opens_us
                    then intervals.opens_us + promised.due_clock_us - intervals.open_before_us
                when intervals.calendar_key is not null
                    then error(
                        'calendar ' || promised.calendar_key || ' ends before the promise to lead '
                        || promised.lead_id || ' falls due'
                    )
            end as due_us
        from promised
        asof left join sla.calendar_intervals as intervals
            on promised.calendar_key = intervals.calendar_key
            and promised.due_clock_us >= intervals.open_before_us
    ),
    -- What has fallen due is not started anew: the first start counts that ran out before the next one.
    running as (
        select *
        from due
        where next_us is null or next_us > due_us
        qualify row_number() over (partition by lead_id, cycle_no order by start_no) = 1
    ),
    paused as (
        select
            pause_clocks.lead_id,
            pause_clocks.cycle_no,
            sum(greatest(
                0,
                pause_clocks.resumed_clock_us - greatest(pause_clocks.paused_clock_us, running.started_clock_us)
            ))::bigint as response_us,
            sum(greatest(
                0,
                pause_clocks.resumed_clock_us - greatest(pause_clocks.paused_clock_us, clocks.ready_clock_us)
            ))::bigint as rep_us
        from pause_clocks
        inner join clocks on pause_clocks.lead_id = clocks.lead_id and pause_clocks.cycle_no = clocks.cycle_no
        inner join running on pause_clocks.lead_id = running.lead_id and pause_clocks.cycle_no = running.cycle_no
        where clocks.responded_clock_us is not null
        group by pause_clocks.lead_id, pause_clocks.cycle_no
    ),
    final as (
        select
            started.lead_id,
            started.cycle_no,
            make_timestamptz(started.started_us) as first_started_at,
            make_timestamptz(running.started_us) as started_at,
            coalesce(running.promised_us, started.response_promise_us) as promised_us,
            clocks.responded_clock_us - running.started_clock_us - coalesce(paused.response_us, 0) as response_us,
            clocks.ready_clock_us - clocks.mql_clock_us as routing_us,
            -- Not greatest(…, 0): it would turn an unanswered lead's null into 0.
            if(
                clocks.responded_clock_us < clocks.ready_clock_us,
                0,
                clocks.responded_clock_us - clocks.ready_clock_us - coalesce(paused.rep_us, 0)
            ) as rep_us,
            if(
                started.responded_us is null,
                if(running.due_us is not null, coalesce(running.extended_us, 0), null),
                coalesce(paused.response_us, 0)
            ) as paused_us,
            make_timestamptz(running.due_us) as due_at
        from started
        inner join clocks on started.lead_id = clocks.lead_id and started.cycle_no = clocks.cycle_no
        left join running on started.lead_id = running.lead_id and started.cycle_no = running.cycle_no
        left join paused on started.lead_id = paused.lead_id and started.cycle_no = paused.cycle_no
    )
select * from final
