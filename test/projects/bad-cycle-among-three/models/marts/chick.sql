select deal_id
from egg
