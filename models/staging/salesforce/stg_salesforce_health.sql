-- Grain: crm, measure and item. What does not add up in the export, or could not be placed.
with
    leads as (
        select * from stg_salesforce_leads
    ),
    opportunities as (
        select * from stg_salesforce_opportunities
    ),
    known_values as (
        select * from stg_salesforce_values
    ),
    last_values as (
        select crm, object, record_id, property, arg_max(struct_pack(value := value), value_no).value as value
        from known_values
        group by crm, object, record_id, property
    ),
    lead_records as (
        select
            crm,
            lead_id as record_id,
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
        where is_current
    ),
    mismatches as (
        select
            last_values.crm,
            'history_mismatch' as measure,
            'Lead.' || last_values.property as item,
            count(*) filter (
                where coalesce(
                    try_cast(last_values.value as double) is distinct from try_cast(lead_records.value as double),
                    false
                )
                or (
                    try_cast(last_values.value as double) is null
                    and last_values.value is distinct from lead_records.value
                )
            ) as value
        from last_values
        inner join lead_records
            on last_values.crm = lead_records.crm
            and last_values.record_id = lead_records.record_id
            and lower(replace(last_values.property, '_', '')) = lead_records.property_key
        where last_values.object = 'Lead'
        group by last_values.crm, last_values.property
        union all
        select
            last_values.crm,
            'history_mismatch',
            'Opportunity.StageName',
            count(*) filter (where last_values.value is distinct from opportunities.stage_name)
        from last_values
        inner join opportunities
            on last_values.crm = opportunities.crm and last_values.record_id = opportunities.opportunity_id
        where last_values.object = 'Opportunity'
        group by last_values.crm
    ),
    -- Nothing in the export says when any record changed: the field is not tracked, or its history was left out.
    missing_histories as (
        select
            crm,
            'history_missing' as measure,
            object || '.' || property as item,
            count(distinct record_id) as value
        from known_values
        where property in ('Status', 'Owner', 'StageName')
        group by crm, object, property
        having count(*) filter (where origin in ('change', 'version')) = 0
    ),
    mapped_values as (
        select 'Lead' as object, lower(trim(status::varchar)) as value_key from seeds.salesforce_lead_statuses
        union all
        select 'Opportunity', lower(trim(stage_name::varchar)) from seeds.salesforce_opportunity_stages
    ),
    unmapped_stages as (
        select crm, 'unmapped_stage' as measure, value as item, count(*) as value
        from (
            select known_values.crm, known_values.value
            from known_values
            anti join mapped_values
                on known_values.object = mapped_values.object
                and lower(trim(known_values.value)) = mapped_values.value_key
            where known_values.property in ('Status', 'StageName') and known_values.value is not null
        )
        group by crm, value
    ),
    done_tasks as (
        select *
        from raw.salesforce_task
        where (coalesce(is_closed, false) or lower(status) = 'completed')
            and not coalesce(is_deleted, false)
            and not coalesce(is_removed, false)
            and not coalesce(is_recurrence, false)
    ),
    -- A call's result is free text in Salesforce: what was typed only once or twice is counted, but not shown.
    unmapped_dispositions as (
        select
            crm,
            'unmapped_disposition' as measure,
            if(uses >= 3, disposition, '(used fewer than 3 times)') as item,
            sum(uses)::bigint as value
        from (
            select done_tasks.crm, done_tasks.call_disposition as disposition, count(*) as uses
            from done_tasks
            anti join seeds.salesforce_dispositions as dispositions
                on lower(trim(done_tasks.call_disposition)) = lower(trim(dispositions.disposition::varchar))
            where done_tasks.call_disposition is not null
            group by done_tasks.crm, done_tasks.call_disposition
        )
        group by all
    ),
    unmapped_task_types as (
        select
            crm,
            'unmapped_task_type' as measure,
            coalesce(task_subtype, '') || ' / ' || coalesce(type, '') as item,
            count(*) as value
        from done_tasks
        anti join (
            select distinct task_subtype, type from seeds.salesforce_task_types
        ) as kinds
            on (
                kinds.task_subtype is null
                or lower(trim(kinds.task_subtype::varchar)) = lower(trim(done_tasks.task_subtype))
            )
            and (kinds.type is null or lower(trim(kinds.type::varchar)) = lower(trim(done_tasks.type)))
        group by crm, task_subtype, type
    ),
    bulk_entries as (
        select crm, 'bulk_stage_entries' as measure, stage as item, count(*) as value
        from stg_salesforce_stage_entries
        where is_bulk
        group by crm, stage
    ),
    without_lead as (
        select crm, 'events_without_lead' as measure, kind as item, count(*) as value
        from stg_salesforce_activity_leads
        where lead_id is null
        group by crm, kind
        union all
        select crm, 'events_without_lead', 'opportunity', count(*)
        from opportunities
        where lead_id is null and not is_deleted
        group by crm
    ),
    without_time as (
        select crm, 'date_without_time' as measure, 'Lead.ConvertedDate' as item, count(*) as value
        from leads
        where is_converted_by_date
        group by crm
        union all
        select opportunities.crm, 'date_without_time', 'Opportunity.CloseDate', count(*)
        from opportunities
        inner join known_values
            on opportunities.crm = known_values.crm
            and known_values.value_id = 'Opportunity:' || opportunities.opportunity_id || ':StageName:created'
        where opportunities.is_closed_by_date
        group by opportunities.crm
    ),
    measured as (
        from mismatches
        union all
        from missing_histories
        union all
        from unmapped_stages
        union all
        from unmapped_dispositions
        union all
        from unmapped_task_types
        union all
        from bulk_entries
        union all
        from without_lead
        union all
        from without_time
    ),
    final as (
        select
            crm,
            measure,
            item,
            value::bigint as value,
            if(measure in ('bulk_stage_entries', 'events_without_lead'), null, 0::bigint) as expected,
            measure not in ('bulk_stage_entries', 'events_without_lead') and value > 0 as is_problem
        from measured
    )
select * from final
