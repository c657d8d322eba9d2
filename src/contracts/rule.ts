import type { ColumnSpec } from '../project/model-columns.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { Project } from '../project/project.ts';
import type { Place } from '../project/yaml-file.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

export type Severity = 'error' | 'warn';

/** A rule about the numbers that was checked, with its evidence. */
export interface ContractResult {
  readonly metric: string | null;
  readonly model: string | null;
  /** In kebab-case; names the columns where it is about some, as in `not-null(lead_id)`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly passed: boolean;
  readonly observed: string;
  /** What `observed` is made of, where that is several things. */
  readonly parts?: readonly string[];
  readonly expected: string;
  /** A few of the rows or values that break it; null when it holds. */
  readonly sample: string | null;
  /** The table of the work file with rows that break it, `audit.lead_responses__not_null_lead_id`; null without any. */
  readonly rowsIn: string | null;
  /** Where the rule is written. */
  readonly place?: Place;
}

/** Column → DuckDB type, of one model. */
export type ModelColumns = ReadonlyMap<string, string>;

/** What rules look at: the models and metric values of this run, what the files say of them, and two instants. */
export interface ContractContext {
  readonly warehouse: Warehouse;
  readonly project: Pick<Project, 'config' | 'models' | 'metrics'>;
  /** The columns that each model has in this run; of an ephemeral one nothing is known. */
  readonly columns: ReadonlyMap<string, ModelColumns>;
  /** The instants in periods that sla.dates knows: from the first on, before the second. */
  readonly periods: { readonly from: string; readonly to: string };
  /** ISO instants. */
  readonly asOf: string;
  readonly now: string;
}

/** How many offending rows or values a result shows. */
export const sampleSize = 5;

/** The declared columns that are there; of a missing one the rule `columns` speaks, and the others keep quiet. */
export function presentColumns(context: ContractContext, model: ModelFile): readonly ColumnSpec[] {
  return model.columns.filter((column) => hasColumn(context, model, column.name));
}

export function hasColumn(context: ContractContext, model: ModelFile, name: string): boolean {
  return typeOf(context.columns.get(model.name) ?? new Map(), name) !== undefined;
}

/** The type of a column; names are compared as DuckDB does. */
export function typeOf(columns: ModelColumns, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return [...columns].find(([column]) => column.toLowerCase() === wanted)?.[1];
}

/** Whether a model has a relation of its own to look at: not the bare name of versions, nor what is kept nowhere. */
export function isChecked(model: ModelFile): boolean {
  return model.aliasOf === undefined && model.materialized !== 'ephemeral';
}

/** `1 row`, `12,345 rows`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
