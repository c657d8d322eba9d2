select
    team,
    max(crowns) as largest
from int_rounded
group by team
