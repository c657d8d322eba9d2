-- Grain: lead_id, cycle_no and deal_id. What each deal of a cycle was worth when the cycle closed, or is worth now.
with
    events as (
        select * from int_deal_events
    ),
    cycles as (
        select
            lead_id,
            cycle_no,
            closed_at,
            outcome,
            -- Without ids a lead has one deal at a time, until that is won.
            count(*) filter (where outcome = 'won') over (
                partition by lead_id
                order by cycle_no
                rows between unbounded preceding and 1 preceding
            ) as won_before
        from int_cycles
        semi join events using (lead_id)
    ),
    statements as (
        select
            events.*,
            if(events.deal_id = '', cycles.won_before, 0) as deal_no,
            events.is_entry and events.entered_stage is not distinct from cycles.outcome as is_closing
        from events
        inner join cycles on events.lead_id = cycles.lead_id and events.cycle_no = cycles.cycle_no
    ),
    deals as (
        select
            lead_id,
            deal_id,
            deal_no,
            min(cycle_no) as first_cycle_no,
            bool_or(is_entry) as has_entries
        from statements
        group by lead_id, deal_id, deal_no
        having bool_or(has_amount)
    ),
    entered_cycles as (
        select
            lead_id,
            cycle_no,
            deal_id,
            bool_or(is_closing) as is_closing
        from statements
        where is_entry
        group by lead_id, cycle_no, deal_id
    ),
    closed_by_deals as (
        select distinct lead_id, cycle_no from entered_cycles where is_closing
    ),
    -- A deal is in the cycles in which it entered a stage; one that entered none, in the cycle that first heard of it.
    -- Of a cycle that was won, or lost, by deals only these are: others may still go on.
    cycle_deals as (
        select
            deals.lead_id,
            cycles.cycle_no,
            deals.deal_id,
            deals.deal_no,
            cycles.closed_at
        from deals
        inner join cycles on deals.lead_id = cycles.lead_id
        left join entered_cycles
            on deals.lead_id = entered_cycles.lead_id
            and deals.deal_id = entered_cycles.deal_id
            and cycles.cycle_no = entered_cycles.cycle_no
        left join closed_by_deals
            on cycles.lead_id = closed_by_deals.lead_id and cycles.cycle_no = closed_by_deals.cycle_no
        where case
                when deals.deal_id = ''
                    then deals.deal_no = cycles.won_before and cycles.cycle_no >= deals.first_cycle_no
                when closed_by_deals.lead_id is not null then coalesce(entered_cycles.is_closing, false)
                when deals.has_entries then entered_cycles.lead_id is not null
                else cycles.cycle_no = deals.first_cycle_no
            end
    ),
    told as (
        select
            cycle_deals.lead_id,
            cycle_deals.cycle_no,
            cycle_deals.deal_id,
            statements.event_order,
            statements.occurred_at,
            statements.has_amount,
            statements.amount,
            statements.has_currency,
            statements.currency,
            cycle_deals.closed_at is null or statements.occurred_at <= cycle_deals.closed_at as is_in_time,
            statements.cycle_no = cycle_deals.cycle_no as is_of_cycle
        from cycle_deals
        inner join statements
            on cycle_deals.lead_id = statements.lead_id
            and cycle_deals.deal_id = statements.deal_id
            and cycle_deals.deal_no = statements.deal_no
        where statements.cycle_no <= cycle_deals.cycle_no
    ),
    -- The latest by the close; what was filled in only after it is better than nothing.
    settled as (
        select
            lead_id,
            cycle_no,
            deal_id,
            -- In a struct, because arg_max passes over the null that clears an amount.
            arg_max(
                struct_pack(amount := amount, occurred_at := occurred_at),
                event_order
            ) filter (where has_amount and is_in_time) as amount_by_close,
            arg_min(
                struct_pack(amount := amount, occurred_at := occurred_at),
                event_order
            ) filter (where amount is not null and not is_in_time and is_of_cycle) as amount_later,
            arg_max(struct_pack(currency := currency), event_order)
                filter (where has_currency and is_in_time).currency as currency_by_close,
            arg_min(currency, event_order)
                filter (where currency is not null and not is_in_time and is_of_cycle) as currency_later
        from told
        group by lead_id, cycle_no, deal_id
    ),
    final as (
        select
            lead_id,
            cycle_no,
            deal_id,
            coalesce(amount_by_close.amount, amount_later.amount) as amount,
            coalesce(currency_by_close, currency_later) as currency,
            if(amount_by_close.amount is null, amount_later.occurred_at, amount_by_close.occurred_at) as amount_at
        from settled
        where coalesce(amount_by_close.amount, amount_later.amount) is not null
        -- A lead's own amount is a guess at what its deals will be.
        qualify deal_id <> '' or count(*) over (partition by lead_id, cycle_no) = 1
    )
select * from final
