import { splitModels } from '../../build/crms.ts';
import { columnLineage, type QueryLineage } from '../../models/lineage/column-lineage.ts';
import type { Known } from '../../models/lineage/context.ts';
import { type SyntaxNode, textOf } from '../../models/lineage/tree.ts';
import type { PlannedModel } from '../../models/plan.ts';
import type { Side } from '../types.ts';
import { aggregateTestFor } from './model-functions.ts';
import { markChanges, markColumn, markTable } from './model-marks.ts';
import { foldedSql, newNames, saysTheSame } from './model-names.ts';
import { countsPlaces, everyNode, ownNodes } from './model-tree.ts';

/**
 * Of each model that both sides have and whose SQL differs: the columns that its own SQL makes otherwise, those that only
 * one side has among them; none when it is only written otherwise; null when rows may come and go, one side does not run it, or it cannot be told.
 * What it reads may have changed besides. Models that are new, gone or only renamed are left out. Pure.
 */
export function changedColumns(before: Side, after: Side): ReadonlyMap<string, readonly string[] | null> {
  if (before.planned === undefined || after.planned === undefined) return changedTexts(before, after);
  const names = newNames(before, after);
  const earlier = new Map(before.planned.map((model) => [model.file.name, model]));
  const changed = new Map<string, readonly string[] | null>();
  for (const model of after.planned) {
    const old = earlier.get(model.file.name);
    if (old === undefined || saysTheSame(old, model, names)) continue;
    changed.set(model.file.name, madeOtherwise(old, before, model, after));
  }
  for (const name of runOnOneSide(before, after)) changed.set(name, null);
  return changed;
}

/** Models of CRMs that only one side has a source of: on the other they are empty tables. */
function runOnOneSide(before: Side, after: Side): readonly string[] {
  const [old, now] = [before, after].map(
    ({ project }) => new Set(splitModels(project).outlined.map(({ name }) => name)),
  );
  const names = new Set(before.project.models.map(({ name }) => name));
  return after.project.models
    .map(({ name }) => name)
    .filter((name) => names.has(name) && old?.has(name) !== now?.has(name));
}

/** Where the SQL of a side cannot be read: anything may be another. */
function changedTexts(before: Side, after: Side): ReadonlyMap<string, null> {
  const earlier = new Map(before.project.models.map(({ name, sql }) => [name, foldedSql(sql.text)]));
  const changed = after.project.models.filter(
    ({ name, sql }) => earlier.has(name) && earlier.get(name) !== foldedSql(sql.text),
  );
  return new Map(changed.map(({ name }) => [name, null]));
}

/** The same of two models whose SQL differs, whatever they are called. Pure. */
export function madeOtherwise(
  old: PlannedModel,
  before: Side,
  model: PlannedModel,
  after: Side,
): readonly string[] | null {
  const marked = markChanges(old.statement, model.statement);
  if (marked === undefined) return null;
  const isAggregate = aggregateTestFor([old.statement, model.statement]);
  const earlier = reachedColumns(old, marked.before, before, isAggregate);
  const later = reachedColumns(model, marked.after, after, isAggregate);
  if (earlier === undefined || later === undefined) return null;
  const inOrder = earlier.names.every((name, index) => name === later.names[index]);
  if (!inOrder && isReadByPlace(model.file.name, [before, after])) return null;
  const reached = new Set([...earlier.reached, ...later.reached]);
  return [...new Set([...later.names, ...earlier.names])].filter(
    (name) => reached.has(name) || !earlier.names.includes(name) || !later.names.includes(name),
  );
}

/** A model's columns, and those that a marked expression feeds; undefined when one decides the rows, or may. */
function reachedColumns(
  { file, statement }: PlannedModel,
  marked: unknown,
  { inspected }: Side,
  isAggregate: Known['isAggregate'],
): { readonly names: readonly string[]; readonly reached: readonly string[] } | undefined {
  const columns = inspected?.columns.get(file.name);
  const lineage = inspected?.lineages.get(file.name);
  if (inspected === undefined || columns === undefined || lineage === undefined || hasDoubts(lineage)) return undefined;
  const outside = columnsOutside(inspected.lineages, lineage);
  if (countsPlaces(statement) && everyNode(statement).some((node) => isStarOf(node, outside))) return undefined;
  const columnsOf = (table: string): readonly string[] | undefined => {
    if (table === markTable) return [markColumn];
    const found = inspected.columns.get(table);
    return found === undefined ? outside.get(table) : [...found.keys()];
  };
  const traced = columnLineage(marked, { columnsOf, isAggregate }, [...columns.keys()]);
  const isReached = ({ from }: QueryLineage['filters']) => from.some(({ table }) => table === markTable);
  if (hasDoubts(traced) || isReached(traced.filters) || traced.columns.length !== columns.size) return undefined;
  return { names: [...columns.keys()], reached: traced.columns.filter(isReached).map(({ name }) => name) };
}

function hasDoubts({ columns, filters, unknown }: QueryLineage): boolean {
  return [unknown, filters.unknown, ...columns.map((column) => column.unknown)].some((doubt) => doubt !== undefined);
}

/**
 * The columns of the tables outside models that anything is made of, in no order. A model whose lineage has no doubts uses
 * no others; only a star over such a table cannot be counted through.
 */
function columnsOutside(
  lineages: ReadonlyMap<string, QueryLineage>,
  { reads }: QueryLineage,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map(reads.filter((table) => !lineages.has(table)).map((table) => [table, new Set<string>()]));
  for (const { columns, filters } of lineages.values()) {
    for (const { table, column } of [filters, ...columns].flatMap(({ from }) => from)) found.get(table)?.add(column);
  }
  return new Map([...found].map(([table, names]) => [table, [...names]]));
}

/** A select with a star over a table outside models. */
function isStarOf(node: SyntaxNode, outside: ReadonlyMap<string, unknown>): boolean {
  if (node.type !== 'SELECT_NODE') return false;
  const stars = everyNode(node.select_list).filter((item) => item.class === 'STAR');
  const tables = ownNodes(node.from_table).filter((from) => from.type === 'BASE_TABLE' && outside.has(keyOf(from)));
  return stars.some((star) => {
    const relation = textOf(star.relation_name).toLowerCase();
    return tables.some(
      (from) => relation === '' || relation === (textOf(from.alias) || textOf(from.table_name)).toLowerCase(),
    );
  });
}

function keyOf(from: SyntaxNode): string {
  return `${textOf(from.schema_name) || 'main'}.${textOf(from.table_name)}`.toLowerCase();
}

/** Whether a model that reads it takes all its columns in their order, as `union` does. */
function isReadByPlace(name: string, sides: readonly Side[]): boolean {
  return sides
    .flatMap(({ planned = [] }) => planned)
    .filter(({ reads }) => reads.includes(name))
    .some(({ statement }) => countsPlaces(statement) && everyNode(statement).some((node) => node.class === 'STAR'));
}
