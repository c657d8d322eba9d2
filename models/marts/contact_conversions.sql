-- Grain: lead_id and cycle_no, of cycles with an MQL. The way from MQL to meeting in two steps: contacted, and booked.
with
    -- Booked as in mql_to_meeting_rate, so that the two steps multiply to it.
    bookings as (
        select * from stage_conversions where from_stage = 'mql' and to_stage = 'meeting'
    ),
    final as (
        select
            bookings.lead_id,
            bookings.cycle_no,
            bookings.source,
            bookings.campaign,
            bookings.country,
            contents.first_content,
            bookings.team,
            bookings.owner_id,
            bookings.from_at as mql_at,
            -- Who booked was contacted; least() passes over the one that is missing.
            least(responses.responded_at, bookings.converted_at) as contacted_at,
            bookings.converted_at as booked_at
        from bookings
        left join int_first_responses as responses
            on bookings.lead_id = responses.lead_id and bookings.cycle_no = responses.cycle_no
        left join int_first_contents as contents
            on bookings.lead_id = contents.lead_id and bookings.cycle_no = contents.cycle_no
    )
select * from final
