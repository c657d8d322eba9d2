select
    team,
    count(*) as deals
from stg_deals
group by team
