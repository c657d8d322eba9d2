select
    lead_id,
    created_at::timestamptz as created_at,
    booked_at::timestamptz as booked_at,
    amount::double as amount,
    struct_pack(country := 'DK') as address
from raw.leads
