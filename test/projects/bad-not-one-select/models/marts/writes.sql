-- A row that is missing.
insert into raw.deals values (1)
