select deal_id
from shortened
