-- One row per open lead to which something is owed today, and per one that is overdue at as_of: by score, those without one
-- last, the first fifteen of either; `leads` is how many there are in all.
with

owed as (

    select
        open_leads.*,
        open_leads.status = 'overdue' as is_overdue,
        local_time(open_leads.due_at)::date = local_time(build_info.as_of)::date as is_due_today
    from open_leads
    cross join build_info

),

final as (

    select
        case when settings.lead_detail = 'full' then owed.lead_id end as lead_id,
        records.record_url,
        coalesce(owed.team, '(none)') as team,
        owed.owner_id,
        owed.stage,
        owed.kind,
        local_minute(owed.due_at) as due_at,
        owed.next_action_en,
        owed.next_action_da,
        owed.score,
        owed.is_overdue,
        row_number() over (partition by owed.is_overdue order by owed.rank) as position,
        count(*) over (partition by owed.is_overdue) as leads
    from owed
    cross join settings
    left join lead_records as records on owed.lead_id = records.lead_id
    where owed.is_overdue or owed.is_due_today
    qualify position <= 15

)

select * from final
order by is_overdue, position
