import { compileMetric } from '../metrics/compile.ts';
import { ephemeralInputs, modelsByName } from '../models/compile.ts';
import { changesOf, partsOf } from '../models/fingerprint.ts';
import { type ModelRecord, readLedger } from '../models/ledger.ts';
import type { PlannedModel } from '../models/plan.ts';
import { type Metric, versionedName } from '../project/metric.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** What of a project the last build left in the work file. */
export interface Standing {
  /** Models with a relation, and metrics with values, as the files have them now. */
  readonly models: readonly ModelFile[];
  readonly metrics: readonly Metric[];
  /** What each model holds, as a hash. */
  readonly contents: ReadonlyMap<string, string>;
  /** Names of models and metrics that no build has seen. */
  readonly unbuilt: readonly string[];
  /** Names of those whose definition was another one then; data that came since are no matter of this. */
  readonly changed: readonly string[];
}

interface Files {
  readonly planned: readonly PlannedModel[];
  /** Of them those that run. */
  readonly models: readonly ModelFile[];
  readonly metrics: readonly Metric[];
}

/** Compares a project's models and metrics with what the last build made of them. */
export async function standingOf(work: Warehouse, { planned, models, metrics }: Files): Promise<Standing> {
  const ledger = await readLedger(work);
  const relations = await relationsOf(work);
  const definitions = await definitionsOf(work);
  const isStanding = ({ name, materialized }: ModelFile): boolean =>
    materialized === 'ephemeral' || relations.has(name.toLowerCase());
  const known = (metric: Metric): string | undefined => definitions.get(versionedName(metric));
  const built = metrics.filter((metric) => known(metric) !== undefined);
  return {
    models: models.filter(isStanding),
    metrics: built,
    contents: new Map([...ledger].map(([name, { output }]) => [name, output])),
    unbuilt: [
      ...models.filter((model) => !isStanding(model)).map(({ name }) => name),
      ...metrics.filter((metric) => known(metric) === undefined).map(({ name }) => name),
    ],
    changed: [
      ...changedModels(planned, ledger),
      ...built.filter((metric) => known(metric) !== compileMetric(metric, { specs: metrics })).map(({ name }) => name),
    ],
  };
}

async function relationsOf(work: Warehouse): Promise<ReadonlySet<string>> {
  const rows = await work.rows<{ name: string }>(
    `select lower(table_name) as name from information_schema.tables where table_schema = 'main'`,
  );
  return new Set(rows.map(({ name }) => name));
}

/** The SQL of each version that was computed: `mql_volume.v1`. */
async function definitionsOf(work: Warehouse): Promise<ReadonlyMap<string, string>> {
  if (!(await work.hasTable('main', 'metric_definitions'))) return new Map();
  const rows = await work.rows<{ name: string; version: number; sql: string }>(
    'select metric as name, version, sql from main.metric_definitions',
  );
  return new Map(rows.map((row) => [versionedName(row), row.sql]));
}

function changedModels(planned: readonly PlannedModel[], ledger: ReadonlyMap<string, ModelRecord>): string[] {
  const models = modelsByName(planned);
  return planned
    .filter((model) => {
      const before = ledger.get(model.file.name);
      if (before === undefined) return false;
      const parts = partsOf(model, models, { outputs: new Map(), tables: new Map() });
      const change = changesOf(before.parts, parts);
      // Of its inputs only what stands in its SQL can be told without loading.
      const inlined = new Set(ephemeralInputs(model, models).map(({ file }) => file.name));
      return change.isNew || change.definition || change.kept || change.inputs.some((name) => inlined.has(name));
    })
    .map(({ file }) => file.name);
}
