with crowns as (
    select * from int_crowns
)

select
    deal_id,
    team,
    round(crowns, -2)::integer as crowns
from crowns
