/**
 * What brings leads: `campaigns`, one row each, with the share of leads it brings an hour (`weight`), how good they are
 * (`quality`, 1 is usual) and when it runs (`ends_on` exclusive).
 */
export const campaignTables = /* sql */ `
create table campaigns as
with always_on as (
    select *
    from (
        values
            ('paid_search', 'search-brand', 90, 1.15, null, null),
            ('paid_search', 'search-generic', 110, 1.0, null, null),
            ('paid_search', 'search-competitor', 60, 0.7, null, null),
            ('organic', 'blog', 130, 0.9, null, null),
            ('organic', 'site', 110, 1.2, null, null),
            ('linkedin', 'li-operations', 95, 0.95, null, null),
            -- Many leads, few of them good: the acceptance rate shows it from August on.
            ('linkedin', 'li-retargeting', 120, 0.55, date '2026-08-10', date '2026-10-25'),
            ('referral', 'partners', 50, 1.3, null, null),
            ('referral', 'customers', 35, 1.5, null, null)
    ) as campaign(source, campaign, weight, quality, starts_on, ends_on)
),

-- A webinar a month, on its third Thursday.
webinars as (
    select
        'webinar' as source,
        strftime(month, 'webinar-%Y-%m') as campaign,
        1050 as weight,
        0.9 + 0.3 * draw(month(month), 'webinar quality') as quality,
        date_trunc('week', month + interval '3 days')::date + 17 as starts_on,
        date_trunc('week', month + interval '3 days')::date + 22 as ends_on
    from (
        select unnest(generate_series(
            date_trunc('month', getvariable('first_date')), getvariable('last_date')::timestamp, interval '1 month'
        )) as month
    ) as months
),

fairs as (
    select *
    from (
        values
            ('event', 'fair-copenhagen-spring', 1200, 1.1, date '2026-03-24', date '2026-03-27'),
            ('event', 'fair-london', 1500, 1.0, date '2026-06-16', date '2026-06-19'),
            ('event', 'fair-malmo', 1000, 1.0, date '2026-09-08', date '2026-09-11'),
            ('event', 'fair-copenhagen-autumn', 1300, 1.2, date '2026-11-03', date '2026-11-06')
    ) as campaign(source, campaign, weight, quality, starts_on, ends_on)
)

select * from always_on
union all
select * from webinars
union all
select * from fairs;
`;
