select amount
from stg_deals
