select *
from 'deals.parquet'
