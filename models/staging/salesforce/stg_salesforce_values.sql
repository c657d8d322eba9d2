-- Grain: crm and value_id. What a property of a lead or an opportunity was, and since when. All sources say something
-- true of an instant (a change, a version, a conversion); put in order, what repeats the value before it is left out.
with
    properties as (
        select crm, property, lower(replace(property, '_', '')) as property_key from run.attributes
    ),
    leads as (
        select * from stg_salesforce_leads
    ),
    opportunities as (
        select * from stg_salesforce_opportunities
    ),
    lead_facts as (
        select
            crm,
            lead_id,
            is_current,
            greatest(valid_from, created_at) as known_at,
            version_key,
            unnest([
                struct_pack(property_key := 'status', value := status),
                struct_pack(property_key := 'owner', value := owner_id),
                struct_pack(property_key := 'leadsource', value := lead_source),
                struct_pack(property_key := 'industry', value := industry),
                struct_pack(property_key := 'country', value := country),
                struct_pack(property_key := 'countrycode', value := country_code),
                struct_pack(property_key := 'numberofemployees', value := number_of_employees)
            ], recursive := true)
        from stg_salesforce_lead_versions
        union all
        select
            crm,
            lead_id,
            is_current,
            greatest(valid_from, created_at),
            version_key,
            lower(replace(name, '_', '')),
            properties ->> name
        from (
            select *, unnest(json_keys(properties)) as name from stg_salesforce_lead_versions
        )
    ),
    changes as (
        select
            crm,
            'Lead' as object,
            lead_id as record_id,
            if(lower(field) = 'ownerid', 'owner', lower(replace(field, '_', ''))) as property_key,
            'LeadHistory:' || id as value_id,
            old_value,
            new_value,
            created_by_id as changed_by,
            created_date as known_at
        from raw.salesforce_lead_history
        where lead_id is not null and field is not null
        union all
        select
            crm,
            'Opportunity',
            opportunity_id,
            lower(replace(field, '_', '')),
            'OpportunityFieldHistory:' || id,
            old_value,
            new_value,
            created_by_id,
            created_date
        from raw.salesforce_opportunity_field_history
        where lower(replace(field, '_', '')) = 'stagename'
    ),
    points as (
        select
            changes.crm,
            changes.object,
            changes.record_id,
            properties.property,
            changes.value_id,
            changes.new_value as value,
            changes.old_value,
            changes.changed_by,
            'change' as origin,
            changes.known_at
        from changes
        inner join properties
            on changes.crm = properties.crm and changes.property_key = properties.property_key
        -- An owner change is written twice, with names and with ids. Only the ids are read.
        where changes.property_key <> 'owner'
            or regexp_full_match(
                coalesce(changes.new_value, changes.old_value),
                '(005|00G)[A-Za-z0-9]{12}([A-Za-z0-9]{3})?'
            )
        union all
        select
            facts.crm,
            'Lead',
            facts.lead_id,
            properties.property,
            'Lead:' || facts.lead_id || ':' || properties.property || ':' || facts.version_key,
            facts.value,
            null,
            null,
            'version',
            facts.known_at
        from lead_facts as facts
        inner join properties on facts.crm = properties.crm and facts.property_key = properties.property_key
        where facts.version_key <> 'record'
        union all
        select
            crm,
            'Lead',
            lead_id,
            'Status',
            'Lead:' || lead_id || ':Status:converted',
            status,
            null,
            null,
            'conversion',
            converted_at
        from leads
        where converted_at is not null
        union all
        select
            crm,
            'Opportunity',
            opportunity_id,
            'StageName',
            'OpportunityHistory:' || id,
            stage_name,
            null,
            created_by_id,
            'version',
            created_date
        from raw.salesforce_opportunity_history
        where opportunity_id is not null
        union all
        select
            crm,
            'Opportunity',
            id,
            'StageName',
            'Opportunity:' || id || ':StageName:' || epoch_us(valid_from),
            stage_name,
            null,
            null,
            'version',
            greatest(valid_from, created_date)
        from (
            select crm, id, stage_name, valid_from, created_date
            from raw.salesforce_opportunity
            where valid_from is not null
            union
            select crm, id, stage_name, valid_from, created_date
            from raw.salesforce_opportunity_history
            where opportunity_id is null and valid_from is not null
        )
    ),
    first_points as (
        select
            crm,
            object,
            record_id,
            property,
            arg_min(
                struct_pack(origin := origin, old_value := old_value, known_at := known_at),
                struct_pack(
                    known_at := known_at,
                    origin_no := list_position(['change', 'version', 'conversion'], origin),
                    value_id := value_id
                )
            ) as point
        from points
        group by crm, object, record_id, property
    ),
    records as (
        select
            leads.crm,
            'Lead' as object,
            leads.lead_id as record_id,
            properties.property,
            facts.value,
            leads.created_by,
            leads.created_at,
            leads.created_at as known_by
        from leads
        inner join lead_facts as facts
            on leads.crm = facts.crm and leads.lead_id = facts.lead_id and facts.is_current
        inner join properties on facts.crm = properties.crm and facts.property_key = properties.property_key
        where leads.created_at is not null
        union all
        select crm, 'Opportunity', opportunity_id, 'StageName', stage_name, created_by, created_at, stage_by
        from opportunities
    ),
    -- What held before the first change since the record was made; without any change what the record says.
    initial_points as (
        select
            records.crm,
            records.object,
            records.record_id,
            records.property,
            records.object || ':' || records.record_id || ':' || records.property || ':created' as value_id,
            if(first_points.point is null, records.value, first_points.point.old_value) as value,
            null as old_value,
            records.created_by as changed_by,
            'creation' as origin,
            if(
                first_points.point is null,
                records.known_by,
                least(records.created_at, first_points.point.known_at)
            ) as known_at
        from records
        left join first_points
            on records.crm = first_points.crm
            and records.object = first_points.object
            and records.record_id = first_points.record_id
            and records.property = first_points.property
        where first_points.point is null or first_points.point.origin = 'change'
    ),
    numbered as (
        select
            *,
            row_number() over (
                partition by crm, object, record_id, property
                order by
                    known_at,
                    list_position(['creation', 'change', 'version', 'conversion'], origin),
                    value_id
            ) as value_no
        from (
            from initial_points
            union all
            from points
        )
    ),
    final as (
        select
            crm,
            value_id,
            object,
            record_id,
            property,
            value_no,
            value,
            changed_by,
            origin,
            known_at
        from numbered
        qualify
            value_no = 1
            or value is distinct from lag(value) over (
                partition by crm, object, record_id, property
                order by value_no
            )
    )
select * from final
