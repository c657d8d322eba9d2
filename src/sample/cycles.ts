/** `cycles`: one row per lead and cycle with all that will happen in it, decided before any event is written. */
export const cycleTables = /* sql */ `
create table cycles as
from plan_deals(1);

-- Of the recycled some qualify again, and of the lost a few.
insert into cycle_starts
with ended as (
    select
        lead_no,
        key,
        team,
        closed_clock,
        case outcome when 'recycled' then 0.42 else 0.05 end as chance,
        draw_whole(key, 'pause', 12, 75) * 86400 as pause_s
    from cycles
    where outcome in ('recycled', 'lost')
)

select
    ended.lead_no,
    2 as cycle_no,
    shifts.opens_s + ended.closed_clock - shifts.before_s + ended.pause_s as mql_s
from ended
asof join shifts on
    ended.team = shifts.team
    and ended.closed_clock >= shifts.before_s
where draw(ended.key, 'comes back') < ended.chance;

insert into cycles
from plan_deals(2);
`;
