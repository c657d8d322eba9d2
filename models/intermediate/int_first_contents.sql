-- Grain: lead_id and cycle_no, of cycles with a download: the first content that the lead downloaded, in the cycle or
-- before it, up to mql_at; without an MQL the first in the cycle.
with
    cycles as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            cycles.mql_at,
            bounds.owns_from.occurred_at as owns_from,
            bounds.owns_until.occurred_at as owns_until
        from int_cycles as cycles
        left join int_cycle_bounds as bounds
            on cycles.lead_id = bounds.lead_id and cycles.cycle_no = bounds.cycle_no
    ),
    activities as (
        select
            lead_id,
            event_id,
            json_extract_string(properties, ['action', 'content']) as details,
            occurred_at
        from int_ordered_events
        -- Only what may be a download is parsed.
        where type = 'activity' and contains(properties::varchar, 'content_download')
    ),
    downloads as (
        select
            lead_id,
            coalesce(nullif(details[2], ''), details[1]) as content,
            struct_pack(occurred_at := occurred_at, event_id := event_id) as event_order,
            occurred_at
        from activities
        where details[1] = 'content_download'
    ),
    final as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            arg_min(downloads.content, downloads.event_order) as first_content
        from cycles
        inner join downloads on cycles.lead_id = downloads.lead_id
        where case
            when cycles.mql_at is not null then downloads.occurred_at <= cycles.mql_at
            -- At the instant of a cycle's opening the entry comes first, so that the cycle owns the download.
            else (cycles.owns_from is null or downloads.occurred_at >= cycles.owns_from)
                and (cycles.owns_until is null or downloads.occurred_at < cycles.owns_until)
        end
        group by cycles.lead_id, cycles.cycle_no
    )
select * from final
