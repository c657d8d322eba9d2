import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { DraftOutcome } from '../project/draft-outcome.ts';
import { type SiteSettings, usualSiteSettings } from '../project/site-settings.ts';
import { quoteIdentifier, quoteLiteral, type Row, Warehouse } from '../warehouse/warehouse.ts';
import { type EvidenceColumn, evidenceColumn, toArrow } from './arrow.ts';

/** The source's name: pages read `site.<table>`. */
const sourceName = 'site';

export interface ExportOptions {
  /** The published DuckDB file; it is only read. */
  readonly published: string;
  /** The folder with `sources/setup.sql` and `sources/site/*.sql`. */
  readonly reports: string;
  /** Evidence's `static/data` folder, which receives one folder per table and the manifest. */
  readonly folder: string;
  /** What the project wants shown; the usual, when left out. */
  readonly settings?: SiteSettings;
  /** What a draft agreement would have made of the last quarter; left out: no draft is named. */
  readonly draft?: readonly DraftOutcome[];
}

export interface ExportedSite {
  /** Table and its number of rows. */
  readonly tables: ReadonlyMap<string, number>;
  /** Addresses of the pages that exist once per period, metric or agreement, such as `/weekly/2026-W47/`. */
  readonly entries: readonly string[];
  /** Changes with anything that the pages are drawn from. */
  readonly hash: string;
}

/**
 * Runs every `sources/site/*.sql` on the published file and writes the results where Evidence looks for its data:
 * Arrow files under a folder named after their content, the manifest, and `about.json`, the single row of `site.site`. A
 * file whose SQL fails, or that returns a type no page can read, is a diagnostic.
 */
export async function exportSite(options: ExportOptions): Promise<ExportedSite> {
  const queries = await readQueries(options.reports);
  const warehouse = await openBeside(options);
  try {
    const tables = new Map<string, number>();
    const files: string[] = [];
    for (const query of queries) {
      const { columns, rows } = await runQuery(warehouse, query);
      files.push(await writeTable(options.folder, query.table, columns, rows));
      tables.set(query.table, rows.length);
    }
    const manifest = manifestOf(files);
    const about = JSON.stringify(await readAbout(warehouse, queries));
    await writeFile(join(options.folder, 'manifest.json'), manifest);
    await writeFile(join(options.folder, 'about.json'), about);
    const hash = createHash('sha256').update(manifest).update(about).digest('hex');
    return { tables, entries: await entries(warehouse), hash };
  } finally {
    warehouse.close();
  }
}

/** What the site's database reads: the files by source. */
export function manifestOf(files: readonly string[]): string {
  return JSON.stringify({ renderedFiles: { [sourceName]: files } });
}

interface SourceQuery {
  readonly table: string;
  readonly file: string;
  readonly sql: string;
}

async function readQueries(reports: string): Promise<SourceQuery[]> {
  const folder = join(reports, 'sources', sourceName);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => ({
      table: basename(name, '.sql'),
      file: `reports/sources/${sourceName}/${name}`,
      sql: (await readFile(join(folder, name), 'utf8')).trim().replace(/;$/, ''),
    })),
  );
}

/** An empty database whose names resolve to the published file first, then to the stand-ins of `setup.sql`. */
export async function openBeside(
  options: Pick<ExportOptions, 'published' | 'reports' | 'settings' | 'draft'>,
): Promise<Warehouse> {
  const warehouse = await Warehouse.open(':memory:', { isReader: true });
  await warehouse.run(`attach ${quoteLiteral(options.published)} as published (read_only)`);
  await warehouse.run('create schema stand_ins');
  await warehouse.run(`set search_path = 'memory.main,published.main,memory.stand_ins'`);
  await writeSettings(warehouse, options.settings ?? usualSiteSettings);
  if (options.draft !== undefined) await writeDraft(warehouse, options.draft);
  await warehouse.run(await readFile(join(options.reports, 'sources', 'setup.sql'), 'utf8'));
  await warehouse.lock();
  return warehouse;
}

