import * as z from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { FolderDefaults } from './config-file.ts';
import { type ContractSpec, contractSchema, noContract, readContract } from './model-contract.ts';
import { isLocalDate } from './opening-hours.ts';
import { type Place, parseYaml, type SourceText, type YamlPath } from './yaml-file.ts';

/** How a model's result is kept. `ephemeral`: not at all, its SQL becomes part of whatever reads it. */
export type Materialization = 'view' | 'table' | 'incremental' | 'ephemeral';

export const materializations = ['view', 'table', 'incremental', 'ephemeral'] as const;

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

/**
 * How an incremental model is cut: whole partitions are computed again when a row of theirs changed in an input. A view
 * may be cut too: then it tells those that read it which partitions changed.
 */
interface PartitionSpec {
  readonly by: string;
  /** Input (a model) → its column that carries the key. Any change of an input that is not here computes all anew. */
  readonly inputs: ReadonlyMap<string, string>;
}

/** One of several versions of a model that live side by side. */
interface ModelVersion {
  readonly number: number;
  readonly isLatest: boolean;
  readonly change: string;
  readonly why: string;
  /** The last day on which it may be used, `2026-12-31`. */
  readonly deprecatedOn?: string;
}

/** One SQL model with what its .yml says of it. */
export interface ModelFile {
  /** The table or view that it makes: `lead_responses`, or `lead_responses_v2` of a model with versions. */
  readonly name: string;
  /** The name without its version. */
  readonly base: string;
  /** Those it lies in, below models/: `staging`, `hubspot`. */
  readonly folders: readonly string[];
  readonly sql: SourceText;
  readonly description: string;
  readonly materialized: Materialization;
  /** Incremental models, and views that say so. */
  readonly partition?: PartitionSpec;
  /** Published for metrics, reports and other readers. */
  readonly isPublic: boolean;
  readonly tags: readonly string[];
  /** The columns that identify a row, its primary key: unique and not null together. Empty when the .yml states none. */
  readonly grain: readonly string[];
  readonly columns: readonly ColumnSpec[];
  readonly contract: ContractSpec;
  readonly version?: ModelVersion;
  /** For the bare name of a model with versions: the latest of them, which it shows. */
  readonly aliasOf?: string;
  /** The place in the .yml (in the .sql when there is none). */
  at(path: YamlPath): Place;
}

const column = z.strictObject({
  description: z.string().describe('What the column holds, its unit and when it is empty.'),
  type: z.string().optional().describe("DuckDB's name of its type, such as varchar or timestamptz; checked."),
  not_null: z.boolean().default(false).describe('Every row has a value; checked.'),
  unique: z.boolean().default(false).describe('No two rows have the same value; checked.'),
  accepted_values: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .describe('The only values that it may have; checked. An empty one passes.'),
});

const version = z.strictObject({
  version: z.int().min(1).describe('Its number: the SQL is in <model>.v<number>.sql.'),
  change: z.string().describe('What is different from the version before.'),
  why: z.string().describe('Why the definition changed, for those who read the numbers.'),
  deprecated_on: z
    .string()
    .refine(isLocalDate, 'not a date such as 2026-12-31')
    .optional()
    .describe('The last day on which it may be used, such as 2026-12-31.'),
  columns: z.record(z.string(), column).default({}).describe('Columns that this version alone has, or has otherwise.'),
  without: z.array(z.string()).default([]).describe('Columns of the model that this version does not have.'),
});

