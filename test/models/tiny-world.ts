import { join } from 'node:path';
import { splitModels, writeOutlines } from '../../src/build/crms.ts';
import { compileModel, modelsByName } from '../../src/models/compile.ts';
import { parseModels } from '../../src/models/parse.ts';
import { planModels } from '../../src/models/plan.ts';
import { openProject } from '../../src/project/project.ts';
import { quoteIdentifier, quoteLiteral, type Row, Warehouse } from '../../src/warehouse/warehouse.ts';

/** An event as a test writes it: `[lead, instant in UTC, type, more]`; event ids are e1, e2 … in the order written. */
export type Told = readonly [lead: string, at: string, type: string, more?: ToldMore];
interface ToldMore {
  readonly stage?: string;
  readonly owner?: string;
  readonly team?: string;
  readonly channel?: string;
  readonly crm?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

const { active, outlined } = splitModels(openProject(join(import.meta.dirname, '../..')));

/**
 * The project's models on a few events of 2026, in memory. One agreement from 1 February, in UTC, open Monday to Friday
 * 08:00–16:00: demo requests within 30 minutes, everyone else within 120; 2 attempts over 2 channels in 3 business days.
 * `after` is SQL that changes the tables before the models run.
 */
export async function ask(events: readonly Told[], asOf: string, queries: string[], after = ''): Promise<Row[][]> {
  const warehouse = await Warehouse.open(':memory:', { threads: 1 });
  try {
    await warehouse.run(tables(asOf));
    await warehouse.run(events.map(insert).join(';\n') || 'select 1');
    await warehouse.run(`${terms};\n${calendar};\n${dates};\n${after}`);
    const models = await planned(warehouse);
    await writeOutlines(warehouse, outlined, models);
    for (const model of models) {
      const { name, materialized } = model.file;
      const kind = materialized === 'view' ? 'view' : 'table';
      await warehouse.run(
        `create ${kind} ${quoteIdentifier(name)} as\n${compileModel(model, modelsByName(models)).sql}`,
      );
    }
    const answers: Row[][] = [];
    for (const query of queries) answers.push(await warehouse.rows(query));
    return answers;
  } finally {
    warehouse.close();
  }
}

async function planned(warehouse: Warehouse) {
  const names = await warehouse.rows<{ name: string }>(
    `select schema_name || '.' || table_name as name from duckdb_tables() where not internal`,
  );
  const parsed = await parseModels(warehouse, active, []);
  const known = [...names, ...outlined.map((model) => ({ name: `main.${model.name}` }))];
  return planModels(parsed, new Set(known.map(({ name }) => name)), []);
}

function insert([lead, at, type, more = {}]: Told, index: number): string {
  const text = (value: string | undefined) => (value === undefined ? 'null' : quoteLiteral(value));
  const properties = more.properties === undefined ? undefined : JSON.stringify(more.properties);
  const columns = [more.crm ?? 'crm', `e${index + 1}`, at, at, lead, type].map(text);
  const rest = [more.stage, more.owner, more.team, more.channel, properties].map(text);
  return `insert into raw.events values (${[...columns, ...rest, 1, index + 2, text(at)].join(', ')})`;
}

const tables = (asOf: string) => `
  create schema raw; create schema run; create schema sla; create schema seeds;
  create table run.clock as select timestamptz '${asOf}' as as_of;
  create table run.sources as from (values ('crm', 'UTC'), ('east', 'UTC'), ('west', 'UTC')) as rows(crm, time_zone);
  create table raw.events (
    crm text, event_id text, occurred_at timestamptz, recorded_at timestamptz, lead_id text, type text, stage text,
    owner_id text, team text, channel text, properties json, file_id integer, line bigint,
    first_recorded_at timestamptz
  );
  create table seeds.health_limits as select 'events_on_day' as measure, 20 as expected_at_least, 0.5 as share;
  create table seeds.cohort_windows as
    from (values ('mql', 'sal', 7), ('mql', 'sal', null), ('mql', 'meeting', 30), ('mql', 'won', 30)) as rows(from_stage, to_stage, window_days)`;

const terms = `
  create table sla.stages as from (values
    ('subscriber', 1, false), ('lead', 2, false), ('mql', 3, false), ('sal', 4, false), ('sql', 5, false),
    ('meeting', 6, false), ('proposal', 7, false), ('won', 8, false), ('lost', null, true), ('disqualified', null, true)
  ) as rows(stage, rung, is_exit);
  create table sla.agreements as select
    '2026' as agreement, timestamptz '2026-02-01 00:00:00Z' as effective_at, null::timestamptz as superseded_at,
    1 as default_calendar_key;
  create table sla.calendars as select 1 as calendar_key, '2026' as agreement, 'office' as calendar, 'UTC' as time_zone;
  create table sla.team_calendars as select '2026' as agreement, 'north' as team, 1 as calendar_key, null::integer as capacity_per_day;
  create table sla.promises as from (values
    ('2026', 'first_response/demo', 'first_response', 'first_response', 1, 'normal', 'first_response/demo', 30.0::double, null::integer, null::integer, null::integer),
    ('2026', 'first_response/standard', 'first_response', 'first_response', 2, 'normal', null, 120.0, null, null, null),
    ('2026', 'follow_up', 'follow_up', 'follow_up', 1, 'normal', null, null, 2, 2, 3),
    ('2026', 'acceptance_time', 'acceptance_time', 'acceptance', 1, 'normal', null, 960.0, null, null, null),
    ('2026', 'meeting_outcome', 'meeting_outcome', 'meeting_outcome', 1, 'normal', null, null, null, null, 2)
  ) as rows(agreement, promise, clause, kind, tier_no, variant, rule, business_minutes, attempts, channels, business_days);
  create table sla.policies as select
    '2026' as agreement, 'recorded' as acceptance, 'mql' as response_clock_starts, 'continues' as reassignment,
    'beside' as self_booked, null::bigint as attempts_within_us, null::bigint as logged_late_after_us,
    true as logged_late_counts, null::text as account_attribute, 0::bigint as paused_grace_us,
    5 as abandoned_after_business_days;
  create table sla.policy_channels (agreement text, kind text, channel text);
  create table sla.owner_calendars (agreement text, owner_id text, calendar_key integer);
  create table sla.calendar_reduced (calendar_key integer, first_date date, last_date date, name_en text, name_da text);
  create table sla.calendar_holidays (calendar_key integer, local_date date, name_en text, name_da text);
  create table sla.calendar_special_hours (calendar_key integer, local_date date, opens_minute integer, closes_minute integer);
  create table sla.stage_terms (
    agreement text, stage text, responsible text, meaning_en text, meaning_da text, next_action_en text,
    next_action_da text, entry_en text, entry_da text, target double
  );
  create table sla.criteria (agreement text, needs_icp boolean, score_at_least double);
  create table sla.score_fit (agreement text, rule text, points double);
  create table sla.score_intent (
    agreement text, rule text, action text, points double, decays_over_days double, at_most double
  );
  create table sla.score_bands (agreement text, band_no integer, from_points double, until_points double, band text);
  create table sla.breach_log (
    entry_no integer, lead_id text, clause text, due_on date, cause text, action text, responsible text, closed_on date
  );
  create table sla.conditions as from (values
    ('2026', 'first_response/demo', 1, 'lead_type', 'in', 'demo_request', null::double),
    ('2026', 'icp', 1, 'country', 'in', 'DK', null), ('2026', 'icp', 1, 'country', 'in', 'SE', null),
    ('2026', 'icp', 2, 'company_size', 'at_least', null, 50)
  ) as rows(agreement, rule, condition_no, attribute, operator, value, number);
  create table sla.attributes as select unnest(['country', 'company_size', 'lead_type']) as attribute;
  create table sla.release_reasons as select '2026' as agreement, unnest(['spam', 'duplicate']) as reason;
  create table sla.required_fields as select '2026' as agreement, 'mql' as stage, unnest(['country', 'company_size']) as field`;

const calendar = `
  create table sla.calendar_dates as select
    1 as calendar_key, day::date as local_date, isodow(day) < 6 as is_open,
    (count(*) filter (where isodow(day) < 6) over (order by day))::integer as open_dates_through,
    case when isodow(day) < 6 then (day + interval 16 hours)::timestamptz end as last_closing_at
  from range(timestamp '2026-01-01', timestamp '2027-01-01', interval 1 day) as days(day);
  create table sla.calendar_days as select
    1 as calendar_key, (epoch_us(local_date) // 86400000000)::integer as utc_day,
    (open_dates_through - is_open::integer) * 28800000000 as open_before_us,
    case when is_open then epoch_us(local_date) + 28800000000 else 0 end as opens_1,
    case when is_open then epoch_us(local_date) + 57600000000 else 0 end as closes_1,
    0::bigint as opens_2, 0::bigint as closes_2, 0::bigint as opens_3, 0::bigint as closes_3, 0::bigint as opens_4,
    0::bigint as closes_4, local_date, null::bigint as date_change_us, null::bigint as date_change_2_us
  from sla.calendar_dates;
  create table sla.calendar_intervals as
    select calendar_key, opens_1 as opens_us, closes_1 as closes_us, open_before_us
    from sla.calendar_days where closes_1 > 0`;

const dates = `
  create table sla.dates as
    select utc_day, local_date, null::bigint as date_change_us, null::bigint as date_change_2_us from sla.calendar_days;
  create table sla.local_dates as select
    local_date, date_trunc('week', local_date)::date as week, date_trunc('month', local_date)::date as month,
    date_trunc('quarter', local_date)::date as quarter
  from sla.calendar_dates;
  create table sla.periods as
    select distinct 'week' as grain, week as period_start, (week + interval 7 days)::timestamptz as ends_at from sla.local_dates
    union select distinct 'month', month, (month + interval 1 month)::timestamptz from sla.local_dates
    union select distinct 'quarter', quarter, (quarter + interval 3 months)::timestamptz from sla.local_dates`;
