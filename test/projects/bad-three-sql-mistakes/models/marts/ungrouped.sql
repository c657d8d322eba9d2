select
    team,
    sum(amount) as amount
from raw.deals
