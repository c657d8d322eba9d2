-- One row: the day on which lead owners were told that figures of their own are shown, and whether it has come.
select
    strftime(settings.people_notice_date, '%Y-%m-%d') as notice_date,
    coalesce(settings.people_notice_date <= local_time(build_info.as_of)::date, false) as is_in_force
from settings
cross join build_info
