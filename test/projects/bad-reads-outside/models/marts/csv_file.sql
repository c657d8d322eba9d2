select *
from read_csv('deals.csv')
