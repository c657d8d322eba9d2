-- Run before the files in site/. Names resolve to what is made here, then to the published file, then to the stand-ins.

-- Stand-ins for marts that a project may not have: its pages then say that there is nothing to show.
create table stand_ins.lead_responses (
    lead_id text, cycle_no bigint, agreement text, promise text, team text, owner_id text, mql_at timestamptz,
    due_at timestamptz, responded_at timestamptz, response_business_minutes double, status text, is_counted boolean
);
create table stand_ins.lead_acceptances (
    lead_id text, cycle_no bigint, decision text, decision_business_minutes double
);
create table stand_ins.breaches (
    lead_id text, breach_no bigint, kind text, promise text, cycle_no bigint, meeting_id text, slot_no bigint,
    due_at timestamptz, done_at timestamptz, status text, team text, owner_id text, attempts bigint, channels bigint,
    cause text, action text, responsible text, closed_on date, is_explained boolean
);
create table stand_ins.improvements (
    improvement text, title_en text, title_da text, agreed_by text, since date, until date, is_open boolean,
    verdict text, sentence_en text, sentence_da text
);
create table stand_ins.flow_steps (
    step_en text, step_da text, first_date date, last_date date, is_bottleneck boolean, sentence_en text, sentence_da text
);
create table stand_ins.meetings (
    lead_id text, meeting_id text, slot_no bigint, scheduled_for timestamptz, outcome text, team text
);
create table stand_ins.cohort_conversions (
    grain text, cohort_start date, from_stage text, to_stage text, window_days bigint, cohort_size bigint,
    converted bigint, rate double, is_mature boolean, km_rate double, skipped bigint
);
create table stand_ins.metric_reconciliations (
    metric text, from_version bigint, to_version bigint, grain text, period_start date, dimension text,
    dimension_value text, value_from double, value_to double, difference double, is_same boolean
);
create table stand_ins.restatements (
    period text, grain text, period_start date, metric text, unit text, version_published bigint, version_now bigint,
    value_published double, value_now double, difference double, status_published text, status_now text,
    cause text, cause_en text, cause_da text, is_beyond boolean, is_acknowledged boolean, reason text, acknowledged_by text,
    acknowledged_on date
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

-- What the pages show of each period: the version that is in force for it.
create view values_in_force as
select *
from metric_values
where is_in_force;

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
where is_current;
