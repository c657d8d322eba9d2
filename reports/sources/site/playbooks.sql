-- One row per version of the agreement whose document has playbooks; the document itself says what they are.
select agreement
from agreement_documents
where html like '%id="playbooks"%'
group by agreement
order by agreement
