-- Grain: lead_id and cycle_no, of cycles with an MQL. The agreement in force at mql_at and what it promises this lead.
with
    cycles as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            cycles.mql_at,
            teams.team,
            attributes.attributes
        from int_cycles as cycles
        inner join int_cycle_attributes as attributes
            on cycles.lead_id = attributes.lead_id and cycles.cycle_no = attributes.cycle_no
        left join int_cycle_teams as teams on cycles.lead_id = teams.lead_id and cycles.cycle_no = teams.cycle_no
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
        group by agreement, rule
    ),
    -- A rule holds when each of its conditions has a row that does.
    held_rules as (
        select agreed.lead_id, agreed.cycle_no, conditions.rule
        from agreed
        inner join sla.conditions on agreed.agreement = conditions.agreement
        inner join rules on conditions.agreement = rules.agreement and conditions.rule = rules.rule
        where case conditions.operator
            when 'in' then (agreed.attributes ->> conditions.attribute) = conditions.value
            when 'at_least' then try_cast(agreed.attributes ->> conditions.attribute as double) >= conditions.number
            when 'at_most' then try_cast(agreed.attributes ->> conditions.attribute as double) <= conditions.number
            when 'filled' then (agreed.attributes ->> conditions.attribute) <> ''
        end
        group by agreed.lead_id, agreed.cycle_no, conditions.rule, rules.condition_count
        having count(distinct conditions.condition_no) = rules.condition_count
    ),
    -- The first tier whose rule holds; a tier without a rule takes everyone.
    promised as (
        select
            agreed.lead_id,
            agreed.cycle_no,
            arg_min(promises, promises.tier_no) filter (where promises.kind = 'first_response') as first_response,
            arg_min(promises, promises.tier_no) filter (where promises.kind = 'follow_up') as follow_up
        from agreed
        inner join sla.promises on agreed.agreement = promises.agreement
        left join held_rules
            on agreed.lead_id = held_rules.lead_id
            and agreed.cycle_no = held_rules.cycle_no
            and promises.rule = held_rules.rule
        where promises.rule is null or held_rules.rule is not null
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
            promised.first_response.promise as response_promise,
            (promised.first_response.business_minutes * 60_000_000)::bigint as response_promise_us,
            promised.follow_up.promise as follow_up_promise,
            promised.follow_up.attempts as promised_attempts,
            promised.follow_up.channels as promised_channels,
            promised.follow_up.business_days as promised_business_days,
            if(rules.rule is not null, held_rules.rule is not null, null) as icp_match,
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
