import { hashOf } from '../state/hash.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
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

/** Shape → columns of what this process found right. A project that is watched or compared holds the same again and again. */
const foundRight = new Map<string, Columns>();
const mostFound = 5000;

/** Those columns, and those of models that this process found right elsewhere; in the order of `shapes`. */
export function knownColumns(shapes: Shapes, remembered: ReadonlyMap<string, Columns>): ReadonlyMap<string, Columns> {
  return new Map(
    [...shapes].flatMap(([name, shape]): [string, Columns][] => {
      const columns = remembered.get(name) ?? foundRight.get(shape);
      return columns === undefined ? [] : [[name, columns]];
    }),
  );
}

/** The columns of those models whose shape is what it was when they were last found right in a build of this warehouse. */
export async function rememberedColumns(warehouse: Warehouse, shapes: Shapes): Promise<ReadonlyMap<string, Columns>> {
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
  if (foundRight.size > mostFound) foundRight.clear();
  for (const [name, found] of columns) foundRight.set(shapes.get(name) ?? '', found);
  await warehouse.run('create schema if not exists state');
  await warehouse.insert(
    'state.shapes',
    { name: 'varchar', shape: 'varchar', columns: 'varchar' },
    [...columns].map(([name, found]) => ({
      name,
      shape: shapes.get(name) ?? '',
      columns: JSON.stringify([...found]),
    })),
  );
}
