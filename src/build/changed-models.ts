import { dirname } from 'node:path/posix';
import type { PlannedModel } from '../models/plan.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { Project } from '../project/project.ts';
import { configFileName } from '../project/root.ts';
import { sourceTables } from './source-tables.ts';

/**
 * The models one of whose files changed, or that read a table made of a file that did: a seed, an agreement, what
 * handover.yml or a CRM's sources.yml say. `changed` are paths from the project's root. Dumps are not looked at. Pure.
 */
export function changedModels(
  project: Project,
  planned: readonly PlannedModel[],
  changed: ReadonlySet<string>,
): ReadonlySet<string> {
  const isStale = changedTables(project, changed);
  return new Set(
    planned
      .filter(({ file, readsTables }) => filesOf(file).some((path) => changed.has(path)) || readsTables.some(isStale))
      .map(({ file }) => file.name),
  );
}

function filesOf({ sql }: ModelFile): string[] {
  const stem = sql.path.replace(/(\.v\d+)?\.sql$/, '');
  return [sql.path, `${stem}.yml`, `${stem}.tests.yml`];
}

function changedTables(project: Project, changed: ReadonlySet<string>): (table: string) => boolean {
  const seeds = project.seeds.filter(({ relativePath }) => changed.has(relativePath)).map(({ name }) => name);
  // Calendars take their holidays from a seed.
  const isAgreement = agreementsChanged(project, changed) || seeds.includes('holidays');
  const layouts = project.layouts.filter(({ at }) => changed.has(at([]).file)).map(({ kind }) => kind);
  const isConfig = changed.has(configFileName);
  const tables = new Set([
    ...seeds.map((name) => `seeds.${name}`.toLowerCase()),
    ...(isAgreement ? ['main.agreement_promises', 'main.agreement_documents', 'main.agreement_special_days'] : []),
    ...(isConfig ? ['run.sources'] : []),
    ...(isConfig || layouts.length > 0 ? ['run.attributes'] : []),
    ...rawTables(project, layouts),
  ]);
  return (table) => tables.has(table) || (isAgreement && table.startsWith('sla.'));
}

/** One that is gone is no longer the project's, but its folder is. */
function agreementsChanged({ agreements }: Project, changed: ReadonlySet<string>): boolean {
  const folders = new Set(['metrics/agreements', ...agreements.map(({ at }) => dirname(at([]).file))]);
  return [...changed].some((path) => path.endsWith('.yml') && folders.has(dirname(path)));
}

function rawTables(project: Project, kinds: readonly string[]): string[] {
  const tables = sourceTables(project);
  return project.config.sources
    .filter(({ kind }) => kinds.includes(kind))
    .flatMap(({ name }) => tables.get(name) ?? []);
}
