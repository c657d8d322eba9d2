-- Grain: lead_id, of leads to which something is owed. The score at as_of, by the agreement in force then; no row when it
-- gives no points.
with
    in_force as (
        select agreements.agreement
        from sla.agreements
        inner join run.clock
            on clock.as_of >= agreements.effective_at
            and clock.as_of < coalesce(agreements.superseded_at, 'infinity'::timestamptz)
    ),
    fit_rules as (
        select score_fit.* from sla.score_fit semi join in_force on score_fit.agreement = in_force.agreement
    ),
    intent_rules as (
        select
            score_intent.rule,
            score_intent.action,
            score_intent.points,
            score_intent.decays_over_days * 86_400_000_000 as decays_over_us,
            score_intent.at_most
        from sla.score_intent
        semi join in_force on score_intent.agreement = in_force.agreement
    ),
    leads as (
        select distinct duties.lead_id
        from int_open_duties as duties
        semi join (select rule from fit_rules union all select rule from intent_rules) as rules on true
    ),
    -- Rows with the same condition_no are alternatives.
    conditions as (
        select
            conditions.rule,
            conditions.condition_no,
            conditions.attribute,
            conditions.operator,
            conditions.number,
            list(conditions.value) as options
        from sla.conditions
        semi join fit_rules on conditions.agreement = fit_rules.agreement and conditions.rule = fit_rules.rule
        group by all
    ),
    attributes as (
        select distinct attribute from conditions
    ),
    latest_changes as (
        select
            changes.lead_id,
            changes.attribute,
            -- In a struct, because arg_max passes over the null that clears an attribute.
            arg_max(struct_pack(value := changes.value), changes.change_order) as changed_to
        from int_property_changes as changes
        semi join leads on changes.lead_id = leads.lead_id
        semi join attributes on changes.attribute = attributes.attribute
        group by changes.lead_id, changes.attribute
    ),
    described as (
        select
            leads.lead_id,
            attributes.attribute,
            if(
                latest_changes.changed_to is not null,
                latest_changes.changed_to.value,
                created.attributes ->> attributes.attribute
            ) as value
        from leads
        cross join attributes
        left join int_created_attributes as created on leads.lead_id = created.lead_id
        left join latest_changes
            on leads.lead_id = latest_changes.lead_id and attributes.attribute = latest_changes.attribute
    ),
    held_conditions as (
        select described.lead_id, conditions.rule, count(*) as held
        from described
        inner join conditions on described.attribute = conditions.attribute
        where case conditions.operator
            when 'in' then list_contains(conditions.options, described.value)
            when 'at_least' then coalesce(isfinite(try_cast(described.value as double)), false) and try_cast(described.value as double) >= conditions.number
            when 'at_most' then coalesce(isfinite(try_cast(described.value as double)), false) and try_cast(described.value as double) <= conditions.number
            when 'filled' then described.value <> ''
        end
        group by described.lead_id, conditions.rule
    ),
    fits as (
        select held_conditions.lead_id, sum(fit_rules.points) as points
        from held_conditions
        inner join (select rule, count(*) as conditions from conditions group by rule) as rules
            on held_conditions.rule = rules.rule and held_conditions.held = rules.conditions
        inner join fit_rules on held_conditions.rule = fit_rules.rule
        group by held_conditions.lead_id
    ),
    activities as (
        select
            events.lead_id,
            events.properties ->> 'action' as action,
            epoch_us(clock.as_of) - epoch_us(events.occurred_at) as age_us
        from crm_events as events
        cross join run.clock
        semi join leads on events.lead_id = leads.lead_id
        where events.type = 'activity'
    ),
    intents as (
        select
            activities.lead_id,
            intent_rules.rule,
            -- least() passes over a cap that is not there.
            least(
                any_value(intent_rules.at_most),
                sum(intent_rules.points * (1 - activities.age_us / intent_rules.decays_over_us))
            ) as points
        from activities
        inner join intent_rules on activities.action = intent_rules.action
        where activities.age_us >= 0 and activities.age_us < intent_rules.decays_over_us
        group by activities.lead_id, intent_rules.rule
    ),
    intent_totals as (
        select lead_id, sum(points) as points from intents group by lead_id
    ),
    final as (
        select
            leads.lead_id,
            round(coalesce(fits.points, 0) + coalesce(intent_totals.points, 0), 6) as score
        from leads
        left join fits on leads.lead_id = fits.lead_id
        left join intent_totals on leads.lead_id = intent_totals.lead_id
    )
select * from final
