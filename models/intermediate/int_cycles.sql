-- Grain: lead_id and cycle_no. When each cycle opened and closed and which stages were entered in it.
with
    bounds as (
        select * from int_cycle_bounds
    ),
    stage_times as (
        select
            lead_id,
            cycle_no,
            min(occurred_at) as opened_at,
            min(occurred_at) filter (where entered_stage = 'subscriber') as subscriber_at,
            min(occurred_at) filter (where entered_stage = 'lead') as lead_at,
            min(occurred_at) filter (where entered_stage = 'mql') as mql_at,
            min(occurred_at) filter (where entered_stage = 'sal') as sal_at,
            min(occurred_at) filter (where entered_stage = 'sql') as sql_at,
            min(occurred_at) filter (where entered_stage = 'meeting') as meeting_at,
            min(occurred_at) filter (where entered_stage = 'proposal') as proposal_at,
            min(occurred_at) filter (where entered_stage = 'won') as won_at,
            min(occurred_at) filter (where entered_stage = 'lost') as lost_at,
            min(occurred_at) filter (where entered_stage = 'disqualified') as disqualified_at
        from int_stage_entries
        group by lead_id, cycle_no
    ),
    -- The first entry that can close a cycle does; whatever follows it opens nothing.
    closings as (
        select lead_id, cycle_no, entered_stage as outcome, reason as exit_reason, occurred_at as closed_at
        from int_stage_entries
        where is_closing
        qualify row_number() over (
            partition by lead_id, cycle_no
            order by occurred_at, event_rank, event_id
        ) = 1
    ),
    final as (
        select
            stage_times.*,
            -- A cycle that another follows without an exit was recycled by the entry that opened the other.
            coalesce(closings.outcome, if(bounds.owns_until is not null, 'recycled', null)) as outcome,
            closings.exit_reason,
            coalesce(closings.closed_at, bounds.owns_until.occurred_at) as closed_at,
            -- A skipped rung counts as reached when a later one was; least() passes over the empty ones.
            least(subscriber_at, lead_at, mql_at, sal_at, sql_at, meeting_at, proposal_at, won_at) as subscriber_reached_at,
            least(lead_at, mql_at, sal_at, sql_at, meeting_at, proposal_at, won_at) as lead_reached_at,
            least(mql_at, sal_at, sql_at, meeting_at, proposal_at, won_at) as mql_reached_at,
            least(sal_at, sql_at, meeting_at, proposal_at, won_at) as sal_reached_at,
            least(sql_at, meeting_at, proposal_at, won_at) as sql_reached_at,
            least(meeting_at, proposal_at, won_at) as meeting_reached_at,
            least(proposal_at, won_at) as proposal_reached_at,
            won_at as won_reached_at,
            -- The instant at which a cycle is described: its team, its attributes.
            coalesce(mql_at, opened_at) as described_at,
            bounds.owns_until
        from stage_times
        left join closings
            on stage_times.lead_id = closings.lead_id and stage_times.cycle_no = closings.cycle_no
        left join bounds on stage_times.lead_id = bounds.lead_id and stage_times.cycle_no = bounds.cycle_no
    )
select * from final
