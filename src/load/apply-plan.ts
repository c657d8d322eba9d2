import { statSync } from 'node:fs';
import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import { countFates, countStaged, type RowCounts, reconcile, rowsRead } from './count-rows.ts';
import { revivesExpired } from './expire.ts';
import { type KnownFile, type LoadState, writeFileIds, writeLedger } from './ledger.ts';
import { mergeTable } from './merge.ts';
import type { OpenedFile } from './open-files.ts';
import type { LoadPlan, LoadSource } from './plan-load.ts';
import { fileProblem } from './problems.ts';
import { crmTables, eventsTable, type RawTable, staged } from './raw-table.ts';
import { readReach } from './reach.ts';
import type { RowOptions } from './row-options.ts';
import { newest, stageRows, stageTable } from './stage-tables.ts';
import { createRejected, keepRejected, rejected, textsExpireAt } from './staging.ts';
import { swapTable } from './swap-table.ts';
import { checkRejected } from './threshold.ts';

export interface ApplyOptions {
  readonly now: string;
  readonly keepRejects: boolean;
  /** Everything is read and counted, and nothing kept. */
  readonly isDryRun: boolean;
  /** Found so far; what is found on the way is added. */
  readonly problems: Diagnostic[];
  readonly report: (detail: string) => void;
}

/** While problems are known the load cannot succeed: only files small enough to cost nothing are still looked through. */
const largeFileBytes = 50_000_000;

/**
 * Reads the files that are new, checks that every row of them is accounted for, and joins them to the rows of the others
 * within one transaction. Undefined, and nothing done, when they tell of a lead whose earlier rows were taken out as past
 * retention: then all files must be read.
 * @throws DiagnosticsError with all problems; the tables that were there stay.
 */
export async function applyPlan(
  warehouse: Warehouse,
  sources: readonly LoadSource[],
  plan: LoadPlan,
  opened: readonly OpenedFile[],
  options: ApplyOptions,
): Promise<LoadState | undefined> {
  const { problems } = options;
  const readable = problems.some(isError) ? opened.filter((file) => file.bytes < largeFileBytes) : opened;
  await warehouse.run('create schema if not exists raw; create schema if not exists load');
  try {
    const stagedTables = await stageAll(warehouse, sources, readable, options);
    if (plan.kept.length > 0 && (await revivesExpired(warehouse, [...keyedTables(sources).values()], stagedTables))) {
      return undefined;
    }
    const files = await describeFiles(warehouse, sources, readable, stagedTables, problems);
    checkRejected(
      sources.filter(({ config }) => config.kind !== 'table' || !isUnread(config.name, readable, stagedTables)),
      [...plan.kept, ...files],
      problems,
      await firstRejects(warehouse, sources, readable),
    );
    failOnErrors(inOrder(problems));
    return await joinAll(warehouse, sources, plan, files, { ...options, stagedTables });
  } finally {
    await dropStaged(warehouse);
  }
}

