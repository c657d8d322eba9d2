import { agreementTables } from '../agreement/tables.ts';
import { crmTables } from '../load/raw-table.ts';
import type { PlannedModel } from '../models/plan.ts';
import { resultTables, runnerTables } from '../models/runner-tables.ts';
import type { Project } from '../project/project.ts';
import { splitModels } from './crms.ts';
import type { PublicTable } from './publish-table.ts';

/** Every table that a model may read besides other models, as schema.table in lower case. */
export function knownTables(project: Project): ReadonlySet<string> {
  return new Set(
    [
      'raw.events',
      ...project.config.sources.filter((source) => source.kind === 'table').map((source) => `raw.${source.name}`),
      ...project.layouts
        .filter(({ kind }) => project.config.sources.some((source) => source.kind === kind))
        .flatMap((layout) => crmTables(layout).map(({ name }) => `raw.${name}`)),
      ...splitModels(project).outlined.map(({ name }) => `main.${name}`),
      ...project.seeds.map((seed) => `seeds.${seed.name}`),
      ...agreementTables,
      'run.clock',
      'run.sources',
      'run.attributes',
      ...runnerTables.map((name) => `main.${name}`),
    ].map((name) => name.toLowerCase()),
  );
}

/** Tables of schema main that are no models: those that models may read, and what came of earlier runs. */
export function tablesBesideModels(project: Project): ReadonlySet<string> {
  const prefix = 'main.';
  const known = [...knownTables(project)].filter((name) => name.startsWith(prefix));
  return new Set([...known.map((name) => name.slice(prefix.length)), ...resultTables]);
}

/** What readers get: the public models, `outputs` telling what each holds, and what the runner says of the build. */
export function publicTables(
  planned: readonly PlannedModel[],
  outputs: ReadonlyMap<string, string>,
): readonly PublicTable[] {
  const models = planned
    // An ephemeral model has no table.
    .filter(({ file }) => file.isPublic && file.materialized !== 'ephemeral')
    .map(({ file: { name } }): PublicTable => {
      const output = outputs.get(name);
      return output === undefined ? { name } : { name, output };
    });
  const others = [...resultTables, ...runnerTables].map((name): PublicTable => ({ name }));
  return [...models, ...others].sort((left, right) => (left.name < right.name ? -1 : 1));
}
