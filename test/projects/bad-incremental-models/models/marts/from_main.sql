select deal_id
from main.stg_deals
