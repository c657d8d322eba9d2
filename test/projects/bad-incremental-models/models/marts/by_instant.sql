select won_at
from stg_deals
