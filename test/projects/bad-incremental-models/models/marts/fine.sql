select
    deal_id,
    row_number() over (partition by deal_id order by won_at) as place
from stg_deals
