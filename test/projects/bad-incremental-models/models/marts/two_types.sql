select amount::varchar as amount
from stg_deals
