select
    deals.deal_id,
    others.deal_id as other_id
from stg_deals as deals
join stg_deals as others on deals.team = others.team
