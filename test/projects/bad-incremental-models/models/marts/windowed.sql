select
    deal_id,
    row_number() over (order by won_at) as place
from stg_deals
