-- Grain: lead_id, cycle_no, from_stage and to_stage, of cycles with a recorded entry of the from-stage.
with
    cycles as (
        select * from lead_cycles
    ),
    pairs as (
        select distinct
            windows.from_stage,
            windows.to_stage,
            to_stages.rung as to_rung
        from seeds.cohort_windows as windows
        inner join sla.stages as to_stages on windows.to_stage = to_stages.stage
    ),
    starts as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            pairs.from_stage,
            pairs.to_stage,
            pairs.to_rung,
            case pairs.from_stage
                when 'subscriber' then cycles.subscriber_at
                when 'lead' then cycles.lead_at
                when 'mql' then cycles.mql_at
                when 'sal' then cycles.sal_at
                when 'sql' then cycles.sql_at
                when 'meeting' then cycles.meeting_at
                when 'proposal' then cycles.proposal_at
            end as from_at,
            case pairs.to_stage
                when 'lead' then cycles.lead_reached_at
                when 'mql' then cycles.mql_reached_at
                when 'sal' then cycles.sal_reached_at
                when 'sql' then cycles.sql_reached_at
                when 'meeting' then cycles.meeting_reached_at
                when 'proposal' then cycles.proposal_reached_at
                when 'won' then cycles.won_reached_at
                when 'lost' then cycles.lost_at
                when 'disqualified' then cycles.disqualified_at
            end as reached_at,
            cycles.source,
            cycles.campaign,
            cycles.country,
            cycles.team,
            cycles.owner_id
        from cycles
        cross join pairs
        where from_at is not null
    ),
    -- When the to-stage or a later rung was first entered before the from-stage, a later entry may still convert.
    second_chances as (
        select
            starts.lead_id,
            starts.cycle_no,
            starts.from_stage,
            starts.to_stage,
            min(entries.occurred_at) as converted_at
        from starts
        inner join int_stage_entries as entries
            on starts.lead_id = entries.lead_id
            and starts.cycle_no = entries.cycle_no
            and starts.from_at <= entries.occurred_at
        where starts.reached_at < starts.from_at
            and (entries.rung >= starts.to_rung or entries.entered_stage = starts.to_stage)
        group by starts.lead_id, starts.cycle_no, starts.from_stage, starts.to_stage
    ),
    converted as (
        select * exclude (to_rung, reached_at), reached_at as converted_at
        from starts
        where reached_at is null or reached_at >= from_at
        union all by name
        select starts.* exclude (to_rung, reached_at), second_chances.converted_at
        from starts
        left join second_chances using (lead_id, cycle_no, from_stage, to_stage)
        where starts.reached_at < starts.from_at
    ),
    final as (
        select
            lead_id,
            cycle_no,
            from_stage,
            to_stage,
            from_at,
            converted_at,
            source,
            campaign,
            country,
            team,
            owner_id
        from converted
    )
select * from final
