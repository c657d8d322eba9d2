select
    deal_id,
    uper(team) as team
from raw.deals
