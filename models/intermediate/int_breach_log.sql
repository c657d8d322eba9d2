-- Grain: entry_no. Lines of the breach log, each with the breach that it tells of.
with
    merges as (
        select
            if(crms.has_prefix, survivors.crm || ':' || survivors.lead_id, survivors.lead_id) as lead_id,
            if(
                crms.has_prefix,
                survivors.crm || ':' || survivors.surviving_lead_id,
                survivors.surviving_lead_id
            ) as surviving_lead_id
        from int_lead_survivors as survivors
        inner join int_crms as crms on survivors.crm = crms.crm
        where survivors.lead_id <> survivors.surviving_lead_id
    ),
    -- A line may name a lead that was merged into another since it was written.
    entries as (
        select
            log.* exclude (lead_id),
            coalesce(merges.surviving_lead_id, log.lead_id) as lead_id
        from sla.breach_log as log
        left join merges on log.lead_id = merges.lead_id
    ),
    breaches as (
        select
            int_breaches.lead_id,
            int_breaches.clause,
            int_breaches.due_on,
            count(*) as breaches,
            named.due_on is not null as is_named
        from int_breaches
        semi join entries
            on int_breaches.lead_id = entries.lead_id and int_breaches.clause = entries.clause
        left join (select distinct lead_id, clause, due_on from entries where due_on is not null) as named
            on int_breaches.lead_id = named.lead_id
            and int_breaches.clause = named.clause
            and int_breaches.due_on = named.due_on
        group by all
    ),
    -- What a line without a date may mean: the breaches that no line names by theirs.
    candidates as (
        select
            lead_id,
            clause,
            sum(breaches) filter (where not is_named) as unnamed,
            min(due_on) filter (where not is_named) as unnamed_due_on,
            list(due_on order by due_on) filter (where not is_named) as unnamed_dates,
            list(due_on order by due_on) as dates
        from breaches
        group by lead_id, clause
    ),
    final as (
        select
            entries.entry_no,
            entries.lead_id,
            entries.clause,
            entries.cause,
            entries.action,
            entries.responsible,
            entries.closed_on,
            case
                when entries.due_on is not null and list_contains(candidates.dates, entries.due_on) then entries.due_on
                when entries.due_on is null and candidates.unnamed = 1 then candidates.unnamed_due_on
            end as matched_due_on,
            matched_due_on is not null as is_matched,
            array_to_string(
                if(entries.due_on is null, candidates.unnamed_dates, candidates.dates),
                ', '
            ) as due_dates
        from entries
        left join candidates on entries.lead_id = candidates.lead_id and entries.clause = candidates.clause
    )
select * from final
