import type { ModelFile } from '../project/model-file.ts';
import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';

/** How a column's values changed. */
interface ColumnChange {
  readonly column: string;
  readonly rows: number;
  /** The most frequent changes. */
  readonly top: readonly { readonly before: string; readonly after: string; readonly rows: number }[];
}

/** What became of a model's rows between two runs. */
export interface ModelChange {
  readonly model: string;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  readonly added: number;
  readonly removed: number;
  /** Rows of the same key with other values; null where no key tells rows apart. */
  readonly changed: number | null;
  readonly columnsAdded: readonly string[];
  readonly columnsRemoved: readonly string[];
  readonly columns: readonly ColumnChange[];
}

/** Tables of a session that hold rows as they were; they go with the connection. */
function beforeTable(model: string): string {
  return `temp.main.${quoteIdentifier(`before ${model}`)}`;
}

/** SQL of the tables that hold rows as they were, in a schema of their own: they stay with the file. */
export function keptTable(model: string): string {
  return `review.${quoteIdentifier(`rows of ${model}`)}`;
}

/** Keeps a relation's rows as they are now beyond the session. As `keepRows`. */
export async function keepRowsInFile(work: Warehouse, model: string): Promise<void> {
  if (!(await work.hasTable('main', model))) return;
  await work.run(`
    create schema if not exists review;
    create table if not exists ${keptTable(model)} as from main.${quoteIdentifier(model)}`);
}

/** Keeps a relation's rows as they are now; a relation that is not there, or cannot be read any more, had none. */
export async function keepRows(work: Warehouse, model: string): Promise<void> {
  if (!(await work.hasTable('main', model))) return;
  await work.run(
    `create temp table if not exists ${quoteIdentifier(`before ${model}`)} as from main.${quoteIdentifier(model)}`,
  );
}

/** Compares a model's rows with those that were kept; undefined when none were. */
export async function compareRows(work: Warehouse, file: ModelFile): Promise<ModelChange | undefined> {
  if (!(await work.hasTable('main', `before ${file.name}`))) return undefined;
  const before = await columnNames(work, beforeTable(file.name));
  const after = await columnNames(work, `main.${quoteIdentifier(file.name)}`);
  const common = after.filter((name) => before.includes(name));
  const columns = {
    columnsAdded: after.filter((name) => !before.includes(name)),
    columnsRemoved: before.filter((name) => !after.includes(name)),
  };
  const isKeyed = file.grain.length > 0 && file.grain.every((name) => common.includes(name));
  const counts = isKeyed
    ? await compareByKey(work, file, common)
    : { ...(await compareAsSets(work, file.name, common)), changed: null, columns: [] };
  return { model: file.name, ...(await countBoth(work, file.name)), ...counts, ...columns };
}

async function columnNames(work: Warehouse, table: string): Promise<string[]> {
  return (await work.columns(`from ${table}`)).map(({ name }) => name);
}

async function countBoth(work: Warehouse, name: string): Promise<{ rowsBefore: number; rowsAfter: number }> {
  const [row] = await work.rows<{ before: number; after: number }>(
    `select (select count(*) from ${beforeTable(name)}) as before, (select count(*) from main.${quoteIdentifier(name)}) as after`,
  );
  return { rowsBefore: row?.before ?? 0, rowsAfter: row?.after ?? 0 };
}

async function compareByKey(
  work: Warehouse,
  { name, grain }: ModelFile,
  common: readonly string[],
): Promise<Pick<ModelChange, 'added' | 'removed' | 'changed' | 'columns'>> {
  const values = common.filter((column) => !grain.includes(column));
  const differs = values.map(
    (column) => `earlier.${quoteIdentifier(column)} is distinct from later.${quoteIdentifier(column)}`,
  );
  const isSame = grain.map(
    (key) => `earlier.${quoteIdentifier(key)} is not distinct from later.${quoteIdentifier(key)}`,
  );
  const from = `from (select *, true as "is there" from ${beforeTable(name)}) as earlier
full join (select *, true as "is there" from main.${quoteIdentifier(name)}) as later on ${isSame.join(' and ')}`;
  const both = 'earlier."is there" and later."is there"';
  const counts = differs.map(
    (condition, index) => `count(*) filter (where ${both} and ${condition}) as column_${index}`,
  );
  const [row = {}] = await work.rows<Record<string, number>>(`
    select
        count(*) filter (where earlier."is there" is null) as added,
        count(*) filter (where later."is there" is null) as removed,
        count(*) filter (where ${both} and (${differs.join(' or ') || 'false'})) as changed
        ${counts.map((count) => `, ${count}`).join('')}
    ${from}`);
  const columns: ColumnChange[] = [];
  for (const [index, column] of values.entries()) {
    const rows = row[`column_${index}`] ?? 0;
    if (rows > 0) columns.push({ column, rows, top: await topChanges(work, from, column) });
  }
  return { added: row.added ?? 0, removed: row.removed ?? 0, changed: row.changed ?? 0, columns };
}

/** How many kinds of change are shown of a column. */
const shownChanges = 3;

async function topChanges(work: Warehouse, from: string, column: string): Promise<ColumnChange['top']> {
  const name = quoteIdentifier(column);
  const shown = (side: string): string => `coalesce(left(${side}.${name}::varchar, 40), ${quoteLiteral('null')})`;
  return work.rows(`
    select ${shown('earlier')} as before, ${shown('later')} as after, count(*) as rows
    ${from}
    where earlier."is there" and later."is there" and earlier.${name} is distinct from later.${name}
    group by all
    order by rows desc, before, after
    limit ${shownChanges}`);
}

/** A changed row counts as one that went and one that came. */
async function compareAsSets(
  work: Warehouse,
  name: string,
  common: readonly string[],
): Promise<{ added: number; removed: number }> {
  const columns = common.map(quoteIdentifier).join(', ') || '1';
  const before = `select ${columns} from ${beforeTable(name)}`;
  const after = `select ${columns} from main.${quoteIdentifier(name)}`;
  const [row] = await work.rows<{ added: number; removed: number }>(`
    select
        (select count(*) from (${after} except all ${before})) as added,
        (select count(*) from (${before} except all ${after})) as removed`);
  return { added: row?.added ?? 0, removed: row?.removed ?? 0 };
}
