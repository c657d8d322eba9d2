select
    int_rounded.team,
    deals_by_team.deals,
    sum(int_rounded.crowns) as crowns,
    int_kept.largest
from int_rounded
join int_kept on int_rounded.team = int_kept.team
join deals_by_team on int_rounded.team = deals_by_team.team
group by all
