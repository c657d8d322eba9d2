import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { FolderDefaults } from './config-file.ts';
import { type ColumnSpec, readColumns } from './model-columns.ts';
import { type ContractSpec, noContract, readContract } from './model-contract.ts';
import { type ModelYaml, modelSchema } from './model-schema.ts';
import { withVersions } from './model-versions.ts';
import { type Place, parseYaml, type SourceText, startOf, type YamlPath } from './yaml-file.ts';

/** How a model's result is kept. `ephemeral`: not at all, its SQL becomes part of whatever reads it. */
export type Materialization = 'view' | 'table' | 'incremental' | 'ephemeral';

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
  /** Why its SQL made other numbers from a day (YYYY-MM-DD) on. */
  readonly changes: readonly { readonly on: string; readonly why: string }[];
  readonly version?: ModelVersion;
  /** For the bare name of a model with versions: the latest of them, which it shows. */
  readonly aliasOf?: string;
  /** The place in the .yml (in the .sql when there is none). */
  at(path: YamlPath): Place;
}

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
      changes: [],
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
    changes: value.changes,
    at,
  };
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
  // As DuckDB compares names; one spelling here spares comparing them so everywhere.
  const columns = Object.entries(inputs).map(([input, key]): [string, string] => [input, key.toLowerCase()]);
  return { by: by.toLowerCase(), inputs: new Map(columns) };
}
