import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import type { Progress } from '../diagnostics/progress.ts';
import { rawContent } from '../load/changed-leads.ts';
import { readState } from '../load/ledger.ts';
import { clockContent, clockTable } from '../models/clock.ts';
import { contentOf } from '../models/ledger.ts';
import type { PlannedModel } from '../models/plan.ts';
import { runModels } from '../models/run.ts';
import type { Project } from '../project/project.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { tablesBesideModels } from './tables.ts';

/** Models and everything that they are made of. */
export function withInputs(planned: readonly PlannedModel[], wanted: readonly string[]): ReadonlySet<string> {
  const names = new Set(wanted);
  // Each comes after what it reads.
  for (const { file, reads } of [...planned].reverse()) {
    if (names.has(file.name)) for (const read of reads) names.add(read);
  }
  return names;
}

/**
 * Brings models of a copy up to date with the agreements that its tables hold. Nothing is loaded.
 * @throws DiagnosticsError with what DuckDB refused.
 */
export async function runForVerdicts(
  work: Warehouse,
  project: Project,
  planned: readonly PlannedModel[],
  { only, progress }: { readonly only: ReadonlySet<string>; readonly progress: Progress },
): Promise<void> {
  const { runs } = await runModels(work, planned, {
    only,
    progress,
    clock: () => 0,
    keep: tablesBesideModels(project),
    tables: await contentsOfTables(work, planned),
    explain: (table) => `${table} changed`,
  });
  failOnErrors(runs.flatMap(({ problem }): Diagnostic[] => (problem === undefined ? [] : [problem])));
}

async function contentsOfTables(
  work: Warehouse,
  planned: readonly PlannedModel[],
): Promise<ReadonlyMap<string, string>> {
  const state = await readState(work);
  const contents = new Map<string, string>();
  for (const name of new Set(planned.flatMap(({ readsTables }) => readsTables))) {
    const [schema = '', table = ''] = name.split('.');
    if (schema === 'raw' && state !== undefined) contents.set(name, rawContent(state, table));
    else if (name === clockTable) contents.set(name, await clockContent(work));
    else contents.set(name, (await contentOf(work, `${schema}.${quoteIdentifier(table)}`)) ?? '');
  }
  return contents;
}
