select
    date_trunc('week', mql_at) as week,
    team,
    count(*) as mqls,
    count(responded_at) as answered,
    median(date_diff('minute', mql_at, responded_at)) as median_minutes
from {{first_responses}}
group by all