/** Whether a table's files could not be read at all, which has been told. */
function isUnread(name: string, opened: readonly OpenedFile[], stagedTables: ReadonlySet<string>): boolean {
  return opened.some((file) => file.source.name === name) && !stagedTables.has(name);
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** Problems of handover.yml first, then by file and line, however the looks at the files overlapped. */
function inOrder(problems: readonly Diagnostic[]): Diagnostic[] {
  const key = ({ file, source }: Diagnostic): string => `${source === undefined ? 1 : 0}${file ?? ''}`;
  return problems.toSorted((left, right) =>
    key(left) === key(right) ? (left.line ?? 0) - (right.line ?? 0) : key(left) < key(right) ? -1 : 1,
  );
}

/** The raw tables that the sources fill, less those of kind table. */
function keyedTables(sources: readonly LoadSource[]): Map<string, RawTable> {
  const layouts = new Set(sources.flatMap(({ layout }) => layout ?? []));
  const tables = [eventsTable, ...[...layouts].flatMap(crmTables)];
  return new Map(tables.map((table) => [table.name, table]));
}

async function stageAll(
  warehouse: Warehouse,
  sources: readonly LoadSource[],
  opened: readonly OpenedFile[],
  { now, keepRejects, problems, report }: ApplyOptions,
): Promise<ReadonlySet<string>> {
  await createRejected(warehouse);
  const stagedTables = new Set<string>();
  const partsOf = (table: string) =>
    sources.flatMap(({ config, privacy, forgotten }) => {
      const files = opened.filter((file) => file.source.name === config.name && file.table === table);
      const options: RowOptions = { now, privacy, forgotten, keepRejects };
      return files.length === 0 ? [] : [{ source: config, options, files }];
    });
  for (const table of keyedTables(sources).values()) {
    const parts = partsOf(table.name);
    if (parts.length === 0) continue;
    report(table.name);
    await stageRows(warehouse, table, parts, problems);
    stagedTables.add(table.name);
  }
  for (const { config } of sources.filter((source) => source.config.kind === 'table')) {
    const [part] = partsOf(config.name);
    if (part === undefined) continue;
    report(config.name);
    if (await stageTable(warehouse, part, problems)) stagedTables.add(config.name);
  }
  return stagedTables;
}

async function describeFiles(
  warehouse: Warehouse,
  sources: readonly LoadSource[],
  opened: readonly OpenedFile[],
  stagedTables: ReadonlySet<string>,
  problems: Diagnostic[],
): Promise<KnownFile[]> {
  const counts = await countStaged(warehouse, stagedTables);
  const horizons = await readHorizons(warehouse, sources, stagedTables);
  const described: KnownFile[] = [];
  for (const file of opened) {
    const { sha256 } = await file.survey();
    const count = counts.get(file.id) ?? noRows;
    if (!problems.some((problem) => isError(problem) && problem.file === file.path)) {
      await reconcile(warehouse, file, count, problems);
    }
    checkStill(file, problems);
    described.push({
      id: file.id,
      path: file.path,
      source: file.source.name,
      table: file.table,
      sha256,
      bytes: file.bytes,
      modifiedMs: file.modifiedMs,
      kind: file.kind,
      ...countsOf(count),
      newestInstant: horizons.get(file.id)?.newestInstant ?? null,
      nextDueAt: horizons.get(file.id)?.nextDueAt ?? null,
    });
  }
  return described;
}

const noRows: RowCounts = { loaded: 0, duplicate: 0, superseded: 0, rejected: 0 };

function countsOf(count: RowCounts) {
  return {
    rowsRead: rowsRead(count),
    rowsLoaded: count.loaded,
    rowsDuplicate: count.duplicate,
    rowsSuperseded: count.superseded,
    rowsRejected: count.rejected,
  };
}

function checkStill(file: OpenedFile, problems: Diagnostic[]): void {
  const stat = statSync(file.absolute, { throwIfNoEntry: false });
  if (stat?.size === file.bytes && stat.mtimeMs === file.modifiedMs) return;
  problems.push(
    fileProblem('file-changed', file.path, 'changed while it was read', {
      fix: 'Load again when it is written to its end.',
    }),
  );
}

async function readHorizons(
  warehouse: Warehouse,
  sources: readonly LoadSource[],
  stagedTables: ReadonlySet<string>,
): Promise<ReadonlyMap<number, Pick<KnownFile, 'newestInstant' | 'nextDueAt'>>> {
  const latest = [...keyedTables(sources)]
    .filter(([name]) => stagedTables.has(name))
    .map(([name, table]) => `select file_id as file, ${newest(table)} as newest, null as due from ${staged(name)}`);
  const rows = await warehouse.rows<{ file: number; newest: string | null; due: string | null }>(/* sql */ `
    select file, max(newest) as newest, min(due) as due
    from (
        ${[...latest, `select file, null::timestamptz as newest, due_at as due from ${rejected} where code = 'in-the-future'`].join('\n        union all\n        ')}
    )
    group by file`);
  return new Map(rows.map(({ file, newest: newestInstant, due }) => [file, { newestInstant, nextDueAt: due }]));
}

/** The first rejected row of each source, to show where all of them are. */
async function firstRejects(
  warehouse: Warehouse,
  sources: readonly LoadSource[],
  opened: readonly OpenedFile[],
): Promise<ReadonlyMap<string, string>> {
  const first = new Map<string, string>();
  for (const { config } of sources) {
    const files = opened.filter((file) => file.source.name === config.name);
    if (files.length === 0) continue;
    const [row] = await warehouse.rows<{ file: number; line: number; reason: string }>(
      `select file, line, reason from ${rejected} where file in (${files.map((file) => file.id).join(', ')})
      order by file, line limit 1`,
    );
    const path = files.find((file) => file.id === row?.file)?.path;
    if (row !== undefined) first.set(config.name, `${path}:${row.line}: ${row.reason}`);
  }
  return first;
}

async function joinAll(
  warehouse: Warehouse,
  sources: readonly LoadSource[],
  plan: LoadPlan,
  files: readonly KnownFile[],
  options: ApplyOptions & { readonly stagedTables: ReadonlySet<string> },
): Promise<LoadState> {
  const places = inPlace(sources, [...plan.kept, ...files]);
  await warehouse.run('begin transaction');
  try {
    await writeFileIds(warehouse, places);
    const changed = await mergeAll(warehouse, sources, plan, files, options);
    await dropOthers(warehouse, sources);
    if (plan.kept.length === 0) await warehouse.run('drop table if exists load.expired');
    await keepRejected(
      warehouse,
      plan.gone.map(({ id }) => id),
      options.now,
    );
    const counts = await countFates(warehouse, changed, new Map(places.map((file) => [file.id, file])));
    const state: LoadState = {
      declarations: Object.fromEntries(plan.declarations),
      files: places.map((file) => ({
        ...file,
        ...(counts.get(file.id) === undefined ? {} : countsOf(counts.get(file.id) ?? noRows)),
      })),
      newestRecordedAt: await readReach(warehouse, sources, options.now),
      textsExpireAt: await textsExpireAt(warehouse),
    };
    await writeLedger(warehouse, state);
    await warehouse.run(options.isDryRun ? 'rollback' : 'commit');
    return state;
  } catch (error) {
    // A commit of a transaction that has failed would report success and keep nothing.
    await warehouse.run('rollback');
    throw error;
  }
}

/** Files in the order in which the first of equal rows is looked for: by source, then by path. */
function inPlace(sources: readonly LoadSource[], files: readonly KnownFile[]): KnownFile[] {
  return sources.flatMap(({ config }) =>
    files
      .filter((file) => file.source === config.name)
      .sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0)),
  );
}

