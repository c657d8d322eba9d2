-- One row per team: in which row of the tables by team its figures stand, and whether its few people are why.
select team, team_row, teams, owners, is_small
from team_rows
order by team = '(none)', team
