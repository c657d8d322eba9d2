-- One row per team: in which row of the tables by team its figures stand, and whether its few people are why.
select team, team_row, teams, owners, is_small
from team_rows
where team in (select coalesce(lead_responses.team, '(none)') from lead_responses)
    or team in (select dimension_value from values_in_force where dimension = 'team')
order by team = '(none)', team
