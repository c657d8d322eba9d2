import * as z from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Place, parseYaml, type SourceText, type YamlPath } from './yaml-file.ts';

export type Materialization = 'view' | 'table';

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

/** One SQL model with what its .yml says of it. */
export interface ModelFile {
  readonly name: string;
  /** Those it lies in, below models/: `staging`, `hubspot`. */
  readonly folders: readonly string[];
  readonly sql: SourceText;
  readonly description: string;
  readonly materialized: Materialization;
  /** Published for metrics, reports and other readers. */
  readonly isPublic: boolean;
  /** The columns that identify a row; unique and not null together. Empty when the .yml states none. */
  readonly grain: readonly string[];
  readonly columns: readonly ColumnSpec[];
  /** The place in the .yml (in the .sql when there is none). */
  at(path: YamlPath): Place;
}

const column = z.strictObject({
  description: z.string(),
  type: z.string().optional(),
  not_null: z.boolean().default(false),
  unique: z.boolean().default(false),
  accepted_values: z.array(z.union([z.string(), z.number()])).optional(),
});

const model = z.strictObject({
  name: z.string(),
  description: z.string(),
  grain: z.array(z.string()).default([]),
  materialized: z.enum(['view', 'table']).optional(),
  public: z.boolean().optional(),
  columns: z.record(z.string(), column).default({}),
});

/** A model from its SQL and its .yml (absent: defaults by folder, and a warning). `folders` are those below models/. */
export function readModel(
  files: { name: string; folders: readonly string[]; sql: SourceText; yml: SourceText | undefined },
  problems: Diagnostic[],
): ModelFile | undefined {
  const { name, folders, sql, yml } = files;
  const start: Place = { file: sql.path, line: 1, column: 1, source: sql.text };
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    problems.push({
      code: 'invalid-name',
      severity: 'error',
      message: `"${name}" cannot be a model's name`,
      ...start,
      expected: 'lower case letters, digits and underscores, starting with a letter',
      fix: 'Rename the file.',
    });
    return undefined;
  }
  const defaults = {
    name,
    folders,
    sql,
    description: '',
    materialized: folders[0] === 'staging' ? ('view' as const) : ('table' as const),
    isPublic: folders[0] === 'marts',
    grain: [],
    columns: [],
    at: () => start,
  };
  if (yml === undefined) {
    problems.push({
      code: 'undocumented-model',
      severity: 'warning',
      message: `model "${name}" has no ${name}.yml: nothing says what one row of it is`,
      ...start,
      fix: `Add ${sql.path.replace(/\.sql$/, '.yml')} with name, description and grain.`,
    });
    return defaults;
  }
  const located = parseYaml(yml, model, problems);
  if (located === undefined) return undefined;
  const { value, at } = located;
  if (value.name !== name) {
    problems.push({
      code: 'name-mismatch',
      severity: 'error',
      message: `name is "${value.name}", the file is named "${name}"`,
      ...at(['name']),
      fix: `Write "name: ${name}", or rename both files.`,
    });
  }
  return {
    ...defaults,
    description: value.description,
    materialized: value.materialized ?? defaults.materialized,
    isPublic: value.public ?? defaults.isPublic,
    grain: value.grain,
    columns: Object.entries(value.columns).map(([columnName, entry]) => ({
      name: columnName,
      description: entry.description,
      ...(entry.type === undefined ? {} : { type: entry.type }),
      notNull: entry.not_null,
      unique: entry.unique,
      ...(entry.accepted_values === undefined ? {} : { acceptedValues: entry.accepted_values.map(String) }),
    })),
    at,
  };
}
