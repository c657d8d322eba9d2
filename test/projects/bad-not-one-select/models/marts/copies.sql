copy (select 1) to 'target/copied.csv'
