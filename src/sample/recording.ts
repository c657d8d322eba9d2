/**
 * From drafts to `events`, what the CRM holds at the end: work time becomes an instant, every event is stored a little
 * (a person's now and then a day) after it happened, some are corrected later, and what was not stored in time is absent.
 */
export const recordedEvents = /* sql */ `
create table events as
with on_work_clock as (
    select
        drafts.* exclude (at_s),
        shifts.opens_s + drafts.clock - shifts.before_s as at_s
    from drafts
    asof join shifts on
        drafts.team_clock = shifts.team
        and drafts.clock >= shifts.before_s
    where drafts.clock is not null
),

timed as (
    select * from on_work_clock
    union all by name
    select * from drafts where clock is null
),

stored as (
    select
        *,
        lead_no * 1024 + slot as key,
        draw(lead_no * 1024 + slot, 'stored') as delay_draw
    from timed
),

recorded as (
    select
        *,
        at_s + case
            when not is_human then 1 + floor(delay_draw * 12)::bigint
            when delay_draw < 0.82 then 4 + floor(delay_draw * 150)::bigint
            when delay_draw < 0.97 then 300 + floor((delay_draw - 0.82) * 70000)::bigint
            else 12000 + floor((delay_draw - 0.97) * 2600000)::bigint
        end as recorded_s
    from stored
),

corrected as (
    select
        *
        replace (
            at_s - 420 as at_s,
            replace(properties, '"no_answer"', '"connected"') as properties,
            recorded_s + draw_whole(key, 'corrected after', 3600, 900000) as recorded_s
        )
    from recorded
    where
        is_human
        and type in ('outreach', 'meeting_held')
        and draw(key, 'corrected') < 0.006
),

versions as (
    select * from recorded
    union all
    select * from corrected
)

select
    recorded_s,
    key,
    'E-' || lpad(lead_no::text, getvariable('id_width'), '0') || '-' || lpad(slot::text, 3, '0') as event_id,
    make_timestamp(at_s * 1000000) as occurred_at,
    make_timestamp(recorded_s * 1000000) as recorded_at,
    lead_name(lead_no) as lead_id,
    type,
    stage,
    owner_id,
    team,
    channel,
    properties
from versions
where
    recorded_s < getvariable('end_s')
    and at_s >= getvariable('start_s');
`;
