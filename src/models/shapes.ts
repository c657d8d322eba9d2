import { hashOf } from '../state/hash.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import { ephemeralInputs, modelsByName } from './compile.ts';
import type { Columns } from './inspect.ts';
import type { PlannedModel } from './plan.ts';

/** What is found right of a model, and its columns, depend on this, as a hash: its SQL, how it is cut, and the columns of what it reads. */
type Shapes = ReadonlyMap<string, string>;

/**
 * The shape of each model, given the columns of the tables outside models that they read, and which runner looks at it.
 * Pure.
 */
export function shapesOf(planned: readonly PlannedModel[], tables: ReadonlyMap<string, Columns>, tool: string): Shapes {
  const models = modelsByName(planned);
  const shapes = new Map<string, string>();
  for (const model of planned) {
    const all = [model, ...ephemeralInputs(model, models)];
    const { materialized, partition } = model.file;
    const parts = [
      [tool, materialized, partition?.by, [...(partition?.inputs ?? [])]],
      all.map(({ definition }) => definition),
      all.flatMap(({ reads }) => reads.map((name) => [name, shapes.get(name)])),
      all.flatMap(({ readsTables }) => readsTables.map((name) => [name, [...(tables.get(name) ?? [])]])),
    ];
    shapes.set(model.file.name, hashOf(parts));
  }
  return shapes;
}

/** The columns of those models whose shape is what it was when they were last found right. */
export async function knownColumns(warehouse: Warehouse, shapes: Shapes): Promise<ReadonlyMap<string, Columns>> {
  if (!(await warehouse.hasTable('state', 'shapes'))) return new Map();
  const rows = await warehouse.rows<{ name: string; shape: string; columns: string }>('from state.shapes');
  // Written by `rememberColumns` alone.
  return new Map(
    rows
      .filter(({ name, shape }) => shapes.get(name) === shape)
      .map(({ name, columns }) => [name, new Map(JSON.parse(columns) as [string, string][])]),
  );
}

/** Keeps what was found for the next build. */
export async function rememberColumns(
  warehouse: Warehouse,
  shapes: Shapes,
  columns: ReadonlyMap<string, Columns>,
): Promise<void> {
  const values = [...columns].map(([name, found]) => {
    const texts = [name, shapes.get(name) ?? '', JSON.stringify([...found])];
    return `(${texts.map(quoteLiteral).join(', ')})`;
  });
  await warehouse.run(`
    create schema if not exists state;
    create or replace table state.shapes (name varchar, shape varchar, columns varchar)`);
  if (values.length > 0) await warehouse.run(`insert into state.shapes values ${values.join(', ')}`);
}
