select deal_id
from hen
