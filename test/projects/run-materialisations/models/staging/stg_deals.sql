select
    deal_id,
    team,
    amount::integer as euro
from raw.deals
