-- Grain: lead_id and cycle_no, of cycles with an MQL that the agreement in force at mql_at excludes.
with
    -- Without an agreement that excludes leads there are no rules, and nothing is looked at.
    rules as (
        select
            conditions.agreement,
            conditions.rule,
            agreements.effective_at,
            coalesce(agreements.superseded_at, 'infinity'::timestamptz) as superseded_at,
            count(distinct conditions.condition_no) as condition_count
        from sla.conditions
        inner join sla.agreements on conditions.agreement = agreements.agreement
        where conditions.rule like 'excluded/%'
        group by all
    ),
    -- A rule holds when each of its conditions has a row that does.
    held_rules as (
        select cycles.lead_id, cycles.cycle_no, rules.rule
        from rules
        inner join int_cycles as cycles on cycles.mql_at >= rules.effective_at and cycles.mql_at < rules.superseded_at
        inner join int_cycle_attributes as attributes
            on cycles.lead_id = attributes.lead_id and cycles.cycle_no = attributes.cycle_no
        inner join sla.conditions on rules.agreement = conditions.agreement and rules.rule = conditions.rule
        where case conditions.operator
            when 'in' then (attributes.attributes ->> conditions.attribute) = conditions.value
            when 'at_least' then coalesce(isfinite(try_cast(attributes.attributes ->> conditions.attribute as double)), false) and try_cast(attributes.attributes ->> conditions.attribute as double) >= conditions.number
            when 'at_most' then coalesce(isfinite(try_cast(attributes.attributes ->> conditions.attribute as double)), false) and try_cast(attributes.attributes ->> conditions.attribute as double) <= conditions.number
            when 'filled' then (attributes.attributes ->> conditions.attribute) <> ''
        end
        group by cycles.lead_id, cycles.cycle_no, rules.rule, rules.condition_count
        having count(distinct conditions.condition_no) = rules.condition_count
    ),
    final as (
        select distinct lead_id, cycle_no from held_rules
    )
select * from final
