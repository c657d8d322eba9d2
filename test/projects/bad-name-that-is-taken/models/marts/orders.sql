select deal_id
from "order"
