-- Grain: crm and event_id, of events that name a deal or say what one is worth, with the cycle that owns them.
with
    events as (
        select
            *,
            struct_pack(occurred_at := occurred_at, event_rank := event_rank, event_id := event_id) as event_order,
            type = 'property_changed' as is_change,
            -- All at once, so that each object is parsed once.
            json_extract_string(properties, ['deal_id', 'amount', 'currency', 'name', 'value']) as details
        from int_ordered_events
        where type in ('lead_created', 'stage_entered', 'property_changed')
            -- Most events say nothing of a deal: they need not be parsed.
            and (
                contains(properties::varchar, '"deal_id"')
                or contains(properties::varchar, '"amount"')
                or contains(properties::varchar, '"currency"')
            )
    ),
    told as (
        select
            events.*,
            coalesce(nullif(trim(details[1]), ''), '') as deal_id,
            is_change and details[4] in ('amount', 'currency') as is_of_deal,
            if(is_change and details[4] = 'amount', coalesce(details[5], ''), nullif(details[2], '')) as amount_text,
            if(is_change and details[4] = 'currency', coalesce(details[5], ''), nullif(details[3], '')) as currency_text
        from events
    ),
    bounds as (
        select * from int_cycle_bounds
    ),
    final as (
        select
            told.crm,
            told.event_id,
            told.lead_id,
            coalesce(bounds.cycle_no, 1) as cycle_no,
            told.deal_id,
            not told.is_change and told.deal_id <> '' as is_entry,
            if(not told.is_change, told.entered_stage, null) as entered_stage,
            told.amount_text is not null as has_amount,
            if(
                regexp_full_match(trim(told.amount_text), '[+-]?[0-9]+([.][0-9]*)?([eE][+-]?[0-9]{1,2})?'),
                try_cast(trim(told.amount_text) as double),
                null
            ) as amount,
            trim(told.amount_text) <> '' and amount is null as is_unreadable,
            told.currency_text is not null as has_currency,
            nullif(upper(trim(told.currency_text)), '') as currency,
            told.event_order,
            told.occurred_at
        from told
        left join bounds on told.lead_id = bounds.lead_id
        where (not told.is_change or told.is_of_deal)
            and (told.deal_id <> '' or told.amount_text is not null or told.currency_text is not null)
            -- Exactly one of a lead's cycles owns an event. (Inequalities in the join itself would make it a nested loop.)
            and (bounds.owns_from is null or told.event_order >= bounds.owns_from)
            and (bounds.owns_until is null or told.event_order < bounds.owns_until)
    )
select * from final
