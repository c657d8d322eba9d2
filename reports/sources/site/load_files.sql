-- One row per source and table of it: what became of the rows that were read. Names of files only: where they lie is
-- nobody's business.
with

named as (

    select *, regexp_replace(path, '^.*[/\\]', '') as file
    from load_files

),

final as (

    select
        source,
        table_name,
        count(*) as files,
        min(file) as first_file,
        max(file) as last_file,
        sum(rows_read) as rows_read,
        sum(rows_loaded) as rows_loaded,
        sum(rows_duplicate) as rows_duplicate,
        sum(rows_superseded) as rows_superseded,
        sum(rows_rejected) as rows_rejected,
        bool_and(rows_read = rows_loaded + rows_duplicate + rows_superseded + rows_rejected) as adds_up
    from named
    group by source, table_name

)

select * from final
order by adds_up, source, table_name
