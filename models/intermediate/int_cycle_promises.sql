-- Grain: lead_id and cycle_no, of cycles with an MQL. The agreement in force at mql_at and what it promises this lead.
with
    cycles as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            cycles.mql_at,
            teams.team,
            attributes.attributes,
            excluded.lead_id is not null as is_excluded
        from int_cycles as cycles
        inner join int_cycle_attributes as attributes
            on cycles.lead_id = attributes.lead_id and cycles.cycle_no = attributes.cycle_no
        left join int_cycle_teams as teams on cycles.lead_id = teams.lead_id and cycles.cycle_no = teams.cycle_no
        left join int_excluded_cycles as excluded
            on cycles.lead_id = excluded.lead_id and cycles.cycle_no = excluded.cycle_no
        where cycles.mql_at is not null
    ),
    agreed as (
        select
            cycles.*,
            agreements.agreement,
            coalesce(team_calendars.calendar_key, agreements.default_calendar_key) as calendar_key
        from cycles
        left join sla.agreements
            on cycles.mql_at >= agreements.effective_at
            and cycles.mql_at < coalesce(agreements.superseded_at, 'infinity'::timestamptz)
        left join sla.team_calendars
            on agreements.agreement = team_calendars.agreement and cycles.team = team_calendars.team
    ),
    -- Rows with the same condition_no are alternatives. Only rules that something hangs on.
    conditions as (
        select agreement, rule, condition_no, attribute, operator, number, list(value) as options
        from sla.conditions
        where rule = 'icp' or rule in (select rule from sla.promises)
        group by agreement, rule, condition_no, attribute, operator, number
    ),
    rules as (
        select agreement, rule, count(*) as condition_count
        from conditions
        group by agreement, rule
    ),
    -- A rule holds when each of its conditions does.
    held_rules as (
        select agreed.lead_id, agreed.cycle_no, conditions.rule
        from agreed
        inner join conditions on agreed.agreement = conditions.agreement
        inner join rules on conditions.agreement = rules.agreement and conditions.rule = rules.rule
        where not agreed.is_excluded
            and case conditions.operator
                when 'in' then list_contains(conditions.options, agreed.attributes ->> conditions.attribute)
                when 'at_least' then coalesce(isfinite(try_cast(agreed.attributes ->> conditions.attribute as double)), false) and try_cast(agreed.attributes ->> conditions.attribute as double) >= conditions.number
                when 'at_most' then coalesce(isfinite(try_cast(agreed.attributes ->> conditions.attribute as double)), false) and try_cast(agreed.attributes ->> conditions.attribute as double) <= conditions.number
                when 'filled' then (agreed.attributes ->> conditions.attribute) <> ''
            end
        group by agreed.lead_id, agreed.cycle_no, conditions.rule, rules.condition_count
        having count(*) = rules.condition_count
    ),
    -- Local dates are looked up only for calendars that name reduced ones.
    dated as (
        select
            agreed.lead_id,
            agreed.cycle_no,
            agreed.calendar_key,
            case
                when days.calendar_key is null
                    then error('calendar ' || agreed.calendar_key || ' does not reach lead ' || agreed.lead_id)
                else days.local_date
                    + if(epoch_us(agreed.mql_at) >= days.date_change_us, 1, 0)
                    + if(epoch_us(agreed.mql_at) >= days.date_change_2_us, 1, 0)
            end as local_date
        from agreed
        semi join sla.calendar_reduced as reduced on agreed.calendar_key = reduced.calendar_key
        left join sla.calendar_days as days
            on agreed.calendar_key = days.calendar_key
            and epoch_us(agreed.mql_at) // 86_400_000_000 = days.utc_day
    ),
    reduced_dates as (
        select distinct
            calendar_key,
            unnest(range(first_date, last_date + 1, interval 1 day))::date as local_date
        from sla.calendar_reduced
    ),
    reduced as (
        select dated.lead_id, dated.cycle_no
        from dated
        inner join reduced_dates
            on dated.calendar_key = reduced_dates.calendar_key and dated.local_date = reduced_dates.local_date
    ),
    promises as (
        select
            *,
            row_number() over (
                partition by agreement
                order by tier_no, list_position(['surge', 'reduced', 'normal'], variant), promise
            ) as precedence
        from sla.promises
    ),
    -- The first tier whose rule holds (one without a rule takes everyone), and of its variants the first that does:
    -- surge, reduced, normal.
    chosen as (
        select
            agreed.lead_id,
            agreed.cycle_no,
            min(promises.precedence) filter (where promises.kind = 'first_response') as first_response,
            min(promises.precedence) filter (where promises.kind = 'follow_up') as follow_up,
            min(promises.precedence) filter (where promises.kind = 'acceptance') as acceptance
        from agreed
        inner join promises on agreed.agreement = promises.agreement
        left join held_rules
            on agreed.lead_id = held_rules.lead_id
            and agreed.cycle_no = held_rules.cycle_no
            and promises.rule = held_rules.rule
        left join reduced on agreed.lead_id = reduced.lead_id and agreed.cycle_no = reduced.cycle_no
        left join int_daily_arrivals as arrivals
            on agreed.lead_id = arrivals.lead_id and agreed.cycle_no = arrivals.cycle_no
        where not agreed.is_excluded
            and (promises.rule is null or held_rules.rule is not null)
            and case promises.variant
                when 'surge' then arrivals.is_beyond_capacity
                when 'reduced' then reduced.lead_id is not null
                else true
            end
        group by agreed.lead_id, agreed.cycle_no
    ),
    final as (
        select
            agreed.lead_id,
            agreed.cycle_no,
            agreed.agreement,
            agreed.team,
            agreed.calendar_key,
            calendars.calendar,
            calendars.time_zone,
            responses.promise as response_promise,
            (responses.business_minutes * 60_000_000)::bigint as response_promise_us,
            responses.variant as response_variant,
            follow_ups.promise as follow_up_promise,
            follow_ups.attempts as promised_attempts,
            follow_ups.channels as promised_channels,
            follow_ups.business_days as promised_business_days,
            follow_ups.variant as follow_up_variant,
            acceptances.promise as acceptance_promise,
            (acceptances.business_minutes * 60_000_000)::bigint as acceptance_promise_us,
            acceptances.variant as acceptance_variant,
            if(rules.rule is not null and not agreed.is_excluded, held_rules.rule is not null, null) as icp_match,
            agreed.is_excluded,
            agreed.mql_at
        from agreed
        left join sla.calendars on agreed.calendar_key = calendars.calendar_key
        left join chosen on agreed.lead_id = chosen.lead_id and agreed.cycle_no = chosen.cycle_no
        left join promises as responses
            on agreed.agreement = responses.agreement and chosen.first_response = responses.precedence
        left join promises as follow_ups
            on agreed.agreement = follow_ups.agreement and chosen.follow_up = follow_ups.precedence
        left join promises as acceptances
            on agreed.agreement = acceptances.agreement and chosen.acceptance = acceptances.precedence
        left join rules on agreed.agreement = rules.agreement and rules.rule = 'icp'
        left join held_rules
            on agreed.lead_id = held_rules.lead_id
            and agreed.cycle_no = held_rules.cycle_no
            and held_rules.rule = 'icp'
    )
select * from final
