import { keptTable } from '../../build/compare.ts';
import { quoteIdentifier, type Warehouse } from '../../warehouse/warehouse.ts';
import type { RowsReview } from '../types.ts';
import { alignColumns, type SharedColumn } from './rows-columns.ts';
import { readSamples } from './rows-samples.ts';
import { type ComparedTables, pairsOf, type RowPairs, wholeRows } from './rows-sql.ts';

/** A model of the head that ran, as far as its rows are told apart. */
export interface ComparedModel {
  readonly name: string;
  readonly isPublic: boolean;
  /** The columns that identify a row; empty when its .yml states none. */
  readonly grain: readonly string[];
}

/**
 * Compares a model's rows with those that `keepRowsInFile` kept of the base; undefined when nothing differs, or none
 * were kept. Rows are paired by the head's grain, where the base has these columns. Rows of a key that stands in more
 * than one row of a side cannot be paired: they are compared whole, as all rows are where no key is stated.
 */
export async function compareModelRows(work: Warehouse, model: ComparedModel): Promise<RowsReview | undefined> {
  if (!(await work.hasTable('review', `rows of ${model.name}`))) return undefined;
  const tables = { before: keptTable(model.name), after: `main.${quoteIdentifier(model.name)}` };
  const { shared, schema } = alignColumns(
    await work.columns(`from ${tables.before}`),
    await work.columns(`from ${tables.after}`),
  );
  const key = model.grain.flatMap((name) => shared.find((column) => isCalled(column, name)) ?? []);
  const isKeyed = key.length > 0 && key.length === model.grain.length;
  const values = isKeyed ? shared.filter((column) => !key.includes(column)) : shared;
  const input = { ...tables, key: isKeyed ? key : [], values };
  const counts = isKeyed ? await compareKeyed(work, input) : await compareWhole(work, input);
  const differs = counts.onlyBefore + counts.onlyAfter + (counts.changed ?? 0) > 0 || schema.length > 0;
  if (!differs) return undefined;
  const { columns, pairs, ...rows } = counts;
  return {
    model: model.name,
    isPublic: model.isPublic,
    key: input.key.map(({ name }) => name),
    ...rows,
    columns,
    schema,
    samples: await readSamples(work, pairs, rows),
  };
}

interface Counts extends Pick<RowsReview, 'rowsBefore' | 'rowsAfter' | 'onlyBefore' | 'onlyAfter' | 'changed'> {
  readonly columns: RowsReview['columns'];
  readonly pairs: RowPairs;
}

async function compareKeyed(work: Warehouse, tables: ComparedTables): Promise<Counts> {
  const pairs = pairsOf(tables, await hasRepeatedKeys(work, tables));
  const row = await readCounts(work, pairs);
  const both = row.both ?? 0;
  const columns = pairs.values.flatMap((column, index) => {
    const changed = row[`changed_${index}`] ?? 0;
    return changed === 0 ? [] : { column: column.name, changed, matchRate: 1 - changed / both };
  });
  return { ...totalsOf(row), changed: row.changed ?? 0, columns, pairs };
}

async function compareWhole(work: Warehouse, tables: ComparedTables): Promise<Counts> {
  const pairs = wholeRows(tables);
  const row = await readCounts(work, pairs);
  return { ...totalsOf(row), changed: null, columns: [], pairs };
}

type CountRow = Partial<Record<string, number>>;

async function readCounts(work: Warehouse, { sql, values }: RowPairs): Promise<CountRow> {
  const counts = values.map((_, index) => `, count(*) filter (where is_both and differs_${index}) as changed_${index}`);
  const [row] = await work.rows<CountRow>(`
    ${sql}
    select
        count(*) filter (where has_before) as rows_before,
        count(*) filter (where has_after) as rows_after,
        count(*) filter (where is_both) as both,
        count(*) filter (where not has_after) as only_before,
        count(*) filter (where not has_before) as only_after,
        count(*) filter (where is_both and is_changed) as changed
        ${counts.join('\n        ')}
    from pairs`);
  return row ?? {};
}

function totalsOf(row: CountRow): Pick<Counts, 'rowsBefore' | 'rowsAfter' | 'onlyBefore' | 'onlyAfter'> {
  return {
    rowsBefore: row.rows_before ?? 0,
    rowsAfter: row.rows_after ?? 0,
    onlyBefore: row.only_before ?? 0,
    onlyAfter: row.only_after ?? 0,
  };
}

/** Whether a key stands in more than one row of a side. */
async function hasRepeatedKeys(work: Warehouse, { before, after, key }: ComparedTables): Promise<boolean> {
  const repeats = (table: string): string =>
    `exists (select 1 from ${table} group by ${key.map(({ quoted }) => quoted).join(', ')} having count(*) > 1)`;
  const [row] = await work.rows<{ repeats: boolean }>(`select ${repeats(before)} or ${repeats(after)} as repeats`);
  return row?.repeats ?? false;
}

function isCalled({ name }: SharedColumn, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}
