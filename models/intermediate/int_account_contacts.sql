-- Grain: lead_id and cycle_no, of cycles with an MQL whose agreement lets an answered contact answer its account, where
-- the first contact of the account from mql_at on was another lead's. (Where it was the lead's own, that answers.)
with
    -- Without such an agreement nothing below reads a row.
    policies as (
        select
            policies.*,
            agreements.effective_at,
            coalesce(agreements.superseded_at, 'infinity'::timestamptz) as superseded_at,
            listed.channels
        from sla.policies
        inner join sla.agreements on policies.agreement = agreements.agreement
        left join (
            select agreement, list(channel) as channels
            from sla.policy_channels
            where kind = 'first_response'
            group by agreement
        ) as listed on policies.agreement = listed.agreement
        where policies.account_attribute is not null
    ),
    accounts as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            used.attribute,
            -- The same id in two CRMs is two accounts.
            if(used.has_prefix, split_part(cycles.lead_id, ':', 1) || ':', '')
            || (cycles.attributes ->> used.attribute) as account
        from int_cycle_attributes as cycles
        cross join (
            select distinct
                account_attribute as attribute,
                (select bool_or(has_prefix) from int_crms) as has_prefix
            from policies
        ) as used
        where (cycles.attributes ->> used.attribute) <> ''
    ),
    shared_accounts as (
        select attribute, account
        from accounts
        group by attribute, account
        having min(lead_id) <> max(lead_id)
    ),
    members as (
        select accounts.*
        from accounts
        semi join shared_accounts
            on accounts.attribute = shared_accounts.attribute and accounts.account = shared_accounts.account
    ),
    cycles as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            policies.agreement,
            members.account,
            cycles.mql_at,
            cycles.closed_at
        from members
        inner join int_cycles as cycles on members.lead_id = cycles.lead_id and members.cycle_no = cycles.cycle_no
        inner join policies
            on members.attribute = policies.account_attribute
            and cycles.mql_at >= policies.effective_at
            and cycles.mql_at < policies.superseded_at
    ),
    -- What answers under each agreement, by the same policies as a lead's own response.
    contacts as (
        select
            policies.agreement,
            members.account,
            events.lead_id,
            events.event_id,
            events.type,
            events.channel,
            events.is_self_booked,
            coalesce(
                events.type = 'outreach'
                and epoch_us(events.first_recorded_at) - epoch_us(events.occurred_at) > policies.logged_late_after_us,
                false
            ) as is_logged_late,
            policies.logged_late_counts,
            events.event_rank,
            events.occurred_at
        from members
        inner join int_cycle_events as events
            on members.lead_id = events.lead_id and members.cycle_no = events.cycle_no
        inner join policies
            on members.attribute = policies.account_attribute and events.occurred_at >= policies.effective_at
        where case events.type
            when 'meeting_booked' then not events.is_self_booked or policies.self_booked is distinct from 'does_not_answer'
            when 'outreach' then events.is_human_outreach
                and coalesce(list_contains(policies.channels, events.channel), policies.channels is null)
        end
    ),
    first_of_leads as (
        select
            agreement,
            account,
            occurred_at,
            lead_id,
            arg_min(contacts, struct_pack(event_rank := event_rank, event_id := event_id)) as contact
        from contacts
        where logged_late_counts or not is_logged_late
        group by agreement, account, occurred_at, lead_id
    ),
    -- Two leads are enough: one of them is not the lead itself.
    instants as (
        select
            agreement,
            account,
            occurred_at,
            arg_min(contact, lead_id, 2) as contacts
        from first_of_leads
        group by agreement, account, occurred_at
    ),
    -- Each MQL with the first instant from it on. (An ASOF join would do, but becomes a nested loop where DuckDB takes
    -- the cycles for few.)
    followed as (
        select
            lead_id,
            cycle_no,
            closed_at,
            last_value(if(is_mql, null, struct_pack(instant := instant, contacts := contacts)) ignore nulls) over (
                partition by agreement, account
                order by instant desc, is_mql
                rows between unbounded preceding and current row
            ) as next,
            is_mql
        from (
            select lead_id, cycle_no, agreement, account, closed_at, null as contacts, mql_at as instant, true as is_mql
            from cycles
            union all by name
            select agreement, account, contacts, occurred_at as instant, false as is_mql from instants
        )
    ),
    first_contacts as (
        select
            lead_id,
            cycle_no,
            if(next.contacts[1].lead_id = lead_id, next.contacts[2], next.contacts[1]) as contact
        from followed
        where is_mql and next.instant <= coalesce(closed_at, 'infinity'::timestamptz)
    ),
    final as (
        select
            lead_id,
            cycle_no,
            contact.lead_id as contacted_lead_id,
            contact.event_id as event_id,
            contact.channel as channel,
            contact.is_self_booked as is_self_booked,
            contact.is_logged_late as is_logged_late,
            contact.occurred_at as contacted_at
        from first_contacts
        where contact is not null
    )
select * from final
