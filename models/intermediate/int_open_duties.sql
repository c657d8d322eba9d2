-- Grain: lead_id and cycle_no, of open cycles to which something is owed. What of it falls due first.
with
    cycles as (
        select * from lead_cycles where closed_at is null
    ),
    owed as (
        select lead_id, cycle_no, 1 as precedence, 'first_response' as kind, clause, promise, status, due_at
        from lead_responses
        where status in ('pending', 'overdue')
        union all
        select lead_id, cycle_no, 2, 'acceptance', clause, promise, status, due_at
        from lead_acceptances
        where status in ('pending', 'overdue')
        union all
        select lead_id, cycle_no, 3, 'follow_up', clause, promise, status, ends_at
        from lead_follow_ups
        where status = 'in_progress'
        union all
        -- Of a meeting that is still to come there is nothing to report.
        select meetings.lead_id, meetings.cycle_no, 4, 'meeting_outcome', promise, promise, report_status, report_due_at
        from meetings
        inner join run.clock on meetings.scheduled_for <= clock.as_of
        where meetings.report_status in ('pending', 'overdue')
    ),
    first_owed as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            any_value(cycles.team) as team,
            any_value(cycles.owner_id) as owner_id,
            arg_min(
                struct_pack(
                    kind := owed.kind,
                    clause := owed.clause,
                    promise := owed.promise,
                    status := owed.status,
                    due_at := owed.due_at
                ),
                -- A calendar that never opens lets nothing fall due.
                struct_pack(due_at := coalesce(owed.due_at, 'infinity'::timestamptz), precedence := owed.precedence)
            ) as duty,
            count(*) as duties
        from cycles
        inner join owed on cycles.lead_id = owed.lead_id and cycles.cycle_no = owed.cycle_no
        group by cycles.lead_id, cycles.cycle_no
    ),
    final as (
        select
            lead_id,
            cycle_no,
            team,
            owner_id,
            duty.kind as kind,
            duty.clause as clause,
            duty.promise as promise,
            duty.status as status,
            duty.due_at as due_at,
            duties
        from first_owed
    )
select * from final
