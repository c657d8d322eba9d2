-- One row per metric and version: from when until when it is in force, and why it came to be.
with

notes as (

    select metric, version, unnest(from_json(changes, '[{"version": "INTEGER", "why": "VARCHAR", "approvedBy": ["VARCHAR"]}]')) as note
    from metric_definitions

),

-- Where a version is in force, its periods say when.
spans as (

    select metric, version, min(period_start) as first_start, max(period_end) as last_end
    from values_in_force
    where dimension = 'all'
    group by metric, version

),

final as (

    select
        definitions.metric,
        definitions.version,
        strftime(definitions.effective_from, '%Y-%m-%d') as effective_from,
        strftime(
            lead(definitions.effective_from) over (partition by definitions.metric order by definitions.version) - 1, '%Y-%m-%d'
        ) as effective_until,
        strftime(definitions.deprecated_on, '%Y-%m-%d') as deprecated_on,
        spans.metric is not null as has_periods,
        notes.note.why as why,
        nullif(array_to_string(notes.note."approvedBy", ', '), '') as approved_by,
        definitions.words_en,
        definitions.words_da,
        definitions.file
    from metric_definitions as definitions
    left join notes
        on definitions.metric = notes.metric
        and definitions.version = notes.version
        and definitions.version = notes.note.version
    left join spans
        on definitions.metric = spans.metric
        and definitions.version = spans.version

)

select * from final
order by metric, version desc
