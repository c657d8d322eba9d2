import { quoteIdentifier, quoteLiteral, SqlError, type Warehouse } from '../../warehouse/warehouse.ts';

/** Cells as text; null where there is nothing. */
export type Cells = Readonly<Record<string, string | null>>;

/** A row that only one of two seeds has, or that both have with other values. */
export interface SeedRow {
  readonly change: 'added' | 'removed' | 'changed';
  /** Of a changed row, those of the columns that tell rows apart. */
  readonly before: Cells | null;
  readonly after: Cells | null;
}

/** How two seeds of one name differ, whatever the order and quoting of their rows and columns. */
export interface SeedDifference {
  readonly columnsBefore: readonly string[];
  readonly columnsAfter: readonly string[];
  /** The first columns, as many as it takes to tell rows apart in both; none where whole rows are compared. */
  readonly key: readonly string[];
  /** The first of them, in order of the key. */
  readonly rows: readonly SeedRow[];
  readonly count: Readonly<Record<SeedRow['change'], number>>;
}

/** Compares two CSV files; undefined when one of them cannot be read. */
export async function compareSeedFiles(
  parser: Warehouse,
  paths: { readonly before: string; readonly after: string },
  most: number,
): Promise<SeedDifference | undefined> {
  try {
    const [old, now] = [await read(parser, 'before', paths.before), await read(parser, 'after', paths.after)];
    const common = old.filter((name) => now.includes(name));
    const key = await keyOf(parser, common);
    return {
      columnsBefore: old,
      columnsAfter: now,
      key,
      ...(common.length === 0 ? nothing : await differingRows(parser, common, key, most)),
    };
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  } finally {
    await parser.run('drop table if exists temp.seed_before; drop table if exists temp.seed_after');
  }
}

const nothing = { rows: [], count: { added: 0, removed: 0, changed: 0 } };

/** As the loader reads seeds, but for types: a column's type is told by all its values. */
async function read(parser: Warehouse, side: 'before' | 'after', path: string): Promise<string[]> {
  await parser.run(`
    create or replace temp table seed_${side} as
    from read_csv(${quoteLiteral(path)}, header = true, all_varchar = true, sample_size = -1, nullstr = '')`);
  return (await parser.columns(`from temp.seed_${side}`)).map(({ name }) => name);
}

/** More columns than this do not tell rows apart for a reader. */
const longestKey = 6;

async function keyOf(parser: Warehouse, columns: readonly string[]): Promise<readonly string[]> {
  const prefixes = columns.slice(0, longestKey).map((_, index) => columns.slice(0, index + 1));
  for (const key of prefixes.filter(({ length }) => length < columns.length)) {
    const [row] = await parser.rows<{ is_key: boolean }>(`
      select bool_and(is_key) as is_key
      from (
          select count(*) = count(distinct row(${list(key)})) as is_key from temp.seed_before
          union all
          select count(*) = count(distinct row(${list(key)})) as is_key from temp.seed_after
      )`);
    if (row?.is_key === true) return key;
  }
  return [];
}

async function differingRows(
  parser: Warehouse,
  columns: readonly string[],
  key: readonly string[],
  most: number,
): Promise<Pick<SeedDifference, 'rows' | 'count'>> {
  const cells = (side: string) =>
    `json_object(${columns.map((name) => `${quoteLiteral(name)}, ${side}.${quoteIdentifier(name)}`).join(', ')})`;
  const match = key.map((name) => `old.${quoteIdentifier(name)} is not distinct from now.${quoteIdentifier(name)}`);
  const order = key.length > 0 ? key : columns;
  const rows = await parser.rows<{
    change: SeedRow['change'];
    before: string | null;
    after: string | null;
    all: number;
  }>(`
    with
        only_before as (
            select ${list(columns)}, true as is_there from temp.seed_before
            except all
            select ${list(columns)}, true as is_there from temp.seed_after
        ),
        only_after as (
            select ${list(columns)}, true as is_there from temp.seed_after
            except all
            select ${list(columns)}, true as is_there from temp.seed_before
        ),
        compared as (
            select
                case
                    when old.is_there is null then 'added'
                    when now.is_there is null then 'removed'
                    else 'changed'
                end as change,
                case when old.is_there then ${cells('old')} end as before,
                case when now.is_there then ${cells('now')} end as after,
                ${order.map((name, index) => `coalesce(now.${quoteIdentifier(name)}, old.${quoteIdentifier(name)}) as order_${index}`).join(', ')}
            from only_before as old
            full join only_after as now on old.is_there = now.is_there and ${match.length > 0 ? match.join(' and ') : 'old.is_there <> now.is_there'}
        ),
        numbered as (
            select
                change,
                before,
                after,
                row_number() over (partition by change order by ${order.map((_, index) => `order_${index} nulls first`).join(', ')}) as place,
                count(*) over (partition by change) as "all"
            from compared
        )
    select change, before, after, "all" from numbered where place <= ${most} order by change, place`);
  const count = { added: 0, removed: 0, changed: 0 };
  for (const { change, all } of rows) count[change] = all;
  return {
    count,
    rows: rows.map(({ change, before, after }) => ({ change, before: toCells(before), after: toCells(after) })),
  };
}

function toCells(json: string | null): Cells | null {
  // Written by json_object above, of text alone.
  return json === null ? null : (JSON.parse(json) as Cells);
}

function list(names: readonly string[]): string {
  return names.map(quoteIdentifier).join(', ');
}
