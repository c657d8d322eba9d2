select '; ' as ended -- not yet;
;
select 2 as second