/** A model's .yml. */
export const modelSchema = z.strictObject({
  name: z.string().describe("The model's name, which is the file's."),
  description: z.string().describe('What one row is, and for whom.'),
  grain: z.array(z.string()).default([]).describe('The columns that identify a row: filled and unique; checked.'),
  materialized: z
    .enum(materializations)
    .optional()
    .describe(
      "How its result is kept: computed anew when read (view), as a table, as a table of which only what changed is computed again (incremental), or not at all: part of the reader's SQL (ephemeral).",
    ),
  partition_by: z
    .string()
    .optional()
    .describe('Incremental: the column by which it is cut into parts that are computed again whole.'),
  inputs: z
    .record(z.string(), z.string())
    .optional()
    .describe('Incremental: each model that it reads, with the column there that carries partition_by.'),
  public: z.boolean().optional().describe('Published for metrics, reports and other readers.'),
  tags: z.array(z.string()).default([]).describe('Words to select it by: --select tag:daily.'),
  latest_version: z.int().min(1).optional().describe('The version that its bare name shows. Left out: the highest.'),
  versions: z.array(version).min(1).optional().describe('Versions of the definition that live side by side.'),
  contract: contractSchema.optional().describe('What it promises to those who read it; checked before publishing.'),
  columns: z.record(z.string(), column).default({}).describe('What is said of each column.'),
});

type ModelYaml = z.infer<typeof modelSchema>;

/** The files of one model: one .sql, or one for each version, and the .yml beside them. */
export interface ModelSources {
  readonly base: string;
  /** Below models/. */
  readonly folders: readonly string[];
  /** `version` is undefined for a plain `x.sql`. */
  readonly sqls: readonly { readonly version: number | undefined; readonly sql: SourceText }[];
  readonly yml: SourceText | undefined;
}

/**
 * A model from its files: one ModelFile; with versions one for each, and one for the bare name, which shows the latest.
 * Without a .yml: defaults by folder, and a warning. `defaults` are those of handover.yml for the model's folders.
 */
export function readModel(files: ModelSources, defaults: FolderDefaults, problems: Diagnostic[]): ModelFile[] {
  const { base, sqls, yml } = files;
  const first = sqls[0]?.sql;
  if (first === undefined) return [];
  if (!/^[a-z][a-z0-9_]*$/.test(base)) {
    problems.push({
      code: 'invalid-name',
      severity: 'error',
      message: `"${base}" cannot be a model's name`,
      ...startOf(first),
      expected: 'lower case letters, digits and underscores, starting with a letter',
      fix: 'Rename the file.',
    });
    return [];
  }
  if (yml === undefined) return undocumented(files, defaults, problems);
  const located = parseYaml(yml, modelSchema, problems);
  if (located === undefined) return [];
  const { value, at } = located;
  if (value.name !== base) {
    problems.push({
      code: 'name-mismatch',
      severity: 'error',
      message: `name is "${value.name}", the file is named "${base}"`,
      ...at(['name']),
      fix: `Write "name: ${base}", or rename the files.`,
    });
  }
  const common = toModel(files, first, { value, at, defaults }, problems);
  const isVersioned = value.versions !== undefined || sqls.some(({ version: number }) => number !== undefined);
  return isVersioned ? withVersions(files, common, { value, at }, problems) : [common];
}

function undocumented(files: ModelSources, defaults: FolderDefaults, problems: Diagnostic[]): ModelFile[] {
  const { base, folders, sqls } = files;
  return sqls.flatMap(({ version: number, sql }) => {
    const place = startOf(sql);
    const yml = sql.path.replace(/(\.v\d+)?\.sql$/, '.yml');
    if (number === undefined) {
      problems.push({
        code: 'undocumented-model',
        severity: 'warning',
        message: `model "${base}" has no ${base}.yml: nothing says what one row of it is`,
        ...place,
        fix: `Add ${yml} with name, description and grain.`,
      });
    } else {
      problems.push({
        code: 'missing-file',
        severity: 'error',
        message: `model "${base}" has versions and no ${base}.yml: nothing says which is the latest`,
        ...place,
        fix: `Add ${yml} with name, description, latest_version and versions.`,
      });
      return [];
    }
    const common = {
      name: base,
      base,
      folders,
      sql,
      description: '',
      materialized: defaults.materialized ?? 'table',
      isPublic: defaults.isPublic ?? false,
      tags: defaults.tags ?? [],
      grain: [],
      columns: [],
      contract: noContract,
      at: () => place,
    };
    // A folder's default cannot say by what a model is cut.
    return [
      { ...common, materialized: common.materialized === 'incremental' ? ('table' as const) : common.materialized },
    ];
  });
}

