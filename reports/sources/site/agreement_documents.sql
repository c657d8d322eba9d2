-- One row per version of the agreement and language: the document that both sides signed. The one in force at as_of is shown
-- first; before any is in force, the earliest.
with

documents as (

    select
        agreement,
        language,
        title,
        html,
        effective_from,
        effective_until,
        lead(agreement) over (partition by language order by effective_from) as next_agreement,
        effective_from <= local_time(as_of)::date as has_begun,
        effective_from <= local_time(as_of)::date and coalesce(effective_until > local_time(as_of)::date, true) as is_in_force
    from agreement_documents
    cross join build_info

),

final as (

    select
        agreement,
        language,
        title,
        html,
        strftime(effective_from, '%Y-%m-%d') as effective_from,
        -- Its last day; it ends where the next one begins.
        strftime((effective_until - interval 1 day)::date, '%Y-%m-%d') as last_day,
        next_agreement,
        has_begun,
        is_in_force,
        row_number() over (
            partition by language
            order by is_in_force desc, has_begun desc, effective_from
        ) = 1 as is_first
    from documents

)

select * from final
order by effective_from desc, language
