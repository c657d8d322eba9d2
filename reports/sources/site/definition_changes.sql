-- One row per version of a metric and per agreement that took effect within a quarter. A version without a date was there from
-- the beginning.
with

notes as (

    select metric, unnest(from_json(changes, '[{"version": "INTEGER", "why": "VARCHAR", "approvedBy": ["VARCHAR"]}]')) as note
    from metric_definitions
    where is_current

),

changes as (

    select
        'metric' as kind,
        definitions.effective_from,
        definitions.metric,
        definitions.version,
        definitions.label_en,
        definitions.label_da,
        null::text as agreement,
        notes.note.why as why,
        nullif(array_to_string(notes.note."approvedBy", ', '), '') as approved_by
    from metric_definitions as definitions
    left join notes on definitions.metric = notes.metric and definitions.version = notes.note.version
    where definitions.effective_from is not null
    union all
    select
        'agreement' as kind,
        any_value(effective_from) as effective_from,
        null as metric,
        null as version,
        null as label_en,
        null as label_da,
        agreement,
        null as why,
        null as approved_by
    from agreement_promises
    group by agreement

),

final as (

    select
        periods.label as review,
        changes.* exclude (effective_from),
        strftime(changes.effective_from, '%Y-%m-%d') as effective_from
    from changes
    inner join periods
        on periods.grain = 'quarter'
        and changes.effective_from >= periods.period_start
        and changes.effective_from < periods.period_end

)

select * from final
order by review, kind, effective_from, metric, version, agreement
