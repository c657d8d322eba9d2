-- One row per improvement: the open one first, then the one that was closed last.
select
    improvement,
    without_leads(title_en) as title_en,
    without_leads(title_da) as title_da,
    strftime(agreed_on, '%Y-%m-%d') as agreed_on,
    agreed_by,
    strftime(since, '%Y-%m-%d') as since,
    strftime(until, '%Y-%m-%d') as until,
    is_open,
    verdict,
    sentence_en,
    sentence_da,
    row_number() over (order by is_open desc, improvements.until desc, improvements.since desc, improvement) as position
from improvements
order by position
