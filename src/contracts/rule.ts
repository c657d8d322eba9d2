import type { ColumnSpec, ModelFile } from '../project/model-file.ts';
import type { Project } from '../project/project.ts';
import type { Place } from '../project/yaml-file.ts';
import type { Column, Warehouse } from '../warehouse/warehouse.ts';

/** A rule about the numbers that was checked, with its evidence. */
export interface ContractResult {
  readonly metric: string | null;
  readonly model: string | null;
  /** In kebab-case; names the columns where it is about some, as in `not-null(lead_id)`. */
  readonly rule: string;
  readonly severity: 'error' | 'warn';
  readonly passed: boolean;
  readonly observed: string;
  readonly expected: string;
  /** A few of the rows or values that break it; null when it holds. */
  readonly sample: string | null;
  /** Where the rule is written. */
  readonly place?: Place;
}

/** What rules look at: the models and metric values of this run, what the files say of them, and two instants. */
export interface ContractContext {
  readonly warehouse: Warehouse;
  readonly project: Pick<Project, 'config' | 'models' | 'metrics'>;
  /** The columns that each model has in this run. */
  readonly columns: ReadonlyMap<string, readonly Column[]>;
  /** ISO instants. */
  readonly asOf: string;
  readonly now: string;
}

/** One kind of rule: yields a result for each place where the project asks for it. */
export type Rule = (context: ContractContext) => Promise<readonly ContractResult[]>;

/** How many offending rows or values a result shows. */
export const sampleSize = 5;

/** The declared columns that are there; of a missing one the rule `column` speaks, and the others keep quiet. */
export function presentColumns(context: ContractContext, model: ModelFile): readonly ColumnSpec[] {
  return model.columns.filter((column) => hasColumn(context, model, column.name));
}

export function hasColumn(context: ContractContext, model: ModelFile, name: string): boolean {
  const columns = context.columns.get(model.name) ?? [];
  return columns.some((column) => column.name.toLowerCase() === name.toLowerCase());
}

/** `1 row`, `12,345 rows`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
