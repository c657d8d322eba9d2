// The sample's metrics as an analyst would write them without a runner: one query each, grouped by every grain and dimension,
// dated by the calendar of the reporting zone. Their values, and of shares their 95 % interval; no targets, verdicts,
// estimates or intervals of medians.

const grains = ['week', 'month', 'quarter'];
const four = ['team', 'source', 'campaign', 'country'];
const five = [...four, 'first_content'];
const thirtyDays = 30 * 86_400_000_000;

/** What to run: each metric's name, and the query of its rows of by_hand. */
export const byHand = [
  count('mql_volume', { model: 'lead_cycles', time: 'mql_at', where: 'not is_excluded' }),
  share('acceptance_within_sla_rate', {
    ...{ model: 'lead_acceptances', time: 'due_at', where: 'is_counted', hit: `status = 'met'` },
  }),
  share('response_within_sla_rate', {
    ...{ model: 'lead_responses', time: 'due_at', where: 'is_counted', hit: `status = 'met'` },
  }),
  share('follow_up_rate', {
    ...{ model: 'lead_follow_ups', time: 'ends_at', where: 'is_counted', hit: `status = 'met'` },
  }),
  share('icp_match_rate', {
    ...{ model: 'lead_cycles', time: 'mql_at', where: 'icp_match is not null', hit: 'icp_match' },
  }),
  share('meeting_outcome_reported_rate', {
    ...{ model: 'meetings', time: 'report_due_at', where: 'is_report_counted', hit: `report_status = 'met'` },
  }),
  share('mql_acceptance_rate', {
    ...{ model: 'lead_cycles', time: 'mql_at', where: 'not is_excluded', hit: 'accepted_at is not null' },
    of: 'accepted_at is not null or closed_at is not null',
    pending: 'accepted_at is null and closed_at is null',
  }),
  share('no_show_rate', {
    ...{ model: 'meetings', time: 'scheduled_for', where: `outcome in ('held', 'no_show', 'unknown')` },
    ...{ hit: `outcome = 'no_show'`, of: `outcome in ('held', 'no_show')` },
  }),
  share('required_fields_rate', {
    ...{ model: 'stage_entry_fields', time: 'entered_at', hit: 'is_complete', dimensions: ['stage', ...four] },
  }),
  share('win_rate', {
    ...{ model: 'lead_cycles', time: 'closed_at', hit: `outcome = 'won'` },
    where: `sql_reached_at is not null and outcome in ('won', 'lost')`,
  }),
  conversion('contacted_to_meeting_rate', {
    ...{ model: 'contact_conversions', from: 'mql_at', to: 'booked_at', dimensions: five },
    where: `epoch_us(contacted_at) - epoch_us(mql_at) <= ${thirtyDays}`,
  }),
  conversion('mql_contacted_rate', {
    ...{ model: 'contact_conversions', from: 'mql_at', to: 'contacted_at', dimensions: five },
  }),
  conversion('lead_to_mql_rate', between('lead', 'mql')),
  conversion('mql_to_meeting_rate', between('mql', 'meeting')),
  conversion('meeting_to_proposal_rate', between('meeting', 'proposal')),
  conversion('sal_to_sql_rate', between('sal', 'sql')),
  percentile('first_response_median_minutes', 0.5, responses()),
  percentile('first_response_p90_minutes', 0.9, responses()),
  percentile('interest_to_meeting_median_days', 0.5, firstMeetings()),
  percentile('interest_to_meeting_p90_days', 0.9, firstMeetings()),
  percentile('sales_cycle_median_days', 0.5, {
    ...{ model: 'lead_cycles', time: 'closed_at', where: `outcome = 'won' and mql_at <= closed_at` },
    of: '(epoch_us(closed_at) - epoch_us(mql_at)) / 86400000000',
  }),
  { name: 'mql_volume_quarter_to_date', query: quarterToDate(['team', 'source']) },
];

/** Where they go. */
export const byHandTable = `create or replace table by_hand (
    metric varchar, grain varchar, period_start date, dimension varchar, dimension_value varchar,
    numerator double, denominator double, pending bigint, value double, lower_95 double, upper_95 double
)`;

function between(from, to) {
  const where = `from_stage = '${from}' and to_stage = '${to}'`;
  return { model: 'stage_conversions', from: 'from_at', to: 'converted_at', where };
}

function responses() {
  const of = 'response_business_minutes';
  return { model: 'lead_responses', time: 'due_at', where: 'is_counted', of };
}

function firstMeetings() {
  return { model: 'first_meetings', time: 'booked_at', of: 'interest_to_meeting_days', dimensions: five };
}

function count(name, { dimensions = four, ...rows }) {
  const columns = 'count(*) as numerator, null as denominator, 0 as pending';
  const query = `with counts as (${grouped(rows, dimensions, columns)}) select *, numerator as value, null, null from counts`;
  return { name, query };
}

