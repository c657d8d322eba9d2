-- Grain: crm and change_id. What a deal was worth, and in which currency. Where the history was not exported the present
-- value counts from the deal's creation.
with
    names as (
        select 'amount' as property, 'amount' as name
        union all
        select 'deal_currency_code', 'currency'
    ),
    history as (
        select * from stg_hubspot_property_history where object_type = 'deal'
    ),
    changes as (
        select
            history.crm,
            history.change_id,
            history.object_id as deal_id,
            history.property,
            nullif(history.value, '') as value,
            history.changed_at
        from history
        semi join names on history.property = names.property
        -- A blank that was never anything else clears nothing.
        where history.value <> '' or history.previous_value <> ''
    ),
    first_changes as (
        select crm, object_id as deal_id, min(changed_at) as changed_at
        from history
        group by crm, object_id
    ),
    present_values as (
        select
            deals.crm,
            concat_ws(':', 'deal', deals.deal_id, names.property, 'now') as change_id,
            deals.deal_id,
            names.property,
            nullif(deals.properties ->> names.property, '') as value,
            coalesce(deals.created_at, first_changes.changed_at, deals.read_at) as changed_at
        from stg_hubspot_deals as deals
        cross join names
        left join first_changes on deals.crm = first_changes.crm and deals.deal_id = first_changes.deal_id
    ),
    undated as (
        select present_values.*
        from present_values
        anti join changes
            on present_values.crm = changes.crm
            and present_values.deal_id = changes.deal_id
            and present_values.property = changes.property
        where present_values.value is not null
    ),
    final as (
        select
            amounts.crm,
            amounts.change_id,
            amounts.deal_id,
            names.name,
            amounts.value,
            amounts.changed_at
        from (
            select * from changes
            union all
            select * from undated
        ) as amounts
        inner join names on amounts.property = names.property
    )
select * from final
