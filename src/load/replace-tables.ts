import { statSync } from 'node:fs';
import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { countRows, type RowCounts, reconcile, rowsRead } from './count-rows.ts';
import { fileKey, type LoadState, writeLedger } from './ledger.ts';
import type { OpenedFile } from './open-files.ts';
import { fileProblem } from './problems.ts';
import { finishColumns, type SourceFiles, staged, stagedEvents, stageEvents, stageTable, swapIn } from './sources.ts';
import { createRejected, rejected } from './staging.ts';
import { tableReach } from './table-reach.ts';

export interface ReplaceOptions {
  readonly now: string;
  readonly declaration: string;
  /** Found so far; what is found on the way is added. */
  readonly problems: Diagnostic[];
  readonly report: (detail: string) => void;
}

/** While problems are known the load cannot succeed: only files small enough to cost nothing are still looked through. */
const largeFileBytes = 50_000_000;

/**
 * Reads all files into staged tables, checks that every row is accounted for, and swaps them in within one transaction.
 * @throws DiagnosticsError with all problems; the tables that were there stay.
 */
export async function replaceTables(
  warehouse: Warehouse,
  sources: readonly SourceFiles[],
  options: ReplaceOptions,
): Promise<LoadState> {
  const { problems } = options;
  const failing = problems.length > 0;
  const readable = sources.map(({ source, files }) => ({
    source,
    files: failing ? files.filter((file) => file.bytes < largeFileBytes) : files,
  }));
  await warehouse.run('create schema if not exists raw');
  try {
    const state = await stageAll(warehouse, readable, options);
    failOnErrors(inOrder(problems));
    await swapAll(warehouse, readable, state);
    return state;
  } finally {
    await dropStaged(warehouse);
  }
}

/** Problems of handover.yml first, then by file and line, however the looks at the files overlapped. */
function inOrder(problems: readonly Diagnostic[]): Diagnostic[] {
  const key = ({ file, source }: Diagnostic): string => `${source === undefined ? 1 : 0}${file ?? ''}`;
  return problems.toSorted((left, right) =>
    key(left) === key(right) ? (left.line ?? 0) - (right.line ?? 0) : key(left) < key(right) ? -1 : 1,
  );
}

async function stageAll(
  warehouse: Warehouse,
  sources: readonly SourceFiles[],
  options: ReplaceOptions,
): Promise<LoadState> {
  const { problems, report } = options;
  await createRejected(warehouse);
  report('events');
  await stageEvents(
    warehouse,
    sources.filter(({ source }) => source.kind === 'events'),
    options,
  );
  const tables = sources.filter(({ source, files }) => source.kind === 'table' && files.length > 0);
  for (const table of tables) {
    report(table.source.name);
    await stageTable(warehouse, table, options);
  }
  report('counting rows');
  const existing = await stagedNames(warehouse);
  const counts = await countRows(warehouse, existing.map(staged));
  const files: LoadState['files'][number][] = [];
  for (const source of sources) files.push(...(await describeFiles(warehouse, source, counts, problems)));
  for (const source of sources) {
    const isStaged = source.source.kind === 'events' || existing.includes(source.source.name);
    if (isStaged) await checkSource(warehouse, source, counts, problems);
  }
  return {
    declaration: options.declaration,
    files,
    newestRecordedAt: await readReach(warehouse, sources, existing, options.now),
    ...(await readHorizon(warehouse)),
  };
}

const noRows: RowCounts = { loaded: 0, duplicate: 0, superseded: 0, rejected: 0 };

async function describeFiles(
  warehouse: Warehouse,
  { source, files }: SourceFiles,
  counts: ReadonlyMap<number, RowCounts>,
  problems: Diagnostic[],
): Promise<LoadState['files'][number][]> {
  const described: LoadState['files'][number][] = [];
  for (const file of files) {
    const { sha256 } = await file.survey();
    const count = counts.get(file.id) ?? noRows;
    if (!problems.some((problem) => problem.file === file.path)) await reconcile(warehouse, file, count, problems);
    checkStill(file, problems);
    described.push({
      path: file.path,
      source: source.name,
      sha256,
      bytes: file.bytes,
      rowsRead: rowsRead(count),
      rowsLoaded: count.loaded,
      rowsDuplicate: count.duplicate,
      rowsSuperseded: count.superseded,
      rowsRejected: count.rejected,
      modifiedMs: file.modifiedMs,
    });
  }
  return described;
}

