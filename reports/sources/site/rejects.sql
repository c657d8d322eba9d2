-- One row per source, reason and column: how many rows were rejected, and where the last of them stands. No value of a row.
with

named as (

    select
        source,
        code,
        "column" as column_name,
        regexp_replace(path, '^.*[/\\]', '') as file,
        line
    from load_rejects

),

final as (

    select
        source,
        code,
        column_name,
        count(*) as rows_rejected,
        max_by(file, (file, line)) as last_file,
        max_by(line, (file, line)) as last_line
    from named
    group by source, code, column_name

)

select * from final
order by rows_rejected desc, source, code, column_name
