-- Grain: lead_id, cycle_no and stage, of the rungs below won that were entered. How long a cycle stood on each.
with
    cycles as (
        select * from lead_cycles
    ),
    entries as (
        select
            lead_id,
            cycle_no,
            team,
            owner_id,
            source,
            campaign,
            country,
            closed_at,
            unnest([
                struct_pack(stage := 'subscriber', entered_at := subscriber_at, next_reached_at := lead_reached_at),
                struct_pack(stage := 'lead', entered_at := lead_at, next_reached_at := mql_reached_at),
                struct_pack(stage := 'mql', entered_at := mql_at, next_reached_at := sal_reached_at),
                struct_pack(stage := 'sal', entered_at := sal_at, next_reached_at := sql_reached_at),
                struct_pack(stage := 'sql', entered_at := sql_at, next_reached_at := meeting_reached_at),
                struct_pack(stage := 'meeting', entered_at := meeting_at, next_reached_at := proposal_reached_at),
                struct_pack(stage := 'proposal', entered_at := proposal_at, next_reached_at := won_reached_at)
            ], recursive := true)
        from cycles
    ),
    -- least() passes over the one that is missing.
    visits as (
        select *, least(next_reached_at, closed_at) as passed_at
        from entries
        where entered_at is not null
    ),
    -- A cycle stands on one rung at a time: one recorded after a later one, or after the close, is left at once.
    timed as (
        select
            *,
            epoch_us(entered_at) as entered_us,
            if(passed_at is null, null, epoch_us(greatest(entered_at, passed_at))) as left_us
        from visits
    ),
    agreed as (
        select
            timed.*,
            coalesce(team_calendars.calendar_key, agreements.default_calendar_key) as calendar_key
        from timed
        left join sla.agreements
            on timed.entered_at >= agreements.effective_at
            and timed.entered_at < coalesce(agreements.superseded_at, 'infinity'::timestamptz)
        left join sla.team_calendars
            on agreements.agreement = team_calendars.agreement and timed.team = team_calendars.team
    ),
    -- Readings of the calendar's business clock.
    clocks as (
        select
            agreed.*,
            entry_days.open_before_us
            + greatest(0, least(agreed.entered_us, entry_days.closes_1) - entry_days.opens_1)
            + greatest(0, least(agreed.entered_us, entry_days.closes_2) - entry_days.opens_2)
            + greatest(0, least(agreed.entered_us, entry_days.closes_3) - entry_days.opens_3)
            + greatest(0, least(agreed.entered_us, entry_days.closes_4) - entry_days.opens_4) as entered_clock_us,
            exit_days.open_before_us
            + greatest(0, least(agreed.left_us, exit_days.closes_1) - exit_days.opens_1)
            + greatest(0, least(agreed.left_us, exit_days.closes_2) - exit_days.opens_2)
            + greatest(0, least(agreed.left_us, exit_days.closes_3) - exit_days.opens_3)
            + greatest(0, least(agreed.left_us, exit_days.closes_4) - exit_days.opens_4) as left_clock_us
        from agreed
        left join sla.calendar_days as entry_days
            on agreed.calendar_key = entry_days.calendar_key
            and agreed.entered_us // 86_400_000_000 = entry_days.utc_day
        left join sla.calendar_days as exit_days
            on agreed.calendar_key = exit_days.calendar_key
            and agreed.left_us // 86_400_000_000 = exit_days.utc_day
    ),
    final as (
        select
            lead_id,
            cycle_no,
            stage,
            team,
            owner_id,
            source,
            campaign,
            country,
            left_us is null as is_open,
            passed_at is null or entered_at <= passed_at as is_in_order,
            entered_at,
            make_timestamptz(left_us) as left_at,
            (left_us - entered_us) / 86_400_000_000 as elapsed_days,
            case
                when calendar_key is null or left_us is null then null
                -- An unmatched join leaves open_before_us, and with it the sum, null.
                when entered_clock_us is null or left_clock_us is null
                    then error(
                        'calendar ' || calendar_key || ' does not reach ' || make_timestamp(entered_us) || ' or '
                        || make_timestamp(left_us) || ' UTC (lead ' || lead_id || ')'
                    )
                else (left_clock_us - entered_clock_us) / 60_000_000
            end as business_minutes
        from clocks
    )
select * from final
