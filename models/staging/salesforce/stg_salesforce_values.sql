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
        -- An answer of the API may hold the owner as an object of that name.
        where lower(name) <> 'owner'
    ),
    -- A tool in history mode keeps versions of the rows of a history too.
    lead_history as (
        select * from raw.salesforce_lead_history where lead_id is not null and valid_from is null
        union all
        select *
        from raw.salesforce_lead_history
        where lead_id is not null and valid_from is not null
        qualify row_number() over (partition by crm, id order by valid_from) = 1
    ),
    opportunity_history as (
        select * from raw.salesforce_opportunity_history where opportunity_id is not null and valid_from is null
        union all
        select *
        from raw.salesforce_opportunity_history
        where opportunity_id is not null and valid_from is not null
        qualify row_number() over (partition by crm, id order by valid_from) = 1
    ),
    opportunity_versions as (
        select *
        from (
            select crm, id, stage_name, amount, currency_iso_code, valid_from, created_date
            from raw.salesforce_opportunity
            where valid_from is not null
            union all
            select crm, id, stage_name, amount, currency_iso_code, valid_from, created_date
            from raw.salesforce_opportunity_history
            where opportunity_id is null and valid_from is not null
        )
        qualify row_number() over (partition by crm, id, valid_from order by stage_name) = 1
    ),
    opportunity_facts as (
        select
            crm,
            opportunity_id,
            'OpportunityHistory:' || id as record_key,
            '' as version_key,
            created_by_id as changed_by,
            created_date as known_at,
            'OpportunityHistory' as way,
            unnest([
                struct_pack(property := 'StageName', value := stage_name),
                struct_pack(property := 'Amount', value := amount),
                struct_pack(property := 'CurrencyIsoCode', value := currency_iso_code)
            ], recursive := true)
        from opportunity_history
        union all
        select
            crm,
            id,
            'Opportunity:' || id,
            ':' || epoch_us(valid_from),
            null,
            greatest(valid_from, created_date),
            'versions',
            unnest([
                struct_pack(property := 'StageName', value := stage_name),
                struct_pack(property := 'Amount', value := amount),
                struct_pack(property := 'CurrencyIsoCode', value := currency_iso_code)
            ], recursive := true)
        from opportunity_versions
    ),
    -- A column that was left out of an export says nothing.
    exported_facts as (
        select
            *,
            -- A row of OpportunityHistory is above all an entry into its stage.
            record_key
            || if(way = 'OpportunityHistory' and property = 'StageName', '', ':' || property)
            || version_key as value_id
        from opportunity_facts
        qualify property = 'StageName' or count(value) over (partition by crm, way, property) > 0
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
        from lead_history
        where field is not null
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
        where lower(replace(field, '_', '')) in ('stagename', 'amount', 'currencyisocode')
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
            property,
            value_id,
            value,
            null,
            changed_by,
            'version',
            known_at
        from exported_facts
    ),
    -- What each record says now, to stand before everything known of it.
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
        union all
        select crm, 'Opportunity', opportunity_id, 'Amount', amount, created_by, created_at, created_at
        from opportunities
        union all
        select crm, 'Opportunity', opportunity_id, 'CurrencyIsoCode', currency, created_by, created_at, created_at
        from opportunities
    ),
    ordered as (
        select
            *,
            row_number() over in_order as value_no,
            lag(value) over in_order as previous_value,
            lag(origin) over in_order as previous_origin,
            lead(origin) over in_order as next_origin,
            lead(old_value) over in_order as next_old_value,
            lead(known_at) over in_order as next_known_at
        from (
            select
                crm,
                object,
                record_id,
                property,
                object || ':' || record_id || ':' || property || ':created' as value_id,
                value,
                null as old_value,
                created_by as changed_by,
                'creation' as origin,
                created_at,
                known_by as known_at
            from records
            union all
            select
                crm,
                object,
                record_id,
                property,
                value_id,
                value,
                old_value,
                changed_by,
                origin,
                null,
                known_at
            from points
        )
        window in_order as (
            partition by crm, object, record_id, property
            order by
                origin <> 'creation',
                known_at,
                list_position(['change', 'version', 'conversion'], origin),
                value_id
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
            -- Before the first change the old value held since the record was made; without any, what it says now.
            if(origin = 'creation' and next_origin is not null, next_old_value, value) as value,
            changed_by,
            origin,
            if(
                origin = 'creation' and next_origin is not null,
                least(created_at, next_known_at),
                known_at
            ) as known_at
        from ordered
        where case
                when origin = 'creation' then next_origin is null or next_origin = 'change'
                when previous_origin is null then true
                when previous_origin = 'creation' then origin <> 'change' or value is distinct from old_value
                else value is distinct from previous_value
            end
    )
select * from final
