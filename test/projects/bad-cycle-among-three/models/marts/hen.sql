select deal_id
from chick