/** Returns the names of the tables whose rows changed. */
async function mergeAll(
  warehouse: Warehouse,
  sources: readonly LoadSource[],
  plan: LoadPlan,
  files: readonly KnownFile[],
  options: ApplyOptions & { readonly stagedTables: ReadonlySet<string> },
): Promise<string[]> {
  const { stagedTables, problems } = options;
  const changed: string[] = [];
  const existing = await versionTables(warehouse);
  // A table without rows may have other columns than it had.
  const isReadAnew = sources.some(({ config }) => !plan.isSameReading(config.name));
  for (const [name, table] of keyedTables(sources)) {
    const gone = plan.gone.filter((file) => file.table === name);
    const hasStaged = stagedTables.has(name);
    if (!hasStaged && gone.length === 0 && existing.has(name) && !isReadAnew) continue;
    options.report(`joining ${name}`);
    const lost = await mergeTable(warehouse, {
      table,
      hasStaged,
      gone: gone.map(({ id }) => id),
      hasKept: plan.kept.some((file) => file.table === name),
    });
    problems.push(...gone.flatMap((file) => lostRows(file, lost.get(file.id) ?? 0, files, plan)));
    changed.push(name);
  }
  for (const { config } of sources.filter(
    (source) => source.config.kind === 'table' && stagedTables.has(source.config.name),
  )) {
    await swapTable(warehouse, config.name);
  }
  return changed;
}

/** Rows that the files held at the last load and that are in none of them any more: seldom meant. */
function lostRows(file: KnownFile, keys: number, files: readonly KnownFile[], plan: LoadPlan): Diagnostic[] {
  const isRead = files.some((other) => other.path === file.path && other.source === file.source);
  if (keys === 0 || !plan.isSameReading(file.source)) return [];
  const what = isRead ? 'has changed' : 'is gone';
  return [
    {
      ...fileProblem(
        'rows-gone',
        file.path,
        `${what}: ${keys} ${keys === 1 ? 'row that it held is' : 'rows that it held are'} in no file any more`,
        {
          fix: 'Where that is not meant, keep the earlier export beside the new one, under another name.',
        },
      ),
      severity: 'warning',
    },
  ];
}

async function versionTables(warehouse: Warehouse): Promise<Set<string>> {
  const rows = await warehouse.rows<{ name: string }>(
    `select table_name as name from duckdb_tables() where schema_name = 'load'`,
  );
  return new Set(rows.map((row) => row.name));
}

/** Views, and the rows under them, of sources that handover.yml no longer names. */
async function dropOthers(warehouse: Warehouse, sources: readonly LoadSource[]): Promise<void> {
  const wanted = [...keyedTables(sources).keys(), ...sources.map(({ config }) => config.name)];
  const views = await warehouse.rows<{ name: string }>(
    `select view_name as name from duckdb_views() where schema_name = 'raw'`,
  );
  for (const { name } of views.filter((view) => !wanted.includes(view.name))) {
    await warehouse.run(`drop view raw.${quoteIdentifier(name)}; drop table "load".${quoteIdentifier(name)}`);
  }
}

async function dropStaged(warehouse: Warehouse): Promise<void> {
  const rows = await warehouse.rows<{ name: string }>(
    `select table_name as name from duckdb_tables() where schema_name = 'load' and starts_with(table_name, ${quoteLiteral('new:')})`,
  );
  for (const { name } of rows) await warehouse.run(`drop table "load".${quoteIdentifier(name)}`);
  await warehouse.run(`drop table if exists temp.main.load_rejected; drop table if exists temp.main.load_gone`);
}
