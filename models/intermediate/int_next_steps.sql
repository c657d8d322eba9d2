-- Grain: lead_id and cycle_no, of cycles in which something followed the lead's last reply: an outreach by a person, a
-- stage entry (a meeting booked is one) or the close. What happened in the same instant does not follow it.
with
    replies as (
        select
            contacts.lead_id,
            contacts.cycle_no,
            contacts.last_reply_at,
            cycles.closed_at
        from int_cycle_contacts as contacts
        inner join int_cycles as cycles
            on contacts.lead_id = cycles.lead_id and contacts.cycle_no = cycles.cycle_no
        where contacts.last_reply_at is not null
    ),
    steps as (
        select lead_id, cycle_no, occurred_at from int_cycle_events where is_human_outreach
        union all
        select lead_id, cycle_no, occurred_at from int_stage_entries
        union all
        select lead_id, cycle_no, closed_at as occurred_at from replies where closed_at is not null
    ),
    final as (
        select
            replies.lead_id,
            replies.cycle_no,
            min(steps.occurred_at) as next_step_at
        from replies
        inner join steps
            on replies.lead_id = steps.lead_id
            and replies.cycle_no = steps.cycle_no
            and replies.last_reply_at < steps.occurred_at
        group by replies.lead_id, replies.cycle_no
    )
select * from final
