-- Run before the files in site/. Names resolve to what is made here, then to the published file, then to the stand-ins.

-- Stand-ins for marts that a project may not have: its pages then say that there is nothing to show.
create table stand_ins.lead_responses (
    lead_id text, cycle_no bigint, agreement text, promise text, clause text, variant text,
    promised_business_minutes double, calendar text, time_zone text, team text, owner_id text, mql_at
    timestamptz, assigned_at timestamptz, started_at timestamptz, due_at timestamptz, responded_at timestamptz,
    response_channel text, answered_via_lead_id text, response_business_minutes double, response_elapsed_minutes
    double, routing_business_minutes double, rep_business_minutes double, own_business_minutes double, status
    text, source text, campaign text, country text, is_logged_late boolean, is_excluded boolean, is_counted
    boolean
);
create table stand_ins.lead_acceptances (
    lead_id text, cycle_no bigint, agreement text, promise text, clause text, variant text, calendar text, team
    text, owner_id text, mql_at timestamptz, due_at timestamptz, accepted_at timestamptz, decided_at
    timestamptz, decision text, decision_business_minutes double, status text, source text, campaign text,
    country text, is_excluded boolean, is_counted boolean
);
create table stand_ins.lead_cycles (
    lead_id text, cycle_no bigint, source text, campaign text, country text, team text, owner_id text, opened_at
    timestamptz, closed_at timestamptz, outcome text, exit_reason text, subscriber_at timestamptz, lead_at
    timestamptz, mql_at timestamptz, sal_at timestamptz, sql_at timestamptz, meeting_at timestamptz, proposal_at
    timestamptz, won_at timestamptz, lost_at timestamptz, disqualified_at timestamptz, subscriber_reached_at
    timestamptz, lead_reached_at timestamptz, mql_reached_at timestamptz, sal_reached_at timestamptz,
    sql_reached_at timestamptz, meeting_reached_at timestamptz, proposal_reached_at timestamptz, won_reached_at
    timestamptz, company_size text, industry text, lead_type text, icp_match boolean, is_excluded boolean,
    sal_verified_at timestamptz, accepted_at timestamptz, first_content text, score_at_mql double, score_band
    text, criteria_met_at timestamptz, criteria_verdict text
);
create table stand_ins.lead_follow_ups (
    lead_id text, cycle_no bigint, attempts bigint, channels bigint, first_attempt_at timestamptz,
    last_attempt_at timestamptz, ends_at timestamptz, status text, agreement text, promise text,
    promised_attempts integer, promised_channels integer, clause text, variant text, span_hours double,
    longest_gap_hours double, last_reply_at timestamptz, next_step_due_at timestamptz, is_abandoned boolean,
    team text, owner_id text, source text, campaign text, country text, mql_at timestamptz, is_excluded boolean,
    is_counted boolean
);
create table stand_ins.breaches (
    lead_id text, breach_no bigint, kind text, clause text, promise text, agreement text, cycle_no bigint,
    meeting_id text, slot_no bigint, due_at timestamptz, due_on date, done_at timestamptz, business_minutes_over
    double, status text, team text, owner_id text, source text, campaign text, mql_at timestamptz, attempts
    bigint, channels bigint, cause text, action text, responsible text, closed_on date, is_explained boolean
);
create table stand_ins.improvements (
    improvement text, title_en text, title_da text, agreed_on date, agreed_by text, metric text, team text,
    since date, until date, is_open boolean, expected double, note_en text, note_da text, weeks integer,
    before_from date, before_until date, after_from date, after_until date, numerator_before double,
    denominator_before double, value_before double, lower_95_before double, upper_95_before double,
    pending_before bigint, numerator_after double, denominator_after double, value_after double, lower_95_after
    double, upper_95_after double, pending_after bigint, difference_kind text, difference double, lower_95
    double, upper_95 double, verdict text, sentence_en text, sentence_da text, file text
);
create table stand_ins.flow_steps (
    step_no integer, from_stage text, to_stage text, step_en text, step_da text, first_date date, last_date
    date, entered bigint, went_on bigint, rate double, lower_95 double, upper_95 double, target double, inflow
    bigint, monthly_meetings double, monthly_won double, extra_meetings double, extra_meetings_lower_95 double,
    extra_meetings_upper_95 double, extra_won double, extra_won_lower_95 double, extra_won_upper_95 double,
    is_bottleneck boolean, is_told_apart boolean, sentence_en text, sentence_da text
);
create table stand_ins.meetings (
    meeting_id text, slot_no bigint, lead_id text, cycle_no bigint, booked_at timestamptz, scheduled_for
    timestamptz, outcome text, reschedules bigint, team text, owner_id text, source text, campaign text, country
    text, agreement text, promise text, report_due_at timestamptz, reported_at timestamptz, report_status text,
    is_excluded boolean, is_report_counted boolean
);
create table stand_ins.cohort_conversions (
    grain text, cohort_start date, from_stage text, to_stage text, window_days bigint, cohort_size bigint,
    converted bigint, rate double, is_mature boolean, km_rate double, skipped bigint, conversion_window text
);
create table stand_ins.metric_reconciliations (
    metric text, from_version integer, to_version integer, grain text, period_start date, dimension text,
    dimension_value text, value_from double, value_to double, difference double, numerator_from double,
    numerator_to double, denominator_from double, denominator_to double, is_same boolean
);
create table stand_ins.restatements (
    period text, grain text, period_start date, metric text, version_published integer, version_now integer,
    unit text, value_published double, value_now double, difference double, status_published text, status_now
    text, numerator_published double, numerator_now double, denominator_published double, denominator_now
    double, as_of_published timestamptz, cause text, cause_en text, cause_da text, tolerance double, is_beyond
    boolean, is_acknowledged boolean, reason text, acknowledged_by text, acknowledged_on date, file text, line
    integer
);
create table stand_ins.agreement_promises (
    agreement text, effective_from date, effective_until date, side text, promise text, metric text, target
    double, grain text, owner text, wording_en text, wording_da text
);
create table stand_ins.agreement_documents (
    agreement text, effective_from date, effective_until date, language text, title text, markdown text, html
    text
);
create table stand_ins.agreement_special_days (
    agreement text, calendar text, teams text, is_default boolean, first_date date, last_date date, kind text,
    name_en text, name_da text, hours text
);
create table stand_ins.open_leads (
    lead_id text, cycle_no bigint, team text, owner_id text, stage text, stage_entered_at timestamptz, kind
    text, clause text, promise text, status text, due_at timestamptz, duties bigint, next_action_en text,
    next_action_da text, score double, rank bigint
);
create table stand_ins.criteria_reviews (
    agreement text, criterion text, period text, quarter date, kind text, criterion_no integer, description_en
    text, description_da text, cycles_with bigint, cycles_without bigint, meetings_with bigint, meetings_without
    bigint, meeting_rate_with double, meeting_rate_without double, meeting_lift double, meeting_lift_lower_95
    double, meeting_lift_upper_95 double, won_with bigint, won_without bigint, won_rate_with double,
    won_rate_without double, won_lift double, won_lift_lower_95 double, won_lift_upper_95 double
);
create table stand_ins.stage_durations (
    stage text, team text, visits bigint, median_days double, p90_days double, visits_in_business_time bigint,
    median_business_hours double, p90_business_hours double, starts_at timestamptz, ends_at timestamptz
);
create table stand_ins.work_in_progress (
    stage text, team text, cycles bigint, median_age_days double, p90_age_days double, oldest_age_days double,
    oldest_entered_at timestamptz
);
create table stand_ins.clock_ledger (
    lead_id text, cycle_no bigint, piece_no bigint, starts_at timestamptz, ends_at timestamptz, is_counted
    boolean, reason text, holiday_en text, holiday_da text, business_minutes double, business_minutes_so_far
    double, business_minutes_in_all double
);
create table stand_ins.lead_owner_times (
    lead_id text, cycle_no bigint, leg_no bigint, owner_id text, team text, held_from timestamptz, held_until
    timestamptz, business_minutes double, is_charged boolean
);
create table stand_ins.crm_events (
    event_id text, occurred_at timestamptz, recorded_at timestamptz, first_recorded_at timestamptz, lead_id text,
    type text, stage text, owner_id text, team text, channel text, properties json, crm text, crm_lead_id text,
    original_lead_id text
);
create table stand_ins.data_health (
    measure text, crm text, item text, value bigint, expected bigint, since timestamptz, is_problem boolean
);
create table stand_ins.stage_conversions (
    lead_id text, cycle_no bigint, from_stage text, to_stage text, from_at timestamptz, converted_at
    timestamptz, source text, campaign text, country text, team text, owner_id text
);
create table stand_ins.load_files (
    path text, source text, table_name text, sha256 text, bytes bigint, rows_read bigint, rows_loaded bigint,
    rows_duplicate bigint, rows_superseded bigint, rows_rejected bigint
);
create table stand_ins.load_rejects (
    path text, line bigint, "column" text, reason text, code text, source text
);
create table stand_ins.decisions (
    review text, grain text, period_start date, held_on date, decision_no integer, title_en text, title_da text,
    why_en text, why_da text, decided_by text, responsible text, due_on date, done_on date, metric text,
    target_from double, target_to double, file text
);
create table stand_ins.model_inputs (
    model text, layer text, input text, input_kind text, description text
);
create table stand_ins.deal_amounts (
    lead_id text, cycle_no bigint, source text, campaign text, country text, team text, stage text, outcome
    text, is_open boolean, amount double, currency text, amount_at timestamptz, closed_at timestamptz, opened_at
    timestamptz
);
create table stand_ins.draft_outcomes (
    draft text, first_date date, last_date date, clause text, side text, judged_before bigint, kept_before
    bigint, judged_after bigint, kept_after bigint, changed bigint
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

-- The ladder from its foot, then the ways off it.
create macro stage_position(stage) as list_position(
    ['subscriber', 'lead', 'mql', 'sal', 'sql', 'meeting', 'proposal', 'won', 'lost', 'disqualified'], stage
);

-- How values of several periods or teams become one: by adding them up, by adding up what is divided, or not at all.
create macro pooling(type, spec) as case
    when type = 'conversion' and json_extract_string(spec, '$.counts') = 'entities' then 'none'
    when type in ('count', 'sum') then 'sum'
    when type in ('ratio', 'conversion', 'average') then 'share'
    else 'none'
end;

-- One row per lead: its id as the CRM has it, without the CRM's name that it carries where there are several, and the address
-- of its record there, where handover.yml says one and the site names leads. A lead's events may come from several CRMs; its
-- id says whose record it is.
create view lead_records as
with

leads as (

    select
        lead_id,
        any_value(crm) as crm,
        any_value(crm) filter (where starts_with(lead_id, crm || ':')) as named_crm
    from (from crm_events union all by name from stand_ins.crm_events)
    group by lead_id

),

named as (

    select
        lead_id,
        if(several.crms, named_crm, crm) as crm,
        if(several.crms and named_crm is not null, substr(lead_id, length(named_crm) + 2), lead_id) as crm_lead_id
    from leads
    cross join (
        select count(distinct crm) > 1 as crms
        from (from crm_events union all by name from stand_ins.crm_events)
    ) as several

),

final as (

    select
        named.lead_id,
        named.crm_lead_id,
        case
            when settings.lead_detail = 'full' and named.crm is not null
                then replace(coalesce(own.url, every.url), '{lead_id}', url_encode(named.crm_lead_id))
        end as record_url
    from named
    cross join settings
    left join record_urls as own on named.crm = own.crm
    left join record_urls as every on every.crm = '*'

)

select * from final;

-- One row per name that a lead goes by: as the events have it, and without the name of its CRM before it. A number of up
-- to four digits is more often a number.
create view lead_names as
select lead_name
from (
    select distinct unnest([
        lead_id,
        original_lead_id,
        if(starts_with(lead_id, crm || ':'), substr(lead_id, length(crm) + 2), null),
        if(starts_with(original_lead_id, crm || ':'), substr(original_lead_id, length(crm) + 2), null)
    ]) as lead_name
    from (from crm_events union all by name from stand_ins.crm_events)
)
where not regexp_full_match(lead_name, '[0-9]{1,4}');

-- What people wrote, with … for each lead in it where the site is not to name any. Words end at spaces and at what stands
-- between words.
create macro without_leads(told) as if(
    told is null or (select lead_detail from settings) = 'full',
    told,
    (
        select array_to_string(list(if(word in (select lead_name from lead_names), '…', word) order by place), '')
        from (
            select
                unnest(regexp_extract_all(told, '(?s)[\pL\pN_][^\s,;()"''’/]*[\pL\pN_]|.')) as word,
                generate_subscripts(regexp_extract_all(told, '(?s)[\pL\pN_][^\s,;()"''’/]*[\pL\pN_]|.'), 1) as place
        )
    )
);

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

-- The day of the first lead of all: before it nothing was recorded, so a period that began earlier is covered in part only.
create view first_data as
select min(local_time(opened_at)::date) as first_on
from (
    from lead_cycles
    union all by name
    from stand_ins.lead_cycles
);

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

-- From how many on a share says something: as a metric says itself, and of what is no metric, or one that this project lacks, as
-- metrics that say nothing have it.
create macro usual_minimum_sample() as 20;
create macro minimum_sample_of(name) as coalesce(
    (select max(minimum_sample) from current_metrics where metric = name),
    usual_minimum_sample()
);

-- One row per cycle that ended otherwise than won, on the local day of its close, without those that the agreement excludes.
-- Rejected is what the acceptance rate counts as not accepted: an MQL that was lost, disqualified or sent back before sales had
-- accepted it. Lost and disqualified are those that sales had accepted; what was sent back after that has no kind.
create view exits as
with

-- The stand-in lends the columns that a project's own model leaves out.
cycles as (

    from lead_cycles
    union all by name
    from stand_ins.lead_cycles

)

select
    local_time(closed_at)::date as closed_on,
    case
        when mql_at is not null and accepted_at is null then 'rejected'
        when accepted_at is not null and outcome <> 'recycled' then outcome
    end as kind,
    case
        when outcome = 'recycled' then '(recycled)'
        else coalesce(nullif(trim(exit_reason), ''), '(none)')
    end as reason
from cycles
where outcome in ('lost', 'disqualified', 'recycled') and not coalesce(is_excluded, false);

-- One row per step: the window that the pages show where they show one. It is that of the metric that measures the step, so
-- that one rate stands on every page; of a step without a metric the shortest, which ripens first.
create view main_windows as
with

measured as (

    select
        regexp_extract(json_extract_string(spec, '$.filter'), '^from_stage = ''(\w+)'' and to_stage = ''(\w+)''$', 1) as from_stage,
        regexp_extract(json_extract_string(spec, '$.filter'), '^from_stage = ''(\w+)'' and to_stage = ''(\w+)''$', 2) as to_stage,
        json_extract_string(spec, '$.windowDays')::double as window_days
    from (
        from metric_definitions
        union all by name
        select null::text as spec where false
    )
    where
        is_current
        and json_extract_string(spec, '$.type') = 'conversion'
        and json_extract_string(spec, '$.model') = 'stage_conversions'
        and json_extract_string(spec, '$.windowIn') = 'hours'

),

final as (

    select
        cohorts.from_stage,
        cohorts.to_stage,
        coalesce(
            min(cohorts.window_days) filter (where cohorts.window_days = measured.window_days),
            min(cohorts.window_days)
        ) as window_days
    from cohort_conversions as cohorts
    left join measured on cohorts.from_stage = measured.from_stage and cohorts.to_stage = measured.to_stage
    group by cohorts.from_stage, cohorts.to_stage

)

select * from final;

-- One row per team, `(none)` for leads without one, and the row of the tables in which its figures stand. A team of fewer
-- than three lead owners in the last 13 weeks shares a row with the others of its kind, so that nobody can read off the
-- figures of one person; if they are fewer than three together, the next smallest team joins them.
create view team_rows as
with

-- The stand-ins lend the columns that a project's own models leave out.
responses as (

    from lead_responses
    union all by name
    from stand_ins.lead_responses

),

cycles as (

    from lead_cycles
    union all by name
    from stand_ins.lead_cycles

),

charged as (

    select distinct coalesce(responses.team, '(none)') as team, responses.owner_id
    from responses
    cross join build_info
    where
        responses.owner_id is not null
        and local_time(responses.mql_at) > local_time(build_info.as_of) - interval 91 days

),

-- Leads without a team that nobody ever held tell of no person.
teams as (

    select team
    from (
        select coalesce(team, '(none)') as team from responses
        union
        select coalesce(team, '(none)') as team from cycles
        union
        select coalesce(team, '(none)') as team from (from meetings union all by name from stand_ins.meetings)
        union
        select coalesce(team, '(none)') as team from (from lead_follow_ups union all by name from stand_ins.lead_follow_ups)
    )
    where
        team <> '(none)'
        or exists (select 1 from responses where responses.team is null and responses.owner_id is not null)

),

sized as (

    select
        teams.team,
        count(charged.owner_id) as owners,
        row_number() over (order by count(charged.owner_id), teams.team) as place
    from teams
    left join charged using (team)
    group by teams.team

),

-- How many people stand in one row when the teams up to this one do.
together as (

    select sized.place, count(distinct charged.owner_id) as people
    from sized
    left join sized as smaller on smaller.place <= sized.place
    left join charged on smaller.team = charged.team
    group by sized.place

),

cut as (

    select greatest(
        (select count(*) from sized where owners < 3),
        coalesce(
            (select min(place) from together where people >= 3),
            (select count(*) from sized)
        )
    ) as merged
    where exists (select 1 from sized where owners < 3)

),

merged as (

    select
        case
            when count(*) > 6 then array_to_string(list(team order by team)[1:5], ', ') || ' + ' || (count(*) - 5)
            else string_agg(team, ', ' order by team)
        end as team_row,
        count(*) as teams
    from sized
    where place <= (select merged from cut)

),

final as (

    select
        sized.team,
        if(cut.merged > 1 and sized.place <= cut.merged, merged.team_row, sized.team) as team_row,
        if(cut.merged > 1 and sized.place <= cut.merged, merged.teams, 1) as teams,
        sized.owners,
        sized.owners < 3 as is_small
    from sized
    left join cut on true
    left join merged on true
    union all
    select '(none)' as team, '(none)' as team_row, 1 as teams, 0 as owners, false as is_small
    where
        not exists (select 1 from teams where team = '(none)')
        and (exists (select 1 from responses where team is null) or exists (select 1 from cycles where team is null))

)

select * from final;
