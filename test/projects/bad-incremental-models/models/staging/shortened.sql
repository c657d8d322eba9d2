select deal_id
from stg_deals
