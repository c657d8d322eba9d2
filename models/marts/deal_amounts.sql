-- Grain: lead_id, cycle_no and currency, which may be null. What a cycle's deals were worth when it closed, or are worth now.
with
    deals as (
        select * from int_cycle_deals
    ),
    cycles as (
        select * from lead_cycles
    ),
    amounts as (
        select
            lead_id,
            cycle_no,
            currency,
            -- In one order, so that the same amounts always have the same sum.
            list_sum(list(amount order by deal_id)) as amount,
            max(amount_at) as amount_at
        from deals
        group by lead_id, cycle_no, currency
    ),
    final as (
        select
            amounts.lead_id,
            amounts.cycle_no,
            cycles.source,
            cycles.campaign,
            cycles.country,
            cycles.team,
            case
                when cycles.won_reached_at is not null then 'won'
                when cycles.proposal_reached_at is not null then 'proposal'
                when cycles.meeting_reached_at is not null then 'meeting'
                when cycles.sql_reached_at is not null then 'sql'
                when cycles.sal_reached_at is not null then 'sal'
                when cycles.mql_reached_at is not null then 'mql'
                when cycles.lead_reached_at is not null then 'lead'
                when cycles.subscriber_reached_at is not null then 'subscriber'
            end as stage,
            cycles.outcome,
            cycles.closed_at is null as is_open,
            amounts.amount,
            amounts.currency,
            amounts.amount_at,
            cycles.closed_at,
            cycles.opened_at
        from amounts
        inner join cycles on amounts.lead_id = cycles.lead_id and amounts.cycle_no = cycles.cycle_no
    )
select * from final
