-- Grain: crm and opportunity_id. Every opportunity as it is now, with the one lead that it belongs to.
with
    versions as (
        select
            crm,
            id,
            stage_name,
            amount,
            currency_iso_code,
            created_by_id,
            loss_reason_c,
            is_closed,
            is_deleted,
            is_removed,
            is_latest_version,
            close_date,
            created_date,
            last_stage_change_date,
            last_modified_date,
            system_modstamp,
            valid_from,
            valid_to
        from raw.salesforce_opportunity
        union all
        select
            crm,
            id,
            stage_name,
            amount,
            currency_iso_code,
            created_by_id,
            loss_reason_c,
            is_closed,
            is_deleted,
            is_removed,
            is_latest_version,
            close_date,
            created_date,
            last_stage_change_date,
            last_modified_date,
            system_modstamp,
            valid_from,
            valid_to
        from raw.salesforce_opportunity_history
        where opportunity_id is null and valid_from is not null
    ),
    opportunities as (
        select
            *,
            id as opportunity_id,
            coalesce(system_modstamp, last_modified_date) as modified_at
        from versions
        qualify
            row_number() over (
                partition by crm, id
                order by
                    coalesce(system_modstamp, last_modified_date, valid_from, created_date) desc,
                    valid_from desc nulls last,
                    is_latest_version,
                    stage_name
            ) = 1
    ),
    contact_roles as (
        select
            crm,
            opportunity_id,
            contact_id,
            bool_or(coalesce(is_primary, false)) as is_primary
        from raw.salesforce_opportunity_contact_role
        where not coalesce(is_deleted, false) and not coalesce(is_removed, false)
        group by crm, opportunity_id, contact_id
    ),
    -- The lead whose conversion made or named the opportunity goes first, then leads that its contacts once were.
    candidates as (
        select
            leads.crm,
            leads.opportunity_id,
            leads.lead_id,
            leads.created_at as lead_created_at,
            leads.converted_at as lead_converted_at,
            true as is_converting,
            coalesce(contact_roles.is_primary, false) as is_primary
        from stg_salesforce_leads as leads
        left join contact_roles
            on leads.crm = contact_roles.crm
            and leads.opportunity_id = contact_roles.opportunity_id
            and leads.contact_id = contact_roles.contact_id
        where leads.opportunity_id is not null
        union all
        select
            roles.crm,
            roles.opportunity_id,
            contact_leads.lead_id,
            contact_leads.created_at,
            null,
            false,
            roles.is_primary
        from (
            select contact_roles.*, opportunities.created_date as created_at
            from contact_roles
            inner join opportunities
                on contact_roles.crm = opportunities.crm
                and contact_roles.opportunity_id = opportunities.opportunity_id
        ) as roles
        asof inner join stg_salesforce_contact_leads as contact_leads
            on roles.crm = contact_leads.crm
            and roles.contact_id = contact_leads.contact_id
            and roles.created_at >= contact_leads.created_at
    ),
    links as (
        select
            crm,
            opportunity_id,
            arg_min(
                struct_pack(
                    lead_id := lead_id,
                    created_at := lead_created_at,
                    converted_at := lead_converted_at
                ),
                struct_pack(
                    is_not_converting := not is_converting,
                    is_not_primary := not is_primary,
                    lead_created_at := lead_created_at,
                    lead_id := lead_id
                )
            ) as lead
        from candidates
        group by crm, opportunity_id
    ),
    final as (
        select
            opportunities.crm,
            opportunities.opportunity_id,
            links.lead.lead_id as lead_id,
            opportunities.stage_name,
            opportunities.amount,
            opportunities.currency_iso_code as currency,
            opportunities.created_by_id as created_by,
            opportunities.loss_reason_c as exit_reason,
            coalesce(opportunities.is_deleted, false)
            or coalesce(opportunities.is_removed, false)
            or (
                opportunities.valid_from is not null
                and not coalesce(
                    opportunities.is_latest_version,
                    opportunities.valid_to is null or year(opportunities.valid_to) = 9999
                )
            ) as is_deleted,
            coalesce(opportunities.is_closed, false)
            and opportunities.last_stage_change_date is null as is_closed_by_date,
            opportunities.created_date as created_at,
            opportunities.modified_at,
            -- When it came into its stage, where no history says so.
            coalesce(
                opportunities.last_stage_change_date,
                if(
                    opportunities.is_closed,
                    greatest(
                        least(
                            timezone(
                                sources.time_zone,
                                try_cast(left(opportunities.close_date, 10) as date)::timestamp + interval 1 day
                            ) - interval 1 microsecond,
                            opportunities.modified_at
                        ),
                        opportunities.created_date
                    ),
                    null
                ),
                opportunities.created_date
            ) as stage_by,
            -- An opportunity older than its lead becomes the lead's at the conversion that named it.
            case
                when links.lead is null then null
                when opportunities.created_date < links.lead.created_at
                    then coalesce(links.lead.converted_at, links.lead.created_at)
                else opportunities.created_date
            end as joined_at
        from opportunities
        inner join run.sources on opportunities.crm = sources.crm
        left join links
            on opportunities.crm = links.crm and opportunities.opportunity_id = links.opportunity_id
    )
select * from final
