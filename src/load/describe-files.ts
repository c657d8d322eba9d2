import { statSync } from 'node:fs';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { countStaged, type RowCounts, reconcile, rowsRead } from './count-rows.ts';
import type { KnownFile } from './ledger.ts';
import type { OpenedFile } from './open-files.ts';
import type { LoadSource } from './plan-load.ts';
import { fileProblem } from './problems.ts';
import { keyedTables, staged } from './raw-table.ts';
import { newest } from './stage-tables.ts';
import { rejected } from './staging.ts';

/**
 * What was read of each file: how many rows of it are good by themselves and how many rejected, compared with a count made
 * apart, and until when that holds. A file that changed on the way is a problem.
 */
export async function describeFiles(
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
    if (!problems.some((problem) => problem.severity === 'error' && problem.file === file.path)) {
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
      changedMs: file.changedMs,
      kind: file.kind,
      ...countsOf(count),
      newestInstant: horizons.get(file.id)?.newestInstant ?? null,
      nextDueAt: horizons.get(file.id)?.nextDueAt ?? null,
    });
  }
  return described;
}

export const noRows: RowCounts = { loaded: 0, duplicate: 0, superseded: 0, rejected: 0 };

/** Counts as files of the ledger carry them. */
export function countsOf(count: RowCounts) {
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
  if (stat?.size === file.bytes && stat.mtimeMs === file.modifiedMs && stat.ctimeMs === file.changedMs) return;
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
