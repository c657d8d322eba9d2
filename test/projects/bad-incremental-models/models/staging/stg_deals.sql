select
    deal_id,
    team,
    amount::integer as amount,
    won_at::timestamptz as won_at
from raw.deals
