-- Not yet moved from answers_v1, which had e-mails in it.
select lead_id
from answers_v1
where minutes > 1440
