select
    deal_id,
    lead_id,
    team,
    try_cast(amount as decimal(18, 2)) as amount,
    won_at::timestamptz as won_at
from raw.deals
