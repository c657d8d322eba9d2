/**
 * Events of leads themselves, and the table that all events are drafted in: `drafts`, one row per event. `clock` is a
 * moment on the team's work clock; where it is null, `at_s` (epoch seconds) is known already.
 */
export const leadEvents = /* sql */ `
create table drafts(
    lead_no bigint,
    slot bigint,
    type text,
    stage text,
    owner_id text,
    team text,
    channel text,
    properties text,
    team_clock text,
    clock bigint,
    at_s bigint,
    is_human boolean
);

create macro property_changed(name, value) as
    '{"name":"' || name || '","value":' || value || '}';

insert into drafts by name
select
    lead_no,
    0 as slot,
    'lead_created' as type,
    case when is_subscriber then 'subscriber' when draw(lead_no, 'names stage') < 0.9 then 'lead' end as stage,
    case when draw(lead_no, 'routed') < 0.97 then team end as team,
    '{"source":"' || source || '","campaign":"' || campaign || '"'
    || case when knows_country then ',"country":"' || country || '"' else '' end
    || case when knows_size then ',"company_size":' || company_size else '' end
    || case when knows_industry then ',"industry":"' || industry || '"' else '' end
    || ',"lead_type":"' || lead_type || '"}' as properties,
    created_s as at_s,
    false as is_human
from leads;

insert into drafts by name
select
    lead_no,
    1 as slot,
    'stage_entered' as type,
    'lead' as stage,
    created_s + draw_whole(lead_no, 'lead after', 3600, 1200000) as at_s,
    false as is_human
from leads
where is_subscriber;

-- What the form did not tell is found out later, mostly before sales accepts.
insert into drafts by name
select
    lead_no,
    2 as slot,
    'property_changed' as type,
    property_changed('industry', '"' || industry || '"') as properties,
    created_s + draw_whole(lead_no, 'industry after', 20, 14000) as at_s,
    false as is_human
from leads
where
    not knows_industry
    and draw(lead_no, 'industry found') < 0.72;

insert into drafts by name
select
    lead_no,
    3 as slot,
    'property_changed' as type,
    case
        when knows_size then property_changed('country', '"' || country || '"')
        else property_changed('company_size', company_size::text)
    end as properties,
    created_s + draw_whole(lead_no, 'detail after', 600, 400000) as at_s,
    false as is_human
from leads
where
    not (knows_country and knows_size)
    and draw(lead_no, 'detail found') < 0.5;

insert into drafts by name
select
    lead_no,
    4 as slot,
    'lead_merged' as type,
    '{"into":"' || lead_name(merged_into) || '"}' as properties,
    created_s + draw_whole(lead_no, 'merged after', 3600, 1700000) as at_s,
    false as is_human
from leads
where merged_into is not null;

insert into drafts by name
select
    lead_no,
    5 as slot,
    'lead_deleted' as type,
    created_s + draw_whole(lead_no, 'deleted after', 86400, 2600000) as at_s,
    false as is_human
from leads
where is_deleted;
`;

/** Behaviour: visits at about the hour of the first one, thinning out over four weeks. */
export const activityEvents = /* sql */ `
create macro download(key) as
    '{"action":"content_download","content":"' || [
        'buyers-guide', 'benchmark-report', 'roi-calculator', 'case-study-logistics', 'checklist'
    ][draw_whole(key, 'content', 1, 5)] || '"}';

insert into drafts by name
with visitors as (
    select
        leads.lead_no,
        leads.created_s,
        leads.lead_type,
        least(
            60,
            floor(
                spread(draw(leads.lead_no, 'activities')) * case when qualifications.lead_no is null then 2.55 else 4.5 end
            )::bigint
        ) as activities
    from leads
    left join qualifications on leads.lead_no = qualifications.lead_no
),

visits as (
    select
        lead_no,
        created_s,
        lead_type,
        visit,
        lead_no * 64 + visit as key
    from (
        select
            *,
            unnest(range(activities)) as visit
        from visitors
    ) as numbered
),

drawn as (
    select
        *,
        draw(key, 'activity') as action_draw,
        draw(key, 'day') as day_draw
    from visits
)

select
    lead_no,
    500 + visit as slot,
    'activity' as type,
    case
        when visit = 0 and lead_type = 'content_download' then download(key)
        when visit = 0 and lead_type = 'trial' then '{"action":"trial_started"}'
        when action_draw < 0.52 then '{"action":"page_view"}'
        when action_draw < 0.74 then '{"action":"email_open"}'
        when action_draw < 0.83 then '{"action":"pricing_page_view"}'
        when action_draw < 0.93 then download(key)
        when lead_type = 'webinar' then '{"action":"webinar_attended"}'
        else '{"action":"email_click"}'
    end as properties,
    created_s + case
        when visit = 0 then 3
        when day_draw < 0.4 then draw_whole(key, 'minute', 10, 3600)
        else floor(day_draw * day_draw * 28)::bigint * 86400 + draw_whole(key, 'minute', 60, 7200)
    end as at_s,
    false as is_human
from drawn;
`;