/** `settings`, one row; `record_urls`, one row per CRM with an address of its records, `*` for any other. */
async function writeSettings(warehouse: Warehouse, settings: SiteSettings): Promise<void> {
  const text = (value: string | undefined): string => (value === undefined ? 'null' : quoteLiteral(value));
  await warehouse.run(`
    create table settings as
    select ${text(settings.leadDetail)} as lead_detail, ${text(settings.peopleNoticeDate)}::date as people_notice_date
  `);
  await warehouse.run('create table record_urls (crm text, url text)');
  for (const [crm, url] of settings.recordUrls) {
    await warehouse.run(`insert into record_urls values (${quoteLiteral(crm)}, ${quoteLiteral(url)})`);
  }
}

/** One row per clause that a draft judges. */
async function writeDraft(warehouse: Warehouse, outcomes: readonly DraftOutcome[]): Promise<void> {
  const columns = {
    ...{ draft: 'text', first_date: 'date', last_date: 'date', clause: 'text', side: 'text' },
    ...{ judged_before: 'bigint', kept_before: 'bigint', judged_after: 'bigint', kept_after: 'bigint' },
    changed: 'bigint',
  };
  const rows = outcomes.map((outcome) => ({
    ...{ draft: outcome.draft, first_date: outcome.firstDate, last_date: outcome.lastDate },
    ...{ clause: outcome.clause, side: outcome.side },
    ...{ judged_before: outcome.judgedBefore, kept_before: outcome.keptBefore },
    ...{ judged_after: outcome.judgedAfter, kept_after: outcome.keptAfter },
    changed: outcome.changed,
  }));
  await warehouse.insert('memory.main.draft_outcomes', columns, rows);
}

async function runQuery(warehouse: Warehouse, query: SourceQuery): Promise<{ columns: EvidenceColumn[]; rows: Row[] }> {
  try {
    const found = await warehouse.columns(query.sql);
    const columns = found.map((column) => evidenceColumn(column) ?? refuse(query, column.name, column.type));
    return { columns, rows: await warehouse.rows(query.sql) };
  } catch (error) {
    if (error instanceof DiagnosticsError) throw error;
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw failure({ code: 'site-query', severity: 'error', message, file: query.file, source: query.sql });
  }
}

function refuse(query: SourceQuery, column: string, type: string): never {
  throw failure({
    code: 'site-column-type',
    severity: 'error',
    message: `column ${quoteIdentifier(column)} has type ${type}`,
    file: query.file,
    source: query.sql,
    expected: 'text, a number or a boolean',
    fix: 'Hand over instants with local_minute(…), dates with strftime(…) and lists with array_to_string(…).',
  });
}

function failure(diagnostic: Diagnostic): DiagnosticsError {
  return new DiagnosticsError([diagnostic]);
}

/** Returns the path that Evidence's manifest lists. The content's hash in it keeps browsers from showing old data. */
async function writeTable(
  folder: string,
  table: string,
  columns: readonly EvidenceColumn[],
  rows: readonly Row[],
): Promise<string> {
  const bytes = toArrow(columns, rows);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const place = join(folder, sourceName, table, hash);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, `${table}.arrow`), bytes);
  await writeFile(join(folder, sourceName, table, `${table}.schema.json`), JSON.stringify(columns));
  return `static/data/${sourceName}/${table}/${hash}/${table}.arrow`;
}

async function entries(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.rows<{ address: string }>(`
    select case grain when 'week' then '/weekly/' when 'month' then '/monthly/' else '/quarterly/' end || label || '/' as address
    from periods
    union all
    select '/metrics/' || metric || '/' as address from current_metrics
    union all
    select distinct '/agreement/' || agreement || '/' as address from agreement_documents
    order by address
  `);
  return rows.map((row) => row.address);
}

async function readAbout(warehouse: Warehouse, queries: readonly SourceQuery[]): Promise<Row> {
  const query = queries.find((candidate) => candidate.table === 'site');
  const rows = query === undefined ? [] : await warehouse.rows(query.sql);
  return rows[0] ?? {};
}
