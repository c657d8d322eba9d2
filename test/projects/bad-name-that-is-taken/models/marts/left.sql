select deal_id
from raw.deals
