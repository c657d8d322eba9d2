-- One row per rule that the last build checked.
select metric, model, rule, severity, passed, observed, expected
from contract_results
order by passed, severity, metric nulls last, model, rule
