import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figure } from '../../../reports/components/format.ts';
import { DiagnosticsError } from '../../diagnostics/diagnostic.ts';
import type { SqlValue, Warehouse } from '../../warehouse/warehouse.ts';

/** A row of the site's table `periods`, of the grain `week`. */
export interface Week {
  readonly label: string;
  readonly first_day: string;
  readonly last_day: string;
  readonly is_complete: boolean;
}

/** The row of the site's table `site`. */
export interface About {
  readonly as_of: string | null;
  readonly time_zone: string;
  readonly agreement: string | null;
  /** The last week that ended. */
  readonly week: string | null;
}

/** What has a name in each language. */
type InLanguages<Column extends string> = Readonly<Record<`${Column}_en` | `${Column}_da`, string | null>>;

/** Of the site's table `verdicts`. */
export interface Promised extends Figure, InLanguages<'label'> {
  readonly metric: string;
  readonly side: 'marketing' | 'sales';
  readonly agreement: string;
  readonly status: 'kept' | 'missed' | 'open' | 'no_data';
  readonly judged_grain: string | null;
  readonly judged_period: string | null;
  readonly pending: number | null;
}

/** Of the site's table `history`: the newest row of a headline metric up to the week. */
export interface Headline extends Figure, InLanguages<'label'> {
  readonly metric: string;
  readonly label: string;
  readonly status: string | null;
  readonly pending: number | null;
  readonly is_too_few: boolean;
  readonly target_source: string | null;
  readonly promised_target: number | null;
  readonly promised_grain: string | null;
  readonly four_weeks_value: number | null;
  readonly four_weeks_sample_size: number | null;
  readonly four_weeks_is_mature: boolean | null;
}

export interface Breach {
  /** Null where the project wants no lead named. */
  readonly lead_id: string | null;
  readonly kind: string;
  readonly status: string;
  readonly due_at: string;
  readonly team: string;
}

export interface Decision extends InLanguages<'title'> {
  readonly responsible: string | null;
  readonly due_on: string | null;
  readonly done_on: string | null;
}

/** What there is to tell of a week. What the project has no table for is undefined, which is not the same as none. */
export interface Facts {
  readonly about: About;
  readonly week: Week;
  readonly promises: readonly Promised[];
  readonly headlines: readonly Headline[];
  readonly breaches?: {
    readonly count: number;
    readonly unexplained: number;
    /** The newest of those that nobody has explained. */
    readonly newest: readonly Breach[];
  };
  readonly meetings?: { readonly planned: number; readonly withoutOutcome: number };
  /** As of now: only of the newest week. */
  readonly openLeads?: { readonly overdue: number; readonly today: number };
  readonly improvement: InLanguages<'title' | 'sentence'> | undefined;
  /** Whether what is said of improvements is the state of now. */
  readonly isNewest: boolean;
  readonly decisions: readonly Decision[];
  /** How many of the figures told were published with another value. */
  readonly moved: number;
}

/** The most of each that fits on one screen. */
export const most = { headlines: 6, breaches: 5, decisions: 3 } as const;

/** The site's own tables, on the published file that `warehouse` stands beside. */
export class SiteTables {
  constructor(
    private readonly warehouse: Warehouse,
    private readonly reports: string,
  ) {}

  /** `query` reads the site's table of this name as `shown`. */
  async rows<T extends object>(table: string, query: string, parameters: readonly SqlValue[] = []): Promise<T[]> {
    const file = `sources/site/${table}.sql`;
    const sql = await readFile(join(this.reports, file), 'utf8').catch(() => undefined);
    if (sql === undefined) throw unreadable(file, 'there is no such file');
    const whole = `with shown as (\n${sql.trim().replace(/;$/, '')}\n)\n${query}`;
    return this.warehouse.rows<T>(whole, parameters).catch((error: unknown) => {
      throw unreadable(file, error);
    });
  }

  /** Reads the published file itself. */
  async published<T extends object>(query: string, parameters: readonly SqlValue[] = []): Promise<T[]> {
    return this.warehouse.rows<T>(query, parameters);
  }

  /** Whether the build made such a table; otherwise queries read an empty one in its place. */
  async hasPublished(table: string): Promise<boolean> {
    const [row] = await this.warehouse.rows<{ found: boolean }>(
      `select count(*) > 0 as found from information_schema.tables where table_catalog = 'published' and table_name = $1`,
      [table],
    );
    return row?.found ?? false;
  }
}

function unreadable(file: string, reason: unknown): DiagnosticsError {
  const message = reason instanceof Error ? (reason.message.split('\n')[0] ?? '') : String(reason);
  return new DiagnosticsError([
    {
      code: 'site-query',
      severity: 'error',
      message: `the digest could not read what the site shows, reports/${file}: ${message}`,
      fix: 'Build again. In a project with a reports/ of its own, take the file over from the one that comes with Handover.',
    },
  ]);
}

/** All weeks there are figures of, the oldest first. */
export async function readWeeks(tables: SiteTables): Promise<Week[]> {
  return tables.rows<Week>(
    'periods',
    `select label, first_day, last_day, is_complete from shown where grain = 'week' order by label`,
  );
}

