import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import type { PlannedModel } from '../models/plan.ts';
import type { ModelFile } from '../project/model-file.ts';
import { layoutOf, type Project } from '../project/project.ts';
import { isTypeName } from '../warehouse/type-name.ts';
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

/**
 * Makes the empty tables that stand for models of CRMs without a source, where another model reads them.
 * @throws DiagnosticsError when one declares a column of what is no type.
 */
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
  const wanted = outlined.filter((model) => read.has(`main.${model.name}`));
  failOnErrors(wanted.flatMap((model) => [...withoutColumns(model), ...withoutType(model)]));
  for (const { name, columns } of wanted) {
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

function withoutColumns({ name, columns, at }: ModelFile): Diagnostic[] {
  if (columns.length > 0) return [];
  return [
    {
      code: 'undeclared-columns',
      severity: 'error',
      message: `no source is an export of the CRM of model "${name}", which others read, and its .yml lists no columns`,
      ...at([]),
      fix: 'List its columns with their types, or move it out of the folder of the CRM.',
    },
  ];
}

/** It becomes part of a statement that runs before the database is locked. */
function withoutType({ name: model, columns, at }: ModelFile): Diagnostic[] {
  return columns.flatMap(({ name, type }): Diagnostic[] => {
    if (type === undefined || isTypeName(type)) return [];
    const message = `column "${name}" of model "${model}": "${type}" is no plain type`;
    const expected = 'a type such as varchar, bigint, decimal(18, 2), timestamptz or varchar[]';
    return [{ code: 'unknown-type', severity: 'error', message, ...at(['columns', name, 'type']), expected }];
  });
}

/** What of its CRM each lead's properties are called: what the CRM's models know, and what handover.yml adds. */
export function attributeRows(project: Project): { crm: string; property: string; attribute: string | null }[] {
  return project.config.sources.flatMap((source) => {
    const layout = layoutOf(project, source);
    const attributes = new Map([...(layout?.properties ?? []), ...source.properties]);
    return [...attributes].map(([property, attribute]) => ({ crm: source.name, property, attribute }));
  });
}
