import type { PlannedModel } from '../models/plan.ts';
import type { ModelFile } from '../project/model-file.ts';
import { layoutOf, type Project } from '../project/project.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';

/**
 * The models that a build runs: all but the staging models of CRMs that no source is an export of. What other models
 * read of these is an empty table of the columns that its .yml declares.
 */
export function splitModels(project: Project): { active: readonly ModelFile[]; outlined: readonly ModelFile[] } {
  const kinds = new Set(project.config.sources.map(({ kind }) => kind));
  const idle = new Set(project.layouts.map(({ kind }) => kind).filter((kind) => !kinds.has(kind)));
  const isIdle = ({ folders }: ModelFile): boolean => folders[0] === 'staging' && idle.has(folders[1] ?? '');
  return {
    active: project.models.filter((model) => !isIdle(model)),
    outlined: project.models.filter(isIdle),
  };
}

/** Makes the empty tables that stand for models of CRMs without a source, where another model reads them. */
export async function writeOutlines(
  work: Warehouse,
  outlined: readonly ModelFile[],
  planned: readonly PlannedModel[],
): Promise<void> {
  const read = new Set(planned.flatMap(({ readsTables }) => readsTables));
  const views = await work.rows<{ name: string }>(
    `select view_name as name from duckdb_views() where schema_name = 'main' and not internal`,
  );
  for (const model of outlined.filter(({ name }) => read.has(`main.${name}`))) {
    const columns = model.columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type ?? 'varchar'}`).join(', ');
    if (views.some(({ name }) => name === model.name)) await work.run(`drop view ${quoteIdentifier(model.name)}`);
    await work.run(`create or replace table main.${quoteIdentifier(model.name)} (${columns})`);
  }
}

/** What of its CRM each lead's properties are called: what the CRM's models know, and what handover.yml adds. */
export function attributeRows(project: Project): { crm: string; property: string; attribute: string | null }[] {
  return project.config.sources.flatMap((source) => {
    const layout = layoutOf(project, source);
    const attributes = new Map([...(layout?.properties ?? []), ...source.properties]);
    return [...attributes].map(([property, attribute]) => ({ crm: source.name, property, attribute }));
  });
}
