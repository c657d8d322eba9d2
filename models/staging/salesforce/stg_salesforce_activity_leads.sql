-- Grain: crm and activity_id. The lead that a task, a calendar entry or a campaign membership belongs to: the one it
-- names, else the one that its contact was when it was made, else that of its opportunity.
with
    activities as (
        select
            crm,
            id as activity_id,
            'task' as kind,
            who_id,
            what_id,
            is_deleted or is_removed as is_ignored,
            created_date as created_at
        from raw.salesforce_task
        union all
        select
            crm,
            id,
            'event',
            who_id,
            what_id,
            is_deleted or is_removed or is_child or is_recurrence,
            created_date
        from raw.salesforce_event
        union all
        select
            crm,
            id,
            'campaign_member',
            coalesce(lead_id, contact_id, lead_or_contact_id),
            null,
            is_deleted or is_removed,
            created_date
        from raw.salesforce_campaign_member
    ),
    opportunities as (
        select crm, opportunity_id, lead_id, joined_at
        from stg_salesforce_opportunities
        where lead_id is not null
    ),
    final as (
        select
            activities.crm,
            activities.activity_id,
            activities.kind,
            coalesce(leads.lead_id, contact_leads.lead_id, opportunities.lead_id) as lead_id,
            coalesce(activities.is_ignored, false) as is_ignored
        from activities
        asof left join stg_salesforce_contact_leads as contact_leads
            on activities.crm = contact_leads.crm
            and activities.who_id = contact_leads.contact_id
            and activities.created_at >= contact_leads.created_at
        left join stg_salesforce_leads as leads
            on activities.crm = leads.crm and activities.who_id = leads.lead_id
        left join opportunities
            on activities.crm = opportunities.crm
            and activities.what_id = opportunities.opportunity_id
            and activities.created_at >= opportunities.joined_at
    )
select * from final