export async function readAbout(tables: SiteTables): Promise<About> {
  const [about] = await tables.rows<About>('site', 'select as_of, time_zone, agreement, week from shown');
  if (about === undefined) throw new Error('the published file does not say what it is of');
  return about;
}

/** Reads what the site shows of a week. */
export async function readFacts(tables: SiteTables, about: About, week: Week): Promise<Facts> {
  const isNewest = about.week === null || week.label >= about.week;
  const promises = await readPromises(tables, week);
  const headlines = await readHeadlines(tables, week);
  const breaches = await readBreaches(tables, week);
  const meetings = await readMeetings(tables, week);
  const openLeads = isNewest ? await readOpenLeads(tables) : undefined;
  return {
    about,
    week,
    isNewest,
    promises,
    headlines,
    ...(breaches === undefined ? {} : { breaches }),
    ...(meetings === undefined ? {} : { meetings }),
    ...(openLeads === undefined ? {} : { openLeads }),
    improvement: await readImprovement(tables, week, isNewest),
    decisions: await readDecisions(tables, week),
    moved: await countMoved(tables, [
      ...headlines.filter(({ label }) => label === week.label).map(({ metric, label }) => figureKey(metric, label)),
      ...promises.map(({ metric, judged_period }) => figureKey(metric, judged_period ?? '')),
    ]),
  };
}

function readPromises(tables: SiteTables, week: Week): Promise<Promised[]> {
  return tables.rows<Promised>(
    'verdicts',
    `
    select *
    from shown
    where review_grain = 'week' and review = $1
    order by array_position(['missed', 'open', 'no_data', 'kept'], status), side, position, promise
    `,
    [week.label],
  );
}

function readHeadlines(tables: SiteTables, week: Week): Promise<Headline[]> {
  return tables.rows<Headline>(
    'history',
    `
    select *
    from shown
    where grain = 'week' and is_headline and label <= $1
    qualify row_number() over (partition by metric order by first_day desc) = 1
    order by position
    limit ${most.headlines}
    `,
    [week.label],
  );
}

async function readBreaches(tables: SiteTables, week: Week): Promise<Facts['breaches']> {
  if (!(await tables.hasPublished('breaches'))) return undefined;
  const [counted] = await tables.rows<{ count: number; unexplained: number }>(
    'breaches',
    'select count(*) as count, count(*) filter (where not is_explained) as unexplained from shown where week = $1',
    [week.label],
  );
  const newest = await tables.rows<Breach>(
    'breaches',
    `
    select lead_id, kind, status, due_at, team
    from shown
    where week = $1 and not is_explained
    order by due_at desc, lead_id, kind, team, breach_no
    limit ${most.breaches}
    `,
    [week.label],
  );
  return counted === undefined ? undefined : { ...counted, newest };
}

async function readMeetings(tables: SiteTables, week: Week): Promise<Facts['meetings']> {
  if (!(await tables.hasPublished('meetings'))) return undefined;
  const [row] = await tables.rows<{ planned: number; withoutOutcome: number }>(
    'meeting_outcomes',
    `
    select held + no_show + cancelled + "unknown" + upcoming as planned, "unknown" as "withoutOutcome"
    from shown
    where grain = 'week' and label = $1
    `,
    [week.label],
  );
  return row ?? { planned: 0, withoutOutcome: 0 };
}

async function readOpenLeads(tables: SiteTables): Promise<Facts['openLeads']> {
  if (!(await tables.hasPublished('open_leads'))) return undefined;
  const [row] = await tables.rows<{ overdue: number; today: number }>(
    'open_leads',
    `
    select
        coalesce(max(leads) filter (where is_overdue), 0) as overdue,
        coalesce(max(leads) filter (where not is_overdue), 0) as today
    from shown
    `,
  );
  return row;
}

/** The one that This week shows; of an earlier week the first of those that ran in it. */
async function readImprovement(tables: SiteTables, week: Week, isNewest: boolean): Promise<Facts['improvement']> {
  const [row] = await tables.rows<NonNullable<Facts['improvement']>>(
    'improvements',
    `
    select title_en, title_da, sentence_en, sentence_da
    from shown
    where $1 or (since <= $2 and coalesce("until" >= $3, true))
    order by position
    limit 1
    `,
    [isNewest, week.last_day, week.first_day],
  );
  return row;
}

function readDecisions(tables: SiteTables, week: Week): Promise<Decision[]> {
  return tables.published<Decision>(
    `
    select title_en, title_da, responsible, due_on, done_on
    from decisions
    where grain = 'week' and period_start = $1::date
    order by decision_no, title_en
    `,
    [week.first_day],
  );
}

async function countMoved(tables: SiteTables, told: readonly string[]): Promise<number> {
  const rows = await tables.rows<{ metric: string; label: string }>(
    'restatements',
    'select distinct metric, label from shown where value_published is distinct from value_now',
  );
  const known = new Set(told);
  return rows.filter(({ metric, label }) => known.has(figureKey(metric, label))).length;
}

function figureKey(metric: string, label: string): string {
  return `${metric} ${label}`;
}
