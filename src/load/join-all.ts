import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { rawContent, rememberChange } from './changed-leads.ts';
import { countFates } from './count-rows.ts';
import { countsOf, noRows } from './describe-files.ts';
import { type KnownFile, type LoadState, readState, writeFileIds, writeLedger } from './ledger.ts';
import { mergeTable } from './merge.ts';
import type { LoadPlan, LoadSource } from './plan-load.ts';
import { fileProblem } from './problems.ts';
import { keyedTables } from './raw-table.ts';
import { readReach } from './reach.ts';
import { keepRejected, textsExpireAt } from './staging.ts';
import { swapTable } from './swap-table.ts';

export interface JoinOptions {
  readonly now: string;
  /** Everything is counted, and nothing kept. */
  readonly isDryRun: boolean;
  /** Nothing is known of an earlier load: what lies there, another version of the loader left. */
  readonly isFirst: boolean;
  /** Warnings of what went with files are added. */
  readonly problems: Diagnostic[];
  readonly report: (detail: string) => void;
  /** Raw tables whose new rows were gathered. */
  readonly stagedTables: ReadonlySet<string>;
}

/**
 * Joins the rows just gathered to those of the files that stay, within one transaction: all of it or nothing. Returns what
 * was then recorded.
 */
export async function joinAll(
  warehouse: Warehouse,
  sources: readonly LoadSource[],
  plan: LoadPlan,
  files: readonly KnownFile[],
  options: JoinOptions,
): Promise<LoadState> {
  const places = inPlace(sources, [...plan.kept, ...files]);
  await warehouse.run('begin transaction');
  try {
    if (options.isFirst) await warehouse.run('drop schema raw cascade; create schema raw');
    await writeFileIds(warehouse, places);
    const changed = await mergeAll(warehouse, sources, plan, files, options);
    await dropOthers(warehouse, sources);
    if (plan.kept.length === 0) await warehouse.run('drop table if exists load.expired');
    await keepRejected(
      warehouse,
      plan.gone.map(({ id }) => id),
      options.now,
    );
    const before = await readState(warehouse);
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
    await rememberChange(warehouse, {
      from: before === undefined ? undefined : rawContent(before, 'events'),
      to: rawContent(state, 'events'),
    });
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
  options: JoinOptions,
): Promise<string[]> {
  const { stagedTables, problems } = options;
  const changed: string[] = [];
  // A table without rows may have other columns than it had.
  const isReadAnew = sources.some(({ config }) => !plan.isSameReading(config.name));
  for (const [name, table] of keyedTables(sources)) {
    const gone = plan.gone.filter((file) => file.table === name);
    const hasStaged = stagedTables.has(name);
    if (!hasStaged && gone.length === 0 && !isReadAnew && (await warehouse.hasTable('load', name))) continue;
    options.report(`joining ${name}`);
    const lost = await mergeTable(warehouse, {
      table,
      hasStaged,
      gone: gone.map(({ id }) => id),
      hasKept: plan.kept.some((file) => file.table === name),
      isReadAnew,
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
