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
    rules as (
        select agreement, rule, count(distinct condition_no) as condition_count
        from sla.conditions
        where rule = 'icp' or rule in (select rule from sla.promises)
        group by agreement, rule
    ),
    -- A rule holds when each of its conditions has a row that does.
    held_rules as (
        select agreed.lead_id, agreed.cycle_no, conditions.rule
        from agreed
        inner join sla.conditions on agreed.agreement = conditions.agreement
        inner join rules on conditions.agreement = rules.agreement and conditions.rule = rules.rule
        where not agreed.is_excluded
            and case conditions.operator
                when 'in' then (agreed.attributes ->> conditions.attribute) = conditions.value
                when 'at_least' then coalesce(isfinite(try_cast(agreed.attributes ->> conditions.attribute as double)), false) and try_cast(agreed.attributes ->> conditions.attribute as double) >= conditions.number
                when 'at_most' then coalesce(isfinite(try_cast(agreed.attributes ->> conditions.attribute as double)), false) and try_cast(agreed.attributes ->> conditions.attribute as double) <= conditions.number
                when 'filled' then (agreed.attributes ->> conditions.attribute) <> ''
            end
        group by agreed.lead_id, agreed.cycle_no, conditions.rule, rules.condition_count
        having count(distinct conditions.condition_no) = rules.condition_count
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
    -- The first tier whose rule holds (one without a rule takes everyone), and of its variants the first that does:
    -- surge, reduced, normal.
    promised as (
        select
            agreed.lead_id,
            agreed.cycle_no,
            arg_min(promises, promises.precedence) filter (where promises.kind = 'first_response') as first_response,
            arg_min(promises, promises.precedence) filter (where promises.kind = 'follow_up') as follow_up,
            arg_min(promises, promises.precedence) filter (where promises.kind = 'acceptance') as acceptance
        from agreed
        inner join (
            select *, 3 * tier_no + list_position(['surge', 'reduced', 'normal'], variant) as precedence
            from sla.promises
        ) as promises on agreed.agreement = promises.agreement
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
            promised.first_response.promise as response_promise,
            (promised.first_response.business_minutes * 60_000_000)::bigint as response_promise_us,
            promised.first_response.variant as response_variant,
            promised.follow_up.promise as follow_up_promise,
            promised.follow_up.attempts as promised_attempts,
            promised.follow_up.channels as promised_channels,
            promised.follow_up.business_days as promised_business_days,
            promised.follow_up.variant as follow_up_variant,
            promised.acceptance.promise as acceptance_promise,
            (promised.acceptance.business_minutes * 60_000_000)::bigint as acceptance_promise_us,
            promised.acceptance.variant as acceptance_variant,
            if(rules.rule is not null and not agreed.is_excluded, held_rules.rule is not null, null) as icp_match,
            agreed.is_excluded,
            agreed.mql_at
        from agreed
        left join sla.calendars on agreed.calendar_key = calendars.calendar_key
        left join promised on agreed.lead_id = promised.lead_id and agreed.cycle_no = promised.cycle_no
        left join rules on agreed.agreement = rules.agreement and rules.rule = 'icp'
        left join held_rules
            on agreed.lead_id = held_rules.lead_id
            and agreed.cycle_no = held_rules.cycle_no
            and held_rules.rule = 'icp'
    )
select * from final
