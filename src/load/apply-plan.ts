import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import { describeFiles } from './describe-files.ts';
import { revivesExpired } from './expire.ts';
import { joinAll } from './join-all.ts';
import type { LoadState } from './ledger.ts';
import type { OpenedFile } from './open-files.ts';
import type { LoadPlan, LoadSource } from './plan-load.ts';
import { keyedTables } from './raw-table.ts';
import type { RowOptions } from './row-options.ts';
import { stageRows, stageTable } from './stage-tables.ts';
import { createRejected, rejected } from './staging.ts';
import { checkRejected } from './threshold.ts';

export interface ApplyOptions {
  readonly now: string;
  readonly keepRejects: boolean;
  /** Everything is read and counted, and nothing kept. */
  readonly isDryRun: boolean;
  /** Nothing is known of an earlier load: what lies there, another version of the loader left. */
  readonly isFirst: boolean;
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

async function dropStaged(warehouse: Warehouse): Promise<void> {
  const rows = await warehouse.rows<{ name: string }>(
    `select table_name as name from duckdb_tables() where schema_name = 'load' and starts_with(table_name, ${quoteLiteral('new:')})`,
  );
  for (const { name } of rows) await warehouse.run(`drop table "load".${quoteIdentifier(name)}`);
  await warehouse.run(`drop table if exists temp.main.load_rejected; drop table if exists temp.main.load_gone`);
}
