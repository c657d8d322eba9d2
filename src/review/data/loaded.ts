import { type Diagnostic, DiagnosticsError, failOnErrors } from '../../diagnostics/diagnostic.ts';
import { crmTables } from '../../load/raw-table.ts';
import type { PlannedModel } from '../../models/plan.ts';
import { columnsOfTables } from '../../models/table-columns.ts';
import type { Project } from '../../project/project.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { RunnableSide } from './run-side.ts';

const prefix = 'raw.';
const fix = 'Build this version of the project once: "handover build" loads its sources, a diff does not.';

/**
 * Tells of sources, and columns of them, that models read and that are not loaded into the work file: models would else
 * be compared on rows that are not there.
 * @throws DiagnosticsError with each of them.
 */
export async function failOnUnloaded(work: Warehouse, { project, planned }: RunnableSide): Promise<void> {
  const names = new Set(planned.flatMap(({ readsTables }) => readsTables.filter((name) => name.startsWith(prefix))));
  const loaded = await columnsOfTables(work, names);
  const declared = declaredColumns(project);
  const problems = planned.flatMap((model) =>
    model.readsTables
      .filter((name) => name.startsWith(prefix))
      .flatMap((name): Diagnostic[] => {
        const columns = loaded.get(name);
        if (columns === undefined) return [problemOf(model, `reads ${name}, a source that is not loaded here`)];
        const known = new Set([...columns.keys()].map((column) => column.toLowerCase()));
        const missing = (declared.get(name) ?? []).filter((column) => !known.has(column.toLowerCase()));
        if (missing.length === 0) return [];
        const lacking = missing.length === 1 ? `column ${missing[0]} is` : `columns ${missing.join(', ')} are`;
        return [problemOf(model, `reads ${name}, whose ${lacking} not loaded here`)];
      }),
  );
  failOnErrors(problems);
}

function problemOf({ file }: PlannedModel, what: string): Diagnostic {
  return { code: 'not-loaded', severity: 'error', message: `model "${file.name}" ${what}`, ...file.at([]), fix };
}

/** Raw table → the columns that handover.yml or a layout declares. */
function declaredColumns({ config, layouts }: Project): ReadonlyMap<string, readonly string[]> {
  const kinds = new Set(config.sources.map(({ kind }) => kind));
  const own = config.sources.flatMap(({ name, kind, columns, personal }): [string, readonly string[]][] =>
    kind !== 'table' || columns === undefined
      ? []
      : [[name, Object.keys(columns).filter((column) => personal.get(column) !== 'drop')]],
  );
  const ofLayouts = layouts
    .filter(({ kind }) => kinds.has(kind))
    .flatMap(crmTables)
    .map(({ name, columns }): [string, readonly string[]] => [name, [...columns.keys()]]);
  return new Map([...own, ...ofLayouts].map(([name, columns]) => [`${prefix}${name}`.toLowerCase(), columns]));
}

/** What a model does not find in a raw table may be a new column of its source. */
export async function explainUnloaded<T>({ planned }: RunnableSide, check: () => Promise<T>): Promise<T> {
  const reading = new Set(
    planned
      .filter(({ readsTables }) => readsTables.some((name) => name.startsWith(prefix)))
      .map(({ file }) => file.sql.path),
  );
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    const isUnloaded = ({ code, file }: Diagnostic): boolean =>
      code === 'unknown-column' && file !== undefined && reading.has(file);
    throw new DiagnosticsError(
      error.diagnostics.map((problem) =>
        isUnloaded(problem) ? { ...problem, fix: `${problem.fix ?? 'Is it new in its source?'} ${fix}` } : problem,
      ),
      error.kind,
    );
  }
}
