select *
from (describe raw.deals)