function toModel(
  { base, folders }: ModelSources,
  sql: SourceText,
  yml: { value: ModelYaml; at: (path: YamlPath) => Place; defaults: FolderDefaults },
  problems: Diagnostic[],
): ModelFile {
  const { value, at, defaults } = yml;
  const materialized = value.materialized ?? defaults.materialized ?? 'table';
  const partition = readPartition(value, materialized, at, problems);
  return {
    name: base,
    base,
    folders,
    sql,
    description: value.description,
    materialized,
    ...(partition === undefined ? {} : { partition }),
    isPublic: value.public ?? defaults.isPublic ?? false,
    tags: [...new Set([...(defaults.tags ?? []), ...value.tags])],
    grain: value.grain,
    columns: readColumns(value.columns),
    contract: readContract(value.contract),
    at,
  };
}

function readColumns(columns: ModelYaml['columns']): ColumnSpec[] {
  return Object.entries(columns).map(([name, entry]) => ({
    name,
    description: entry.description,
    ...(entry.type === undefined ? {} : { type: entry.type }),
    notNull: entry.not_null,
    unique: entry.unique,
    ...(entry.accepted_values === undefined ? {} : { acceptedValues: entry.accepted_values.map(String) }),
  }));
}

function readPartition(
  value: ModelYaml,
  materialized: Materialization,
  at: (path: YamlPath) => Place,
  problems: Diagnostic[],
): PartitionSpec | undefined {
  const { partition_by: by, inputs } = value;
  const canBeCut = materialized === 'incremental' || materialized === 'view';
  if (!canBeCut) {
    for (const key of ['partition_by', 'inputs'] as const) {
      if (value[key] === undefined) continue;
      problems.push({
        code: 'invalid-value',
        severity: 'error',
        message: `${key}: only an incremental model or a view is cut into partitions; "${value.name}" is ${materialized}`,
        ...at([key]),
        fix: `Write "materialized: incremental", or remove "${key}".`,
      });
    }
    return undefined;
  }
  if (materialized === 'view' && by === undefined && inputs === undefined) return undefined;
  if (by === undefined || inputs === undefined || Object.keys(inputs).length === 0) {
    problems.push({
      code: 'missing-key',
      severity: 'error',
      message: `model "${value.name}" does not say ${by === undefined ? 'by what it is cut' : 'which inputs carry the key'}`,
      ...at([materialized === 'view' ? (by === undefined ? 'inputs' : 'partition_by') : 'materialized']),
      expected: 'partition_by: lead_id, and inputs: { crm_events: lead_id }',
    });
    return undefined;
  }
  return { by, inputs: new Map(Object.entries(inputs)) };
}

function withVersions(
  { base, sqls, folders }: ModelSources,
  common: ModelFile,
  { value, at }: { value: ModelYaml; at: (path: YamlPath) => Place },
  problems: Diagnostic[],
): ModelFile[] {
  const versions = value.versions ?? [];
  const latest = value.latest_version ?? Math.max(...versions.map((entry) => entry.version));
  const files = new Map(sqls.map(({ version: number, sql }) => [number, sql]));
  reportTwinFiles(base, sqls, problems);
  reportVersions({ base, value, files, latest, at }, problems);
  const models = versions.flatMap((entry, index): ModelFile[] => {
    const sql = files.get(entry.version);
    if (sql === undefined) return [];
    const own = readColumns(entry.columns);
    const replaced = new Set([...entry.without, ...own.map(({ name }) => name)]);
    return [
      {
        ...common,
        name: `${base}_v${entry.version}`,
        sql,
        columns: [...common.columns.filter(({ name }) => !replaced.has(name)), ...own],
        version: {
          number: entry.version,
          isLatest: entry.version === latest,
          change: entry.change,
          why: entry.why,
          ...(entry.deprecated_on === undefined ? {} : { deprecatedOn: entry.deprecated_on }),
        },
        // A version's own columns stand under it, all else above.
        at: (path) => at(isOwn(path, entry) ? ['versions', index, ...path] : path),
      },
    ];
  });
  const shown = models.find(({ version: number }) => number?.isLatest);
  if (shown === undefined) return models;
  const { version: _version, partition: _partition, ...alias } = shown;
  const sql = { path: shown.sql.path, text: `select * from ${shown.name}` };
  return [
    ...models,
    { ...alias, name: base, folders, sql, materialized: 'view', contract: noContract, aliasOf: shown.name },
  ];
}

