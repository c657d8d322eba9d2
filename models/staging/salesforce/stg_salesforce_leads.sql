-- Grain: crm and lead_id. Every lead as it is now, with the instant of its conversion.
with
    versions as (
        select * from stg_salesforce_lead_versions
    ),
    current_versions as (
        select * from versions where is_current
    ),
    history as (
        select
            crm,
            lead_id,
            lower(replace(field, '_', '')) as field_key,
            new_value,
            created_date
        from raw.salesforce_lead_history
        where lead_id is not null
    ),
    history_instants as (
        select
            history.crm,
            history.lead_id,
            min(history.created_date) filter (where history.field_key = 'leadconverted') as converted_at,
            max(history.created_date) filter (
                where history.field_key = 'status' and history.new_value = current_versions.status
            ) as final_status_at
        from history
        left join current_versions
            on history.crm = current_versions.crm and history.lead_id = current_versions.lead_id
        group by history.crm, history.lead_id
    ),
    -- Only between two known versions is it known when a version became a converted one.
    version_instants as (
        select
            crm,
            lead_id,
            if(
                min(valid_from) filter (where not is_converted) < min(valid_from) filter (where is_converted),
                min(valid_from) filter (where is_converted),
                null
            ) as converted_at
        from versions
        where valid_from is not null
        group by crm, lead_id
    ),
    known_leads as (
        select crm, lead_id from current_versions
        union
        select crm, lead_id from history
    ),
    joined as (
        select
            known_leads.crm,
            known_leads.lead_id,
            current_versions.* exclude (crm, lead_id),
            coalesce(
                history_instants.converted_at,
                history_instants.final_status_at,
                version_instants.converted_at
            ) as converted_at,
            -- By the end of that day, and not after the record was last touched.
            greatest(
                least(
                    timezone(sources.time_zone, current_versions.converted_date::timestamp + interval 1 day)
                    - interval 1 microsecond,
                    current_versions.modified_at
                ),
                current_versions.created_at
            ) as converted_by
        from known_leads
        inner join run.sources on known_leads.crm = sources.crm
        left join current_versions
            on known_leads.crm = current_versions.crm and known_leads.lead_id = current_versions.lead_id
        left join history_instants
            on known_leads.crm = history_instants.crm and known_leads.lead_id = history_instants.lead_id
        left join version_instants
            on known_leads.crm = version_instants.crm and known_leads.lead_id = version_instants.lead_id
    ),
    final as (
        select
            crm,
            lead_id,
            contact_id,
            opportunity_id,
            merged_into,
            status,
            owner_id,
            created_by,
            exit_reason,
            coalesce(is_converted, false) as is_converted,
            coalesce(is_converted, false) and converted_at is null as is_converted_by_date,
            coalesce(is_deleted or is_closed, false) as is_deleted,
            created_at,
            modified_at,
            if(is_converted, coalesce(converted_at, converted_by), null) as converted_at,
            if(
                is_deleted or is_closed,
                coalesce(if(is_closed, valid_to, null), modified_at, valid_from, created_at),
                null
            ) as deleted_at
        from joined
    )
select * from final
