select deal_id
from raw.deals using sample 1
