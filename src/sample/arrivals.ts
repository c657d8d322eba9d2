/**
 * Who comes, when and from where. Tables: `arrival_slots`, one row per hour, region and campaign with the
 * weights of all rows before it; `leads`, one row per lead, numbered in order of arrival;
 * `qualifications`, one row per lead that marketing qualifies.
 */
export const arrivalTables = /* sql */ `
create table arrival_slots as
with hours as (
    select
        day::date as day,
        hour,
        [
            2, 1, 1, 1, 1, 2, 5, 14, 34, 46, 50, 46, 36, 44, 48, 44, 38, 28, 18, 15, 16, 14, 9, 4
        ][hour + 1] as hour_weight,
        [100, 115, 112, 108, 80, 20, 24][isodow(day)] as weekday_weight,
        case when weekofyear(day) between 28 and 31 then 60 else 100 end as season_weight,
        85 + (30 * (day::date - getvariable('first_date'))) // 273 as growth_weight
    from
        (
            select unnest(generate_series(
                getvariable('first_date')::timestamp, getvariable('last_date')::timestamp, interval '1 day'
            )) as day
        ) as days,
        (select unnest(range(24)) as hour) as hours_of_day
),

regions as (
    select *
    from (values ('nordic', 'Europe/Copenhagen', 'dk', 70), ('uk', 'Europe/London', 'gb', 30))
        as region(region, time_zone, holidays, region_weight)
),

located as (
    select
        hours.*,
        regions.*,
        seconds(timezone(regions.time_zone, hours.day + to_hours(hours.hour))) as starts_s
    from hours
    cross join regions
),

weighted as (
    select
        located.starts_s,
        located.region,
        campaigns.source,
        campaigns.campaign,
        campaigns.quality,
        located.hour_weight
        * located.weekday_weight
        * located.season_weight
        * located.growth_weight
        * located.region_weight
        * campaigns.weight
        * case when holidays.day is null then 4 else 1 end
        // 1000 as weight
    from located
    inner join campaigns on
        located.day >= coalesce(campaigns.starts_on, date '1970-01-01')
        and located.day < coalesce(campaigns.ends_on, date '2100-01-01')
    left join holidays on
        located.holidays = holidays.holidays
        and located.day = holidays.day
    where located.starts_s between getvariable('start_s') and getvariable('end_s') - 3600
)

select
    *,
    (sum(weight) over (order by starts_s, region, campaign) - weight)::bigint as weight_before
from weighted;

create table leads as
with total as (
    select max(weight_before + weight) as weight
    from arrival_slots
),

placed as (
    select
        lead_no,
        floor((lead_no - 1 + draw(lead_no, 'arrival')) / getvariable('leads') * total.weight)::bigint as position
    from
        (select unnest(range(1, getvariable('leads') + 1)) as lead_no) as numbers,
        total
),

arrived as (
    select
        placed.lead_no,
        -- The newest row of a dump tells what its reader takes for now: someone came minutes before it was taken.
        case
            when placed.lead_no = getvariable('leads') then getvariable('end_s') - 780
            else arrival_slots.starts_s + draw_whole(placed.lead_no, 'second', 0, 3599)
        end as created_s,
        arrival_slots.region,
        arrival_slots.source,
        arrival_slots.campaign,
        arrival_slots.quality,
        draw(placed.lead_no, 'lead type') as type_draw,
        draw(placed.lead_no, 'country') as country_draw,
        draw(placed.lead_no, 'company size') as size_draw,
        draw(placed.lead_no, 'merge') as merge_draw
    from placed
    asof join arrival_slots on placed.position >= arrival_slots.weight_before
),

described as (
    select
        *,
        case
            when source in ('webinar', 'event') then source
            when source = 'referral' then case when type_draw < 0.7 then 'demo_request' else 'trial' end
            when source = 'linkedin' then case when type_draw < 0.25 then 'demo_request' else 'content_download' end
            when type_draw < 0.32 then 'demo_request'
            when type_draw < 0.5 then 'trial'
            else 'content_download'
        end as lead_type,
        case
            when region = 'uk' then 'GB'
            when country_draw < 0.72 then 'DK'
            when country_draw < 0.85 then 'SE'
            when country_draw < 0.92 then 'NO'
            else 'DE'
        end as country,
        case
            when size_draw < 0.11 then 2 + floor(size_draw * 80)::integer
            when size_draw < 0.31 then 11 + floor((size_draw - 0.11) * 190)::integer
            when size_draw < 0.68 then 50 + floor((size_draw - 0.31) * 400)::integer
            when size_draw < 0.91 then 200 + 10 * floor((size_draw - 0.68) * 340)::integer
            else 1000 + 100 * floor((size_draw - 0.91) * 450)::integer
        end as company_size,
        [
            'software', 'manufacturing', 'logistics', 'retail', 'energy', 'construction', 'food', 'consulting'
        ][draw_whole(lead_no, 'industry', 1, 8)] as industry
    from arrived
),

routed as (
    select
        *,
        case
            when region = 'uk' then 'uk'
            when company_size >= 200 then 'dk_enterprise'
            else 'dk_smb'
        end as team,
        country <> 'DE' and company_size >= 50 as is_ideal,
        draw(lead_no, 'knows country') < 0.96 as knows_country,
        draw(lead_no, 'knows size') < 0.94 as knows_size,
        draw(lead_no, 'knows industry') < 0.62 as knows_industry,
        -- A duplicate of someone who came shortly before. One in eight of those was a duplicate itself: a chain.
        lead_no > 40 and merge_draw < 0.012 as is_duplicate,
        coalesce(lead(lead_no > 40 and merge_draw < 0.0015) over (order by lead_no), false) as is_chain_link
    from described
)

select
    * exclude (type_draw, country_draw, size_draw, merge_draw, is_duplicate, is_chain_link),
    case
        when is_duplicate and merge_draw < 0.0015 then lead_no - 1
        when lead_no > 40 and (is_duplicate or is_chain_link) then lead_no - draw_whole(lead_no, 'survivor', 2, 30)
    end as merged_into,
    draw(lead_no, 'deleted') < 0.0008 as is_deleted,
    lead_type = 'content_download' and draw(lead_no, 'subscriber') < 0.25 as is_subscriber
from routed;

-- Marketing's own qualification: at once for a demo request, after the list is imported for a webinar or a fair, when
-- enough has been read for the rest.
create table qualifications as
with chances as (
    select
        lead_no,
        created_s,
        draw(lead_no, 'qualification time') as time_draw,
        lead_type,
        quality
        * case when is_ideal and knows_size and knows_country then 1.12 else 0.72 end
        * case lead_type
            when 'demo_request' then 0.8
            when 'trial' then 0.56
            when 'event' then 0.4
            when 'webinar' then 0.28
            else 0.18
        end as chance
    from leads
    where merged_into is null
)

select
    lead_no,
    (created_s + case lead_type
        when 'demo_request' then 5 + time_draw * 55
        when 'trial' then 30 + time_draw * 900
        when 'event' then 86400 + time_draw * 172800
        when 'webinar' then 14400 + time_draw * 86400
        else spread(time_draw) * 4 * 86400
    end)::bigint as mql_s
from chances
where draw(lead_no, 'qualified') < chance;
`;
