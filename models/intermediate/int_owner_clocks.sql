-- Grain: lead_id and cycle_no, of cycles with a calendar that were answered and whose owner is known. The owner's own
-- working time, in microseconds: by personal hours where the agreement has them, else by the team's calendar.
with
    answered as (
        select
            clocks.lead_id,
            clocks.cycle_no,
            coalesce(owner_calendars.calendar_key, promises.calendar_key) as calendar_key,
            epoch_us(greatest(clocks.started_at, owners.held_from)) as held_us,
            epoch_us(responses.responded_at) as responded_us
        from int_response_clocks as clocks
        inner join int_first_responses as responses
            on clocks.lead_id = responses.lead_id and clocks.cycle_no = responses.cycle_no
        inner join int_cycle_promises as promises
            on clocks.lead_id = promises.lead_id and clocks.cycle_no = promises.cycle_no
        inner join int_cycle_owners as owners
            on clocks.lead_id = owners.lead_id and clocks.cycle_no = owners.cycle_no
        left join sla.owner_calendars
            on promises.agreement = owner_calendars.agreement and owners.owner_id = owner_calendars.owner_id
        where responses.responded_at is not null
    ),
    pauses as (
        select
            answered.lead_id,
            answered.cycle_no,
            answered.calendar_key,
            greatest(epoch_us(pauses.paused_from), answered.held_us) as paused_us,
            least(epoch_us(pauses.paused_until), answered.responded_us) as resumed_us
        from answered
        inner join int_pauses as pauses on answered.lead_id = pauses.lead_id
        where epoch_us(pauses.paused_from) < answered.responded_us
            and (pauses.paused_until is null or epoch_us(pauses.paused_until) > answered.held_us)
    ),
    -- Where the time starts to count (-1) or stops to (1).
    instants as (
        select lead_id, cycle_no, calendar_key, held_us as us, -1 as sign from answered
        union all
        select lead_id, cycle_no, calendar_key, responded_us, 1 from answered
        union all
        select lead_id, cycle_no, calendar_key, paused_us, 1 from pauses
        union all
        select lead_id, cycle_no, calendar_key, resumed_us, -1 from pauses
    ),
    read_clocks as (
        select
            instants.lead_id,
            instants.cycle_no,
            instants.sign,
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
    ),
    final as (
        select lead_id, cycle_no, sum(sign * clock_us)::bigint as own_us
        from read_clocks
        group by lead_id, cycle_no
    )
select * from final
