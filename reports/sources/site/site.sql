-- One row: whose site this is, up to when, and the periods that its first pages speak about.
with

latest as (

    select
        max(label) filter (where grain = 'week' and is_complete) as week,
        max(label) filter (where grain = 'month' and is_complete) as month,
        max(label) filter (where grain = 'quarter' and is_complete) as quarter
    from periods

),

in_force as (

    select agreement_promises.agreement, any_value(agreement_promises.effective_from) as effective_from
    from agreement_promises, build_info
    where
        agreement_promises.effective_from <= local_time(build_info.as_of)::date
        and coalesce(agreement_promises.effective_until > local_time(build_info.as_of)::date, true)
    group by agreement_promises.agreement

),

loaded as (

    select count(*) as files, coalesce(sum(rows_read), 0) as rows_read, coalesce(sum(rows_rejected), 0) as rows_rejected
    from load_files

),

final as (

    select
        build_info.project,
        local_minute(build_info.as_of) as as_of,
        build_info.time_zone,
        in_force.agreement,
        strftime(in_force.effective_from, '%Y-%m-%d') as agreement_from,
        latest.*,
        loaded.*,
        settings.lead_detail
    from build_info
    cross join latest
    cross join loaded
    cross join settings
    left join in_force on true

)

select * from final
