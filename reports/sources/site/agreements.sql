-- One row per version of the agreement.
select
    agreement,
    strftime(any_value(effective_from), '%Y-%m-%d') as effective_from,
    strftime(any_value(effective_until), '%Y-%m-%d') as effective_until,
    count(*) as promises
from agreement_promises
group by agreement
order by any_value(agreement_promises.effective_from)
