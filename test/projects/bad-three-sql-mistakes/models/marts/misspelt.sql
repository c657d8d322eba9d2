select
    deal_id,
    'æøå' as letters, ammount as amount
from raw.deals
