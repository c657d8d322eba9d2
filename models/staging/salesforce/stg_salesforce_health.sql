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
    records as (
        select crm, 'Lead' as object, lead_id as record_id, modified_at from leads
        union all
        select crm, 'Opportunity', opportunity_id, modified_at from opportunities
    ),
    -- The last value known when the record was last touched: the history may have been exported later.
    last_values as (
        select
            known_values.crm,
            known_values.object,
            known_values.record_id,
            known_values.property,
            arg_max(struct_pack(value := known_values.value), known_values.value_no).value as value
        from known_values
        inner join records
            on known_values.crm = records.crm
            and known_values.object = records.object
            and known_values.record_id = records.record_id
        where known_values.origin in ('change', 'version')
            and (records.modified_at is null or known_values.known_at <= records.modified_at)
        group by known_values.crm, known_values.object, known_values.record_id, known_values.property
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
        union all
        select crm, lead_id, lower(replace(name, '_', '')), properties ->> name
        from (
            select crm, lead_id, properties, unnest(json_keys(properties)) as name
            from stg_salesforce_lead_versions
            where is_current
        )
        where lower(name) <> 'owner'
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
            'Opportunity.' || last_values.property,
            count(*) filter (
                where case last_values.property
                        when 'StageName' then last_values.value is distinct from opportunities.stage_name
                        -- Empty ones may only not have been exported.
                        when 'CurrencyIsoCode' then coalesce(opportunities.currency <> last_values.value, false)
                        else coalesce(
                            try_cast(opportunities.amount as double)
                            is distinct from try_cast(last_values.value as double)
                            and opportunities.amount is not null,
                            false
                        )
                    end
            )
        from last_values
        inner join opportunities
            on last_values.crm = opportunities.crm and last_values.record_id = opportunities.opportunity_id
        where last_values.object = 'Opportunity'
        group by last_values.crm, last_values.property
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
        select * from stg_salesforce_tasks
    ),
    unmapped_texts as (
        select done_tasks.crm, 'unmapped_disposition' as measure, done_tasks.call_disposition as text
        from done_tasks
        anti join seeds.salesforce_dispositions as dispositions
            on lower(trim(done_tasks.call_disposition)) = lower(trim(dispositions.disposition::varchar))
        where done_tasks.call_disposition is not null
        union all
        select events.crm, 'unmapped_meeting_outcome', events.meeting_outcome_c
        from raw.salesforce_event as events
        anti join (
            select value
            from seeds.salesforce_meeting_outcomes
            where lower(replace(field::varchar, '_', '')) = 'meetingoutcomec'
        ) as outcomes
            on lower(trim(events.meeting_outcome_c)) = lower(trim(outcomes.value::varchar))
        where events.meeting_outcome_c is not null
        union all
        select records.crm, 'unmapped_reason', records.exit_reason
        from (
            select crm, exit_reason from leads
            union all
            select crm, exit_reason from opportunities
        ) as records
        anti join seeds.salesforce_exit_reasons as exit_reasons
            on lower(trim(records.exit_reason)) = lower(trim(exit_reasons.value::varchar))
        where records.exit_reason is not null
    ),
    -- A call's result is free text in Salesforce, and other fields may be: what was typed only once or twice is
    -- counted, but not shown.
    unmapped_values as (
        select
            crm,
            measure,
            if(uses >= 3, text, '(used fewer than 3 times)') as item,
            sum(uses)::bigint as value
        from (
            select crm, measure, text, count(*) as uses
            from unmapped_texts
            group by crm, measure, text
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
        where not is_known_kind
        group by crm, task_subtype, type
    ),
    bulk_entries as (
        select crm, 'bulk_stage_entries' as measure, stage as item, count(*) as value
        from stg_salesforce_stage_entries
        where is_bulk
        group by crm, stage
    ),
    without_lead as (
        select crm, 'events_without_lead' as measure, 'task' as item, count(*) as value
        from done_tasks
        where lead_id is null and channel is not null
        group by crm
        union all
        select crm, 'events_without_lead', kind, count(*)
        from stg_salesforce_activity_leads
        where lead_id is null and kind <> 'task' and not is_ignored
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
        anti join (
            select crm, record_id from known_values where object = 'Opportunity' and origin <> 'creation'
        ) as told
            on opportunities.crm = told.crm and opportunities.opportunity_id = told.record_id
        where opportunities.is_closed_by_date and not opportunities.is_deleted
        group by opportunities.crm
    ),
    -- Leads that only their history names: the export of leads is not whole.
    missing_records as (
        select crm, 'record_missing' as measure, 'Lead' as item, count(*) as value
        from leads
        where created_at is null
        group by crm
    ),
    -- Neither a change of a field nor a version.
    unreadable_rows as (
        select crm, 'unreadable_history' as measure, 'lead_history' as item, count(*) as value
        from raw.salesforce_lead_history
        where if(lead_id is null, valid_from is null, field is null)
        group by crm
        union all
        select crm, 'unreadable_history', 'opportunity_history', count(*)
        from raw.salesforce_opportunity_history
        where opportunity_id is null and valid_from is null
        group by crm
    ),
    measured as (
        from mismatches
        union all
        from missing_histories
        union all
        from unmapped_stages
        union all
        from unmapped_values
        union all
        from unmapped_task_types
        union all
        from bulk_entries
        union all
        from without_lead
        union all
        from without_time
        union all
        from missing_records
        union all
        from unreadable_rows
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
