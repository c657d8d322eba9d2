select *
from sniff_csv('deals.csv')
