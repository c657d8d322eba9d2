import { existsSync, rmSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { silent } from '../diagnostics/progress.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { cutRows } from '../load/cut-rows.ts';
import { kindByName } from '../load/file-kind.ts';
import { idsOfLead, isKnownLead, rowsOfLeads, tablesOfSource } from '../load/leads.ts';
import { type KnownFile, readState } from '../load/ledger.ts';
import { tombstoneOf } from '../load/personal.ts';
import { forgetBreaches } from '../project/forget-breaches.ts';
import { appendForgotten, type Tombstone } from '../project/forgotten.ts';
import { type Project, readSalt } from '../project/project.ts';
import { type WarehouseFiles, warehouseFiles } from '../state/files.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import type { BuildOptions } from './build.ts';
import { loadLocked } from './load.ts';
import { openWork } from './open-work.ts';
import { removeFromPublished } from './remove-published.ts';
import { removeCopiesLeftBehind } from './scratch-copy.ts';
import { nothingBuilt } from './show.ts';
import { withLock } from './with-lock.ts';

export interface ForgetResult {
  readonly source: string;
  /** All ids by which the source knew the lead: its merge chain, and what it was made into. */
  readonly ids: readonly string[];
  /** Dumps in the project that were written anew, and how many rows each lost. */
  readonly rewritten: readonly { readonly path: string; readonly rows: number }[];
  /** Rows of the lead still in dumps: outside the project, of a kind that cannot be written, or of other leads too. */
  readonly left: readonly { readonly path: string; readonly rows: number }[];
  /** Rows taken out of the published tables. */
  readonly publishedRows: number;
  readonly published: string;
}

/**
 * Removes a lead and its whole merge chain: from the project's own dumps, from everything loaded, from the work file and
 * from the published tables; a salted tombstone in forgotten.csv keeps it out of later loads. Counts that were published
 * stay until the next build.
 * @throws DiagnosticsError when nothing was built, or no source, or several, know the lead.
 */
export async function forget(project: Project, lead: string, options: BuildOptions): Promise<ForgetResult> {
  const files = warehouseFiles(project.root, options.warehouse);
  if (!existsSync(files.work)) throw new DiagnosticsError([nothingBuilt]);
  const lock = { now: options.now, progress: options.progress ?? silent, wait: options.wait ?? false };
  return withLock(files, lock, () => forgetLocked(project, files, lead, options));
}

async function forgetLocked(
  project: Project,
  files: WarehouseFiles,
  lead: string,
  options: BuildOptions,
): Promise<ForgetResult> {
  const salt = options.salt ?? readSalt(project.root);
  const work = await openWork(files.work);
  let found: Found;
  let hashes: readonly Tombstone[];
  try {
    found = await findLead(work, project, lead);
    hashes = await tombstones(work, found, salt);
    appendForgotten(project.root, hashes, options.now.slice(0, 10));
    found = { ...found, ...(await cutDumps(work, project, found)) };
    found = { ...found, rewritten: [...found.rewritten, ...forgetBreaches(project.root, found.martIds)] };
  } finally {
    work.close();
  }
  removeCopiesLeftBehind(files);
  // Before the load, which other things may stop.
  const publishedRows = existsSync(files.published) ? await removeFromPublished(files, found.martIds) : 0;
  // A new file: a deleted row lies in the old one's free blocks until they are used again.
  for (const suffix of ['', '.wal']) rmSync(`${files.work}${suffix}`, { force: true });
  // What a contract observed can name leads.
  for (const file of [files.runResults, files.catalogue]) rmSync(file, { force: true });
  await loadLocked({ ...project, forgotten: [...project.forgotten, ...hashes] }, files, options);
  return {
    source: found.source,
    ids: found.ids,
    rewritten: found.rewritten,
    left: found.left,
    publishedRows,
    published: files.published,
  };
}

interface Found {
  readonly source: string;
  readonly ids: readonly string[];
  /** The same as marts know them. */
  readonly martIds: readonly string[];
  readonly rewritten: ForgetResult['rewritten'];
  readonly left: ForgetResult['left'];
}

async function findLead(work: Warehouse, project: Project, lead: string): Promise<Found> {
  const sources = project.config.sources.filter(({ kind }) => kind !== 'table').map(({ name }) => name);
  const candidates: { source: string; id: string }[] = [];
  for (const source of sources) {
    const id = lead.startsWith(`${source}:`) ? lead.slice(source.length + 1) : lead;
    const isKnown =
      (await isKnownLead(work, tablesOfSource(project, source), source, id)) ||
      (await mergedWith(work, source, [id])).length > 1;
    if (isKnown) candidates.push({ source, id });
  }
  const [only] = candidates;
  if (only === undefined || candidates.length > 1) throw await notOneLead(work, lead, candidates);
  const ids = await wholeChain(work, project, only.source, only.id);
  const martIds = [...ids, ...ids.map((id) => `${only.source}:${id}`)];
  return { source: only.source, ids, martIds: sources.length > 1 ? martIds : [...ids], rewritten: [], left: [] };
}

async function notOneLead(
  work: Warehouse,
  lead: string,
  candidates: readonly { source: string }[],
): Promise<DiagnosticsError> {
  if (candidates.length > 1) {
    const choices = candidates.map(({ source }) => `${source}:${lead}`);
    return new DiagnosticsError([
      {
        code: 'ambiguous-lead',
        severity: 'error',
        message: `several sources know a lead "${lead}"`,
        expected: `one of ${choices.join(', ')}`,
      },
    ]);
  }
  const near = (await work.hasTable('main', 'crm_events'))
    ? await work.rows<{ id: string }>(
        `select distinct lead_id as id from main.crm_events where damerau_levenshtein(lead_id, ${quoteLiteral(lead)}) <= 2 limit 20`,
      )
    : [];
  const fix = didYouMean(
    lead,
    near.map(({ id }) => id),
  );
  return new DiagnosticsError([
    {
      code: 'unknown-lead',
      severity: 'error',
      message: `no source knows a lead "${lead}"`,
      expected: 'the id as reports show it',
      ...(fix === undefined ? {} : { fix }),
    },
  ]);
}

/** Merges, as the models resolved them, and conversions lead on to each other until nothing new is found. */
async function wholeChain(work: Warehouse, project: Project, source: string, id: string): Promise<readonly string[]> {
  const tables = tablesOfSource(project, source);
  let ids: readonly string[] = [id];
  for (;;) {
    const linked = await idsOfLead(work, tables, source, ids);
    const merged = await mergedWith(work, source, linked);
    if (merged.length === ids.length) return merged;
    ids = merged;
  }
}

/** The ids with all that they were merged with, as the models resolved it. */
async function mergedWith(work: Warehouse, source: string, ids: readonly string[]): Promise<readonly string[]> {
  if (!(await work.hasTable('main', 'int_lead_survivors'))) return ids;
  const list = `[${ids.map(quoteLiteral).join(', ')}]`;
  const rows = await work.rows<{ id: string }>(/* sql */ `
    with merges as (
        select lead_id, surviving_lead_id from main.int_lead_survivors where crm = ${quoteLiteral(source)}
    ),

    survivors as (
        select unnest(${list}) as id
        union
        select surviving_lead_id from merges where list_contains(${list}, lead_id)
    )

    select id from survivors
    union
    select merges.lead_id from merges inner join survivors on merges.surviving_lead_id = survivors.id
    order by id`);
  return rows.map((row) => row.id);
}

/** Hashed by DuckDB, as the loader hashes what it compares them with. */
async function tombstones(
  warehouse: Warehouse,
  { source, ids }: Pick<Found, 'source' | 'ids'>,
  salt: string | undefined,
): Promise<Tombstone[]> {
  const rows = await warehouse.rows<{ hash: string }>(
    `select ${tombstoneOf(source, 'id', salt)} as hash from (select unnest([${ids.map(quoteLiteral).join(', ')}]) as id)`,
  );
  return rows.map(({ hash }) => ({ source, hash }));
}

/** Only what lies in the project is its own to change. */
async function cutDumps(
  work: Warehouse,
  project: Project,
  { source, ids }: Found,
): Promise<Pick<Found, 'rewritten' | 'left'>> {
  const known = new Map((await readState(work))?.files.map((file) => [file.path, file]));
  const found = await rowsOfLeads(work, tablesOfSource(project, source), source, ids);
  const rewritten: { path: string; rows: number }[] = [];
  const left: { path: string; rows: number }[] = [];
  for (const { path, rows, shared, spans } of found) {
    const file = known.get(path);
    if (shared > 0) left.push({ path, rows: shared });
    if (rows === 0) continue;
    if (file === undefined || isAbsolute(path) || !isWritable(file)) {
      left.push({ path, rows });
      continue;
    }
    const absolute = join(project.root, path);
    const { format } = project.config.sources.find(({ name }) => name === source) ?? {};
    const named = kindByName(path, format) ?? file.kind;
    await cutRows(work, { absolute, bytes: statSync(absolute).size, kind: file.kind, named }, spans);
    rewritten.push({ path, rows });
  }
  return { rewritten, left };
}

/** Node 20 cannot write Zstandard, and DuckDB writes it for lines only. */
function isWritable({ kind }: KnownFile): boolean {
  return !(kind.format === 'json' && kind.compression === 'zstd');
}
