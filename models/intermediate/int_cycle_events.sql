-- Grain: crm and event_id, of assignments, outreach, replies and meeting events.
-- A cycle owns a lead's events from its opening entry to the next one; the first owns what came before it too.
with
    events as (
        select
            *,
            struct_pack(occurred_at := occurred_at, event_rank := event_rank, event_id := event_id) as event_order,
            -- All at once, so that each object is parsed once.
            json_extract_string(
                properties,
                ['direction', 'automated', 'self_booked', 'meeting_id', 'scheduled_for']
            ) as details
        from int_ordered_events
        where type in (
            'owner_assigned',
            'outreach',
            'reply_received',
            'meeting_booked',
            'meeting_rescheduled',
            'meeting_cancelled',
            'meeting_held',
            'meeting_no_show'
        )
    ),
    bounds as (
        select * from int_cycle_bounds
    ),
    sources as (
        select * from run.sources
    ),
    final as (
        select
            events.crm,
            events.event_id,
            events.lead_id,
            coalesce(bounds.cycle_no, 1) as cycle_no,
            events.type,
            events.owner_id,
            events.channel,
            events.details[4] as meeting_id,
            -- Outbound unless it says inbound, human unless it says automated.
            events.type = 'outreach' and events.details[1] is not distinct from 'inbound' as is_inbound,
            events.type = 'outreach'
            and events.details[1] is distinct from 'inbound'
            and events.details[2] is distinct from 'true' as is_human_outreach,
            events.type = 'meeting_booked' and events.details[3] is not distinct from 'true' as is_self_booked,
            -- Without an offset it is local time of the source. (DuckDB wants the seconds before an offset.)
            case
                when not regexp_matches(events.details[5], '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d') then null
                when regexp_matches(events.details[5], '^.{16}.*[Z+-]')
                    then try_cast(regexp_replace(events.details[5], '^(.{16})(Z|[+-].*)$', '\1:00\2') as timestamptz)
                else timezone(sources.time_zone, try_cast(events.details[5] as timestamp))
            end as scheduled_for,
            events.event_rank,
            events.occurred_at,
            events.first_recorded_at
        from events
        inner join sources on events.crm = sources.crm
        left join bounds on events.lead_id = bounds.lead_id
        -- Exactly one of a lead's cycles owns an event. (Inequalities in the join itself would make it a nested loop.)
        where (bounds.owns_from is null or events.event_order >= bounds.owns_from)
            and (bounds.owns_until is null or events.event_order < bounds.owns_until)
    )
select * from final
