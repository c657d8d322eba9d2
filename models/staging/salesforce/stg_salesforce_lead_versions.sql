-- Grain: crm, lead_id and version_key. What an export says of a lead: its record as it is now, and each version that a
-- sync tool kept.
with
    versions as (
        select
            crm,
            id as lead_id,
            converted_contact_id,
            converted_opportunity_id,
            master_record_id,
            status,
            owner_id,
            created_by_id,
            unqualified_reason_c,
            lead_source,
            industry,
            country,
            country_code,
            number_of_employees,
            properties,
            is_converted,
            is_deleted,
            is_removed,
            is_latest_version,
            converted_date,
            created_date,
            last_modified_date,
            system_modstamp,
            valid_from,
            valid_to
        from raw.salesforce_lead
        union all
        select
            crm,
            id,
            converted_contact_id,
            converted_opportunity_id,
            master_record_id,
            status,
            owner_id,
            created_by_id,
            unqualified_reason_c,
            lead_source,
            industry,
            country,
            country_code,
            number_of_employees,
            properties,
            is_converted,
            is_deleted,
            is_removed,
            is_latest_version,
            converted_date,
            created_date,
            last_modified_date,
            system_modstamp,
            valid_from,
            valid_to
        from raw.salesforce_lead_history
        -- Rows of LeadHistory proper name a lead and a field.
        where lead_id is null and valid_from is not null
    ),
    dated as (
        select
            *,
            coalesce(epoch_us(valid_from)::varchar, 'record') as version_key,
            coalesce(system_modstamp, last_modified_date, valid_from, created_date) as modified_at
        from versions
    ),
    deduplicated as (
        select *
        from dated
        qualify
            row_number() over (
                partition by crm, lead_id, version_key
                order by modified_at desc, is_latest_version, status
            ) = 1
    ),
    final as (
        select
            crm,
            lead_id,
            version_key,
            converted_contact_id as contact_id,
            converted_opportunity_id as opportunity_id,
            master_record_id as merged_into,
            status,
            owner_id,
            created_by_id as created_by,
            unqualified_reason_c as exit_reason,
            lead_source,
            industry,
            country,
            country_code,
            number_of_employees,
            properties,
            row_number() over (
                partition by crm, lead_id
                order by modified_at desc, valid_from desc nulls last
            ) = 1 as is_current,
            coalesce(is_converted, converted_date is not null) as is_converted,
            coalesce(is_deleted, false) or coalesce(is_removed, false) as is_deleted,
            -- History mode ends a deleted record's last version instead of marking it.
            valid_from is not null
            and not coalesce(is_latest_version, valid_to is null or year(valid_to) = 9999) as is_closed,
            try_cast(left(converted_date, 10) as date) as converted_date,
            created_date as created_at,
            coalesce(system_modstamp, last_modified_date) as modified_at,
            valid_from,
            valid_to
        from deduplicated
    )
select * from final
