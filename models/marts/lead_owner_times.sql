-- Grain: lead_id, cycle_no and leg_no, of cycles whose clock was started. Who held the lead while the response clock ran
-- (to the response; unanswered, until it is due), for how much of the counted time, and who is charged.
with
    spans as (
        select
            clocks.lead_id,
            clocks.cycle_no,
            promises.calendar_key,
            promises.team,
            coalesce(policies.reassignment = 'charges_each', false) as is_each_charged,
            owners.leg_no as charged_leg_no,
            clocks.started_at,
            -- least() passes over the one that is missing.
            coalesce(least(responses.responded_at, clocks.due_at), 'infinity'::timestamptz) as charged_at,
            coalesce(responses.responded_at, clocks.due_at) as ends_at,
            -- The close ends a pause, as the response does.
            if(responses.closed_at is null, null, epoch_us(greatest(responses.closed_at, responses.mql_at))) as closed_us
        from int_response_clocks as clocks
        inner join int_cycle_promises as promises
            on clocks.lead_id = promises.lead_id and clocks.cycle_no = promises.cycle_no
        inner join int_first_responses as responses
            on clocks.lead_id = responses.lead_id and clocks.cycle_no = responses.cycle_no
        left join int_cycle_owners as owners
            on clocks.lead_id = owners.lead_id and clocks.cycle_no = owners.cycle_no
        left join sla.policies on promises.agreement = policies.agreement
        where clocks.started_at is not null
    ),
    -- What a later cycle brings is not known to this one.
    legs as (
        select
            spans.*,
            legs.leg_no,
            legs.owner_id,
            legs.held_from,
            if(legs.next_cycle_no <= spans.cycle_no, legs.held_until, null) as held_until
        from spans
        inner join int_owner_legs as legs on spans.lead_id = legs.lead_id
        where legs.cycle_no <= spans.cycle_no
    ),
    held as (
        select
            *,
            epoch_us(greatest(held_from, started_at)) as from_us,
            epoch_us(least(held_until, ends_at)) as until_us
        from legs
        where held_from <= coalesce(ends_at, 'infinity'::timestamptz)
            and (held_until is null or held_until > greatest(held_from, started_at))
    ),
    pauses as (
        select
            held.lead_id,
            held.cycle_no,
            held.leg_no,
            held.calendar_key,
            greatest(epoch_us(pauses.paused_from), held.from_us) as paused_us,
            least(epoch_us(pauses.paused_until), held.until_us, held.closed_us) as resumed_us
        from held
        inner join int_pauses as pauses on held.lead_id = pauses.lead_id
        where epoch_us(pauses.paused_from) < held.until_us
            and (pauses.paused_until is null or epoch_us(pauses.paused_until) > held.from_us)
            and (held.closed_us is null or greatest(epoch_us(pauses.paused_from), held.from_us) < held.closed_us)
    ),
    -- Where the time starts to count (-1) or stops to (1).
    instants as (
        select lead_id, cycle_no, leg_no, calendar_key, from_us as us, -1 as sign from held where until_us is not null
        union all
        select lead_id, cycle_no, leg_no, calendar_key, until_us, 1 from held where until_us is not null
        union all
        select lead_id, cycle_no, leg_no, calendar_key, paused_us, 1 from pauses
        union all
        select lead_id, cycle_no, leg_no, calendar_key, resumed_us, -1 from pauses
    ),
    counted as (
        select
            instants.lead_id,
            instants.cycle_no,
            instants.leg_no,
            sum(instants.sign * (
                days.open_before_us
                + greatest(0, least(instants.us, days.closes_1) - days.opens_1)
                + greatest(0, least(instants.us, days.closes_2) - days.opens_2)
                + greatest(0, least(instants.us, days.closes_3) - days.opens_3)
                + greatest(0, least(instants.us, days.closes_4) - days.opens_4)
            ))::bigint as counted_us
        from instants
        -- All lie between instants that int_response_clocks found in the calendar.
        inner join sla.calendar_days as days
            on instants.calendar_key = days.calendar_key
            and instants.us // 86_400_000_000 = days.utc_day
        group by instants.lead_id, instants.cycle_no, instants.leg_no
    ),
    final as (
        select
            held.lead_id,
            held.cycle_no,
            row_number() over (partition by held.lead_id, held.cycle_no order by held.leg_no) as leg_no,
            held.owner_id,
            held.team,
            held.held_from,
            held.held_until,
            counted.counted_us / 60_000_000 as business_minutes,
            if(
                held.is_each_charged,
                held.held_from <= held.charged_at,
                coalesce(held.leg_no = held.charged_leg_no, false)
            ) as is_charged
        from held
        left join counted
            on held.lead_id = counted.lead_id
            and held.cycle_no = counted.cycle_no
            and held.leg_no = counted.leg_no
    )
select * from final
