import type { FedColumn, QueryLineage } from '../models/lineage/column-lineage.ts';
import type { PlannedModel } from '../models/plan.ts';
import { inputsOf, modelsOf } from '../project/metric.ts';
import type { ColumnSpec } from '../project/model-columns.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { Project } from '../project/project.ts';
import type { Manifest } from '../state/artefacts.ts';
import { sourceTables } from './source-tables.ts';

type ManifestModel = Manifest['models'][number];

/** What a build knows of a project beside its files. By the model's name; one that is missing becomes null. */
export interface ManifestExtra {
  readonly toolVersion: string;
  /** ISO instants. */
  readonly asOf: string;
  readonly now: string;
  /** Column → DuckDB's name of its type, as found. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly fingerprints: ReadonlyMap<string, string>;
  /** The SQL that runs. */
  readonly compiled: ReadonlyMap<string, string>;
  readonly lineage?: ReadonlyMap<string, QueryLineage>;
  readonly tests?: Manifest['tests'];
}

/** A project as target/manifest.json tells it. Pure. */
export function manifestOf(project: Project, planned: readonly PlannedModel[], extra: ManifestExtra): Manifest {
  const { config } = project;
  const tables = sourceTables(project);
  return {
    format: 1,
    tool: { name: 'handover', version: extra.toolVersion },
    project: { name: config.name, extends: config.extends ?? null, time_zone: config.timeZone },
    generated_from: { as_of: extra.asOf, now: extra.now },
    models: planned.map((model) => modelOf(model, extra)),
    seeds: project.seeds.map(({ name, relativePath }) => ({ table: `seeds.${name}`, path: relativePath })),
    sources: config.sources.map(({ name, kind, files }) => ({ name, kind, files, tables: tables.get(name) ?? [] })),
    agreements: project.agreements.map(({ id, effectiveFrom, at }) => ({
      id,
      effective_from: effectiveFrom,
      path: at([]).file,
    })),
    metrics: project.metrics.map((metric) => ({
      name: metric.name,
      version: metric.version,
      model: modelsOf(metric)[0] ?? null,
      models: modelsOf(metric),
      inputs: inputsOf(metric),
      path: metric.file.path,
    })),
    tests: extra.tests ?? [],
  };
}

function modelOf({ file, reads, readsTables }: PlannedModel, extra: ManifestExtra): ManifestModel {
  return {
    name: file.name,
    base: file.base,
    version: versionOf(file),
    alias_of: file.aliasOf ?? null,
    path: file.sql.path,
    folders: file.folders,
    tags: file.tags,
    materialized: file.materialized,
    partition:
      file.partition === undefined
        ? null
        : { by: file.partition.by, inputs: Object.fromEntries(file.partition.inputs) },
    public: file.isPublic,
    description: file.description,
    grain: file.grain,
    columns: columnsOf(file, extra),
    contract: contractOf(file),
    reads,
    reads_tables: readsTables,
    filters: originsOf(extra.lineage?.get(file.name)?.filters),
    fingerprint: extra.fingerprints.get(file.name) ?? null,
    compiled_sql: extra.compiled.get(file.name) ?? null,
  };
}

function versionOf({ version }: ModelFile): ManifestModel['version'] {
  if (version === undefined) return null;
  const { number, isLatest, change, why, deprecatedOn } = version;
  return { number, latest: isLatest, change, why, deprecated_on: deprecatedOn ?? null };
}

/** The columns as found, then those that are only declared. */
function columnsOf(file: ModelFile, extra: ManifestExtra): ManifestModel['columns'] {
  const found = extra.columns.get(file.name) ?? new Map<string, string>();
  const lineage = new Map(extra.lineage?.get(file.name)?.columns.map((column) => [column.name, column]));
  const declared = new Map(file.columns.map((column) => [column.name.toLowerCase(), column]));
  const isFound = new Set([...found.keys()].map((name) => name.toLowerCase()));
  return [
    ...[...found].map(([name, type]) => columnOf(name, type, declared.get(name.toLowerCase()), lineage.get(name))),
    ...file.columns
      .filter(({ name }) => !isFound.has(name.toLowerCase()))
      .map((column) => columnOf(column.name, null, column, undefined)),
  ];
}

function columnOf(
  name: string,
  type: string | null,
  spec: ColumnSpec | undefined,
  lineage: FedColumn | undefined,
): ManifestModel['columns'][number] {
  return {
    name,
    type,
    declared_type: spec?.type ?? null,
    description: spec?.description ?? '',
    not_null: spec?.notNull ?? false,
    unique: spec?.unique ?? false,
    accepted_values: spec?.acceptedValues ?? null,
    lineage: originsOf(lineage),
  };
}

function originsOf(fed: Omit<FedColumn, 'name'> | undefined): ManifestModel['filters'] {
  return fed === undefined ? null : { from: fed.from, unknown: fed.unknown ?? null };
}

function contractOf({ contract }: ModelFile): ManifestModel['contract'] {
  return {
    enforced: contract.isEnforced,
    relationships: contract.relationships.map(({ columns, to, toColumns, severity }) => ({
      ...{ columns, to, severity },
      to_columns: toColumns,
    })),
    expressions: contract.expressions,
  };
}
