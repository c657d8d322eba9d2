select
    min(deal_id) as deal_id,
    sum(amount) as amount
from stg_deals
