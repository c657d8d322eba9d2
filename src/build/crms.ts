import type { PlannedModel } from '../models/plan.ts';
import type { ModelFile } from '../project/model-file.ts';
import { layoutOf, type Project } from '../project/project.ts';
import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';

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
  const hasLedger = await work.hasTable('state', 'models');
  for (const { name, columns } of outlined.filter((model) => read.has(`main.${model.name}`))) {
    const list = columns.map((column) => `${quoteIdentifier(column.name)} ${column.type ?? 'varchar'}`).join(', ');
    const isView = views.some((view) => view.name === name);
    // With what was known of the model that stood there: it would count as up to date when its source comes back.
    await work.run(`
      begin transaction;
      ${isView ? `drop view ${quoteIdentifier(name)};` : ''}
      create or replace table main.${quoteIdentifier(name)} (${list});
      ${hasLedger ? `delete from state.models where name = ${quoteLiteral(name)};` : ''}
      commit`);
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
