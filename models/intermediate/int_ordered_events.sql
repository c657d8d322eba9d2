-- Grain: lead_id, crm and event_id. Events with the stage they enter and their place among events of one instant:
-- a lead's events are ordered by occurred_at, event_rank, event_id.
with
    events as (
        select
            *,
            case type
                when 'stage_entered' then stage
                when 'lead_created' then coalesce(stage, 'lead')
                when 'meeting_booked' then 'meeting'
            end as entered_stage
        from crm_events
    ),
    stages as (
        select * from sla.stages
    ),
    -- Ladder order, then the exits in alphabet's reverse (lost, disqualified), then everything that enters no stage.
    stage_ranks as (
        select
            stage,
            rung,
            is_exit,
            row_number() over (order by is_exit, rung, stage desc) as event_rank
        from stages
    ),
    final as (
        select
            events.crm,
            events.event_id,
            events.lead_id,
            events.type,
            stage_ranks.stage as entered_stage,
            stage_ranks.rung,
            coalesce(stage_ranks.event_rank, 1000) as event_rank,
            events.owner_id,
            events.team,
            events.channel,
            events.properties,
            coalesce(stage_ranks.is_exit or stage_ranks.stage = 'won', false) as is_closing,
            events.occurred_at,
            events.first_recorded_at
        from events
        left join stage_ranks on events.entered_stage = stage_ranks.stage
    )
select * from final
