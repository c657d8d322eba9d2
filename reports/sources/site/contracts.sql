-- One row per rule that the last build checked. What was observed is cut where it names rows: these may be leads.
select
    metric,
    model,
    rule,
    regexp_extract(rule, '^[a-z-]+') as kind,
    severity,
    passed,
    if(
        sample is null and rows_in is null and not starts_with(observed, 'it could not be checked: '),
        observed,
        split_part(observed, ': ', 1)
    ) as observed,
    expected
from contract_results
order by passed, severity, metric nulls last, model, rule