/** `x.v1.sql` and `x.v01.sql` are both version 1. */
function reportTwinFiles(base: string, sqls: ModelSources['sqls'], problems: Diagnostic[]): void {
  for (const [index, { version: number, sql }] of sqls.entries()) {
    const first = sqls.findIndex((other) => other.version === number);
    if (first === index) continue;
    problems.push({
      code: 'duplicate-name',
      severity: 'error',
      message: `a second file of version ${number} of "${base}"; the first is ${sqls[first]?.sql.path}`,
      ...startOf(sql),
      fix: 'Remove one of them.',
    });
  }
}

function isOwn(path: YamlPath, entry: { columns: Record<string, unknown> }): boolean {
  return path[0] === 'columns' && typeof path[1] === 'string' && path[1] in entry.columns;
}

/** Versions and files must name each other, and the latest must be one of them. */
function reportVersions(
  model: {
    base: string;
    value: ModelYaml;
    files: ReadonlyMap<number | undefined, SourceText>;
    latest: number;
    at: (path: YamlPath) => Place;
  },
  problems: Diagnostic[],
): void {
  const { base, value, files, latest, at } = model;
  const versions = value.versions ?? [];
  const numbers = versions.map((entry) => entry.version);
  const error = (code: string, message: string, place: Place, fix: string): void => {
    problems.push({ code, severity: 'error', message, ...place, fix });
  };
  for (const [index, entry] of versions.entries()) {
    const place = at(['versions', index, 'version']);
    if (!files.has(entry.version)) {
      const file = `${base}.v${entry.version}.sql`;
      error(
        'missing-file',
        `version ${entry.version} of "${base}" has no file`,
        place,
        `Add ${file}, or remove the version.`,
      );
    }
    if (numbers.indexOf(entry.version) !== index) {
      error('duplicate-name', `version ${entry.version} of "${base}" is there twice`, place, 'Number it anew.');
    }
    for (const [position, column] of entry.without.entries()) {
      if (column in value.columns) continue;
      const fix = didYouMean(column, Object.keys(value.columns)) ?? 'Name a column that stands under columns.';
      const message = `without: "${base}" has no column "${column}"`;
      error('unknown-column', message, at(['versions', index, 'without', position]), fix);
    }
  }
  for (const [number, sql] of files) {
    if (number === undefined) {
      error(
        'invalid-name',
        `"${base}" has versions; this file says of none that it is it`,
        startOf(sql),
        `Rename it ${base}.v${Math.max(0, ...numbers) + 1}.sql, or remove it.`,
      );
    } else if (!numbers.includes(number)) {
      const fix = `Add "- { version: ${number}, change: …, why: … }" to versions.`;
      error('missing-key', `version ${number} of "${base}" is not in ${base}.yml`, startOf(sql), fix);
    }
  }
  if (versions.length > 0 && !numbers.includes(latest)) {
    const fix = `Write one of ${numbers.join(', ')}.`;
    error('invalid-value', `latest_version: there is no version ${latest} of "${base}"`, at(['latest_version']), fix);
  }
}

function startOf(file: SourceText): Place {
  return { file: file.path, line: 1, column: 1, source: file.text };
}
