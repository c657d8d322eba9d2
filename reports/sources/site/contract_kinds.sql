-- One row per kind of rule that the last build checked, those with the most rules first.
select
    regexp_extract(rule, '^[a-z-]+') as kind,
    count(*) as rules,
    count(*) filter (where passed) as passed,
    count(*) filter (where not passed and severity = 'error') as errors
from contract_results
group by kind
order by rules desc, kind
