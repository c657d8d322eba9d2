-- Run before the files in site/. Names resolve to what is made here, then to the published file, then to the stand-ins.

-- Stand-ins for marts that a project may not have: its pages then say that there is nothing to show.
create table stand_ins.lead_responses (
    lead_id text, cycle_no bigint, agreement text, promise text, team text, owner_id text, mql_at timestamptz,
    due_at timestamptz, responded_at timestamptz, response_business_minutes double, status text, is_counted boolean
);
create table stand_ins.lead_follow_ups (
    lead_id text, cycle_no bigint, team text, owner_id text, attempts bigint, channels bigint,
    ends_at timestamptz, status text, is_counted boolean
);
create table stand_ins.meetings (meeting_id text, slot_no bigint, scheduled_for timestamptz, outcome text, team text);
create table stand_ins.cohort_conversions (
    grain text, cohort_start date, from_stage text, to_stage text, window_days bigint, cohort_size bigint,
    converted bigint, rate double, is_mature boolean, km_rate double, skipped bigint
);
create table stand_ins.agreement_promises (
    agreement text, effective_from date, effective_until date, side text, promise text, metric text, target double,
    grain text, owner text, wording_en text, wording_da text
);
create table stand_ins.agreement_documents (
    agreement text, effective_from date, effective_until date, language text, title text, markdown text, html text
);

-- Instants become local wall-clock time here, once; the pages never see a zone.
create macro local_time(instant) as timezone((select time_zone from build_info), instant);
create macro local_minute(instant) as strftime(local_time(instant), '%Y-%m-%dT%H:%M');
create macro week_label(day) as strftime(day, '%G-W%V');
create macro quarter_label(day) as strftime(day, '%Y-Q') || quarter(day);
create macro period_label(grain, day) as case grain
    when 'week' then week_label(day)
    when 'month' then strftime(day, '%Y-%m')
    else quarter_label(day)
end;

-- One row per grain and period that any metric covers.
create view periods as
select
    grain,
    period_start,
    max(period_end) as period_end,
    bool_and(is_complete) as is_complete,
    period_label(grain, period_start) as label
from metric_values
where dimension = 'all'
group by grain, period_start;

-- The newest version of each metric, in the order in which the pages list them.
create view current_metrics as
select
    *,
    row_number() over (
        order by
            not is_headline,
            owner <> 'marketing',
            case metric
                when 'mql_volume' then 1 when 'mql_acceptance_rate' then 2 when 'icp_match_rate' then 3
                when 'response_within_sla_rate' then 4 when 'first_response_median_minutes' then 5
                when 'follow_up_rate' then 6 when 'mql_to_meeting_rate' then 7
                else 99
            end,
            metric
    ) as position
from metric_definitions
qualify version = max(version) over (partition by metric);

-- One row per breach: an answer that came late or not at all, or a follow-up that ended short.
create view all_breaches as
select
    'response' as kind,
    lead_id,
    cycle_no,
    agreement,
    promise,
    team,
    owner_id,
    status,
    mql_at,
    due_at,
    responded_at,
    response_business_minutes as business_minutes,
    null::bigint as attempts,
    null::bigint as channels
from lead_responses
where is_counted and status in ('late', 'overdue')
union all by name
select
    'follow_up' as kind,
    follow_ups.lead_id,
    follow_ups.cycle_no,
    responses.agreement,
    'follow_up' as promise,
    follow_ups.team,
    follow_ups.owner_id,
    follow_ups.status,
    responses.mql_at,
    follow_ups.ends_at as due_at,
    follow_ups.attempts,
    follow_ups.channels
from lead_follow_ups as follow_ups
left join lead_responses as responses using (lead_id, cycle_no)
where follow_ups.is_counted and follow_ups.status = 'short';