function share(name, { hit, of = 'true', pending = 'false', dimensions = four, ...rows }) {
  const columns = `count(*) filter (where (${of}) and (${hit}))::double as numerator,
        count(*) filter (where ${of})::double as denominator,
        count(*) filter (where ${pending}) as pending`;
  return { name, query: withInterval(grouped(rows, dimensions, columns)) };
}

function conversion(name, { from, to, dimensions = four, ...rows }) {
  const isConverted = `epoch_us(${to}) - epoch_us(${from}) between 0 and ${thirtyDays}`;
  const columns = `count(*) filter (where ${isConverted})::double as numerator,
        count(*)::double as denominator,
        count(*) filter (
            where (${isConverted}) is not true
                and epoch_us((select as_of from run.clock)) - epoch_us(${from}) <= ${thirtyDays}
        ) as pending`;
  return { name, query: withInterval(grouped({ ...rows, time: from }, dimensions, columns)) };
}

function percentile(name, p, { of, dimensions = four, ...rows }) {
  const columns = `count(${of})::double as numerator, count(*)::double as denominator, 0 as pending,
        quantile_cont(coalesce((${of})::double, 'infinity'), ${p}) as value`;
  const value = 'case when isfinite(value) then value end';
  return {
    name,
    query: `with counts as (${grouped(rows, dimensions, columns)})
    select * exclude (value), ${value} as value, null, null from counts`,
  };
}

/** Wilson's score interval. */
function withInterval(counts) {
  const z = 1.959963984540054;
  const center = `(value + ${z} * ${z} / (2 * denominator))`;
  const spread = `${z} * sqrt(value * (1 - value) / denominator + ${z} * ${z} / (4 * denominator * denominator))`;
  const scale = `(1 + ${z} * ${z} / denominator)`;
  return `with counts as (${counts}), shares as (select *, numerator / nullif(denominator, 0) as value from counts)
    select *, greatest(0, (${center} - ${spread}) / ${scale}), least(1, (${center} + ${spread}) / ${scale}) from shares`;
}

/** Rows of a model by each period of their local date, in total and by each dimension. */
function grouped({ model, time, where = 'true' }, dimensions, columns) {
  const sets = grains.flatMap((grain) => [`(${grain})`, ...dimensions.map((name) => `(${grain}, by_${name})`)]);
  return `
    select
        case ${grains.map((grain) => `when grouping(${grain}) = 0 then '${grain}'`).join(' ')} end as grain,
        coalesce(${grains.join(', ')}) as period_start,
        case ${dimensions.map((name) => `when grouping(by_${name}) = 0 then '${name}'`).join(' ')} else 'all' end as dimension,
        case ${dimensions.map((name) => `when grouping(by_${name}) = 0 then by_${name}`).join(' ')} else 'all' end as dimension_value,
        ${columns}
    from (
        select model.*, local_dates.*, ${dimensions.map((name) => `coalesce(model.${name}::varchar, '(none)') as by_${name}`).join(', ')}
        from main.${model} as model
        ${localDate(time)}
        where ${where}
    )
    group by grouping sets (${sets.join(', ')})`;
}

/** The UTC day tells the local date, and when inside that day the date changes. */
function localDate(time) {
  return `inner join sla.dates as dates on dates.utc_day = epoch_us(model.${time}) // 86400000000
        inner join sla.local_dates as local_dates
            on local_dates.local_date = dates.local_date
                + coalesce(epoch_us(model.${time}) >= dates.date_change_us, false)::integer`;
}

/** Of each week and month, all since the quarter began, no further than its end. */
function quarterToDate(dimensions) {
  const sets = ['(grain, period_start)', ...dimensions.map((name) => `(grain, period_start, by_${name})`)];
  return `
    with daily as (
        select local_dates.local_date, ${dimensions.map((name) => `coalesce(model.${name}::varchar, '(none)') as by_${name}`).join(', ')}, count(*) as cycles
        from main.lead_cycles as model
        ${localDate('mql_at')}
        where not is_excluded
        group by all
    ),
    periods as (
        select 'week' as grain, week as period_start, quarter as since, max(local_date) as last_day
        from sla.local_dates
        group by week, quarter
        qualify row_number() over (partition by week order by quarter) = 1
        union all
        select 'month', month, min(quarter), max(local_date) from sla.local_dates group by month
    )
    select
        grain, period_start,
        case ${dimensions.map((name) => `when grouping(by_${name}) = 0 then '${name}'`).join(' ')} else 'all' end,
        case ${dimensions.map((name) => `when grouping(by_${name}) = 0 then by_${name}`).join(' ')} else 'all' end,
        sum(cycles)::double as numerator, null, 0, numerator, null, null
    from daily
    inner join periods on daily.local_date between periods.since and periods.last_day
    group by grouping sets (${sets.join(', ')})`;
}
