/**
 * When people work. Tables: `teams`; `holidays`; `shifts`, one row per team and shift, with the work seconds before it,
 * so that a moment of work time turns into an instant and back with one ASOF join; `slow_weeks`, ISO weeks in which a
 * team is understaffed. Shifts start and end on half hours, and so do the meetings that are booked on work time.
 */
export const calendarTables = /* sql */ `
create table teams as
select *
from (
    values
        ('dk_smb', 'nordic', 'Europe/Copenhagen', 'dk', interval '8 hours', interval '16 hours', interval '15.5 hours'),
        ('dk_enterprise', 'nordic', 'Europe/Copenhagen', 'dk', interval '8 hours', interval '16 hours', interval '15.5 hours'),
        ('uk', 'uk', 'Europe/London', 'gb', interval '9 hours', interval '17.5 hours', interval '17 hours')
) as team(team, region, time_zone, holidays, opens, closes, closes_on_friday);

create table owners as
select *
from (
    values
        ('dk_smb', 0, 'dk1', 0.8),
        ('dk_smb', 1, 'dk2', 0.95),
        ('dk_smb', 2, 'dk3', 1.0),
        ('dk_smb', 3, 'dk4', 1.35),
        ('dk_enterprise', 0, 'ent1', 0.85),
        ('dk_enterprise', 1, 'ent2', 1.05),
        ('uk', 0, 'uk1', 0.85),
        ('uk', 1, 'uk2', 1.0),
        ('uk', 2, 'uk3', 1.2)
) as owner(team, owner_no, owner_id, pace);

create table slow_weeks as
select *
from (
    values
        ('dk_smb', 29, 3.4, 0.14),
        ('dk_smb', 30, 3.8, 0.16),
        ('dk_enterprise', 29, 2.4, 0.08),
        ('dk_enterprise', 30, 2.4, 0.08),
        ('dk_smb', 42, 4.0, 0.16),
        ('dk_smb', 43, 3.4, 0.14)
) as week(team, iso_week, pace, neglect);

create table holidays as
with easters as (
    select unnest([
        date '2024-03-31', date '2025-04-20', date '2026-04-05', date '2027-03-28', date '2028-04-16',
        date '2029-04-01', date '2030-04-21', date '2031-04-13'
    ]) as easter
),

years as (
    select
        easter,
        make_date(year(easter), 1, 1) as new_year,
        make_date(year(easter), 12, 25) as christmas,
        date_trunc('week', make_date(year(easter), 5, 7))::date as first_monday_of_may,
        date_trunc('week', make_date(year(easter), 5, 31))::date as last_monday_of_may,
        date_trunc('week', make_date(year(easter), 8, 31))::date as last_monday_of_august
    from easters
),

danish as (
    select
        'dk' as holidays,
        unnest([
            new_year, easter - 3, easter - 2, easter + 1, easter + 39, easter + 50, christmas, christmas + 1,
            -- No public holidays, yet hardly anybody is at work: the day after Ascension Day and Constitution Day.
            easter + 40, make_date(year(easter), 6, 5)
        ]) as day
    from years
),

-- Between Christmas and the substitute days of a weekend nobody in London is at work either.
english as (
    select
        'gb' as holidays,
        unnest([
            new_year, easter - 2, easter + 1, first_monday_of_may, last_monday_of_may, last_monday_of_august,
            christmas, christmas + 1, christmas + 2, christmas + 3
        ]) as day
    from years
)

select * from danish
union all
select * from english;

create table shifts as
with days as (
    select unnest(
        generate_series(getvariable('first_date') - 7, getvariable('last_date') + 400, interval '1 day')
    )::date as day
),

worked as (
    select
        teams.team,
        seconds(timezone(teams.time_zone, days.day + teams.opens)) as opens_s,
        seconds(timezone(
            teams.time_zone,
            days.day + case when isodow(days.day) = 5 then teams.closes_on_friday else teams.closes end
        )) as closes_s
    from days
    cross join teams
    left join holidays on
        teams.holidays = holidays.holidays
        and days.day = holidays.day
    where
        isodow(days.day) <= 5
        and holidays.day is null
)

select
    *,
    coalesce(
        sum(closes_s - opens_s) over (
            partition by team
            order by opens_s
            rows between unbounded preceding and 1 preceding
        ),
        0
    )::bigint as before_s
from worked;
`;
