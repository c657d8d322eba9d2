select *
from nothing
