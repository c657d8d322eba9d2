import type { ModelYaml } from './model-schema.ts';

/** What a model's .yml says of one column. */
export interface ColumnSpec {
  readonly name: string;
  readonly description: string;
  /** DuckDB's name of the type, checked before publishing. */
  readonly type?: string;
  readonly notNull: boolean;
  readonly unique: boolean;
  readonly acceptedValues?: readonly string[];
}

export function readColumns(columns: ModelYaml['columns']): ColumnSpec[] {
  return Object.entries(columns).map(([name, entry]) => ({
    name,
    description: entry.description,
    ...(entry.type === undefined ? {} : { type: entry.type }),
    notNull: entry.not_null,
    unique: entry.unique,
    ...(entry.accepted_values === undefined ? {} : { acceptedValues: entry.accepted_values.map(String) }),
  }));
}
