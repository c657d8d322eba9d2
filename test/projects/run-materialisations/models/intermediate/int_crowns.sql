-- What follows the semicolon is no part of the select.
select
    deal_id,
    team,
    euro * 7.46 as crowns
from stg_deals; -- one rate for the whole year
