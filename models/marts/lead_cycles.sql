-- Grain: lead_id and cycle_no. A lead's way through the funnel, once for every time it went.
with
    cycles as (
        select * from int_cycles
    ),
    attributes as (
        select
            lead_id,
            cycle_no,
            json_extract_string(
                attributes,
                ['source', 'campaign', 'country', 'company_size', 'industry', 'lead_type']
            ) as dimensions
        from int_cycle_attributes
    ),
    teams as (
        select * from int_cycle_teams
    ),
    owners as (
        select * from int_cycle_owners
    ),
    promises as (
        select * from int_cycle_promises
    ),
    contacts as (
        select * from int_cycle_contacts
    ),
    contents as (
        select * from int_first_contents
    ),
    scores as (
        select * from int_cycle_scores
    ),
    final as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            nullif(attributes.dimensions[1], '') as source,
            nullif(attributes.dimensions[2], '') as campaign,
            nullif(attributes.dimensions[3], '') as country,
            teams.team,
            owners.owner_id,
            cycles.opened_at,
            cycles.closed_at,
            cycles.outcome,
            cycles.exit_reason,
            cycles.subscriber_at,
            cycles.lead_at,
            cycles.mql_at,
            cycles.sal_at,
            cycles.sql_at,
            cycles.meeting_at,
            cycles.proposal_at,
            cycles.won_at,
            cycles.lost_at,
            cycles.disqualified_at,
            cycles.subscriber_reached_at,
            cycles.lead_reached_at,
            cycles.mql_reached_at,
            cycles.sal_reached_at,
            cycles.sql_reached_at,
            cycles.meeting_reached_at,
            cycles.proposal_reached_at,
            cycles.won_reached_at,
            nullif(attributes.dimensions[4], '') as company_size,
            nullif(attributes.dimensions[5], '') as industry,
            nullif(attributes.dimensions[6], '') as lead_type,
            promises.icp_match,
            coalesce(promises.is_excluded, false) as is_excluded,
            contacts.sal_verified_at,
            contacts.accepted_at,
            contents.first_content,
            scores.score_at_mql,
            scores.score_band,
            scores.criteria_met_at,
            scores.criteria_verdict
        from cycles
        left join attributes on cycles.lead_id = attributes.lead_id and cycles.cycle_no = attributes.cycle_no
        left join teams on cycles.lead_id = teams.lead_id and cycles.cycle_no = teams.cycle_no
        left join owners on cycles.lead_id = owners.lead_id and cycles.cycle_no = owners.cycle_no
        left join promises on cycles.lead_id = promises.lead_id and cycles.cycle_no = promises.cycle_no
        left join contacts on cycles.lead_id = contacts.lead_id and cycles.cycle_no = contacts.cycle_no
        left join contents on cycles.lead_id = contents.lead_id and cycles.cycle_no = contents.cycle_no
        left join scores on cycles.lead_id = scores.lead_id and cycles.cycle_no = scores.cycle_no
    )
select * from final