function checkStill(file: OpenedFile, problems: Diagnostic[]): void {
  const { size, mtimeMs } = statSync(file.absolute);
  if (size === file.bytes && mtimeMs === file.modifiedMs) return;
  problems.push(
    fileProblem('file-changed', file.path, 'changed while it was read', {
      fix: 'Load again when it is written to its end.',
    }),
  );
}

/** A source of which nothing at all could be loaded is a mistake, not an empty business. */
async function checkSource(
  warehouse: Warehouse,
  { source, files }: SourceFiles,
  counts: ReadonlyMap<number, RowCounts>,
  problems: Diagnostic[],
): Promise<void> {
  if (files.length === 0 || problems.some((problem) => files.some((file) => file.path === problem.file))) return;
  const perFile = files.map((file) => counts.get(file.id) ?? noRows);
  const read = perFile.reduce((total, count) => total + rowsRead(count), 0);
  const loaded = perFile.reduce((total, count) => total + rowsRead(count) - count.rejected, 0);
  if (loaded > 0) return;
  const [first] = await warehouse.rows<{ file: number; line: number; reason: string }>(
    `select file, line, reason from ${rejected} where file in (${files.map((file) => file.id).join(', ')})
    order by file, line limit 1`,
  );
  const place = files.find((file) => file.id === first?.file)?.path;
  problems.push({
    code: read === 0 ? 'no-rows' : 'all-rows-rejected',
    severity: 'error',
    message:
      read === 0
        ? `source "${source.name}": its files hold no rows`
        : `source "${source.name}": all ${read} rows are rejected; the first, ${place}:${first?.line}: ${first?.reason}`,
    ...source.at(['files']),
  });
}

async function readReach(
  warehouse: Warehouse,
  sources: readonly SourceFiles[],
  existing: readonly string[],
  now: string,
): Promise<(readonly [string, string | null])[]> {
  const events = await warehouse.rows<{ crm: string; newest: string }>(
    `select crm, max(recorded_at) as newest from ${stagedEvents} group by crm`,
  );
  const reach: (readonly [string, string | null])[] = [];
  for (const { source } of sources) {
    if (source.kind === 'events') {
      reach.push([source.name, events.find((row) => row.crm === source.name)?.newest ?? null]);
    } else if (existing.includes(source.name)) {
      reach.push([source.name, await tableReach(warehouse, source, staged(source.name), now)]);
    }
  }
  return reach;
}

async function readHorizon(warehouse: Warehouse): Promise<Pick<LoadState, 'newestInstant' | 'nextDueAt'>> {
  const [newest] = await warehouse.rows<{ instant: string | null }>(
    `select max(greatest(occurred_at, recorded_at)) as instant from ${stagedEvents}`,
  );
  const [due] = await warehouse.rows<{ instant: string | null }>(
    `select min(due_at) as instant from ${rejected} where code = 'in-the-future'`,
  );
  return { newestInstant: newest?.instant ?? null, nextDueAt: due?.instant ?? null };
}

async function swapAll(warehouse: Warehouse, sources: readonly SourceFiles[], state: LoadState): Promise<void> {
  const names = await stagedNames(warehouse);
  for (const name of names) await finishColumns(warehouse, name, name === 'events');
  const ids = sources.flatMap(({ source, files }) =>
    files.map((file) => [fileKey({ source: source.name, path: file.path }), file.id] as const),
  );
  await warehouse.run('begin transaction');
  try {
    for (const name of names) await swapIn(warehouse, name);
    await dropOthers(warehouse, names);
    await writeLedger(warehouse, state, new Map(ids));
    await warehouse.run('commit');
  } catch (error) {
    // A commit of a transaction that has failed would report success and keep nothing.
    await warehouse.run('rollback');
    throw error;
  }
}

/** Tables of sources that handover.yml no longer names. */
async function dropOthers(warehouse: Warehouse, names: readonly string[]): Promise<void> {
  const rows = await warehouse.rows<{ name: string }>(
    `select table_name as name from duckdb_tables() where schema_name = 'raw'`,
  );
  for (const { name } of rows.filter((row) => !names.includes(row.name))) {
    await warehouse.run(`drop table raw."${name.replaceAll('"', '""')}"`);
  }
}

async function stagedNames(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.rows<{ name: string }>(/* sql */ `
    select substring(table_name, 6) as name
    from duckdb_tables()
    where schema_name = 'raw' and starts_with(table_name, 'load:')
    order by name`);
  return rows.map((row) => row.name);
}

async function dropStaged(warehouse: Warehouse): Promise<void> {
  for (const name of await stagedNames(warehouse)) await warehouse.run(`drop table ${staged(name)}`);
  await warehouse.run('drop table if exists temp.main.load_rejected; drop table if exists temp.main.load_versions');
}
