import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import type { OpenedFile } from './open-files.ts';
import { bookkeeping, problemType, type Target } from './scan.ts';

/** Rows that could not be loaded, gathered while files are read; temporary. */
export const rejected = 'temp.main.load_rejected';

/** Makes an empty target with the bookkeeping columns, and an empty list of rejected rows where there is none. */
export async function createTarget(warehouse: Warehouse, table: string, columns: string): Promise<void> {
  const { file, line, problem } = bookkeeping;
  await warehouse.run(
    `create or replace table ${table} (${columns}, ${file} integer, ${line} bigint, ${problem} ${problemType})`,
  );
}

export async function createRejected(warehouse: Warehouse): Promise<void> {
  await warehouse.run(
    `create or replace temp table load_rejected (file integer, line bigint, "column" varchar, code varchar, reason varchar, due_at timestamptz, raw varchar, leads varchar[])`,
  );
}

const daysKept = 14;

/**
 * Moves the rejected rows of this load to the lasting list, load.rejects, less those of files that went. The text of a
 * row, where it was kept at all, goes after a fortnight.
 */
export async function keepRejected(warehouse: Warehouse, gone: readonly number[], now: string): Promise<void> {
  await warehouse.run(
    `create table if not exists load.rejects (file integer, line bigint, "column" varchar, code varchar, reason varchar,
      due_at timestamptz, raw varchar, leads varchar[], kept_at timestamptz)`,
  );
  if (gone.length > 0) await warehouse.run(`delete from load.rejects where file in (${gone.join(', ')})`);
  await warehouse.run(
    `insert into load.rejects select *, if(raw is null, null, ${quoteLiteral(now)}::timestamptz) from ${rejected}`,
  );
  await forgetTexts(warehouse, now);
}

/** When the first of the texts kept has been kept long enough. */
export async function textsExpireAt(warehouse: Warehouse): Promise<string | null> {
  const [row] = await warehouse.rows<{ at: string | null }>(
    `select min(kept_at) + interval ${daysKept} days as at from load.rejects`,
  );
  return row?.at ?? null;
}

/** Removes the texts of rejected rows that were kept long enough. */
export async function forgetTexts(warehouse: Warehouse, now: string): Promise<void> {
  await warehouse.run(
    `update load.rejects set raw = null, kept_at = null
    where kept_at < ${quoteLiteral(now)}::timestamptz - interval ${daysKept} days`,
  );
}

/**
 * Numbers rows that have no line yet by their place: rows of a file lie in the target in the file's order.
 * `firstLine` is the line of a file's first row.
 */
export async function numberRows(
  warehouse: Warehouse,
  target: Target,
  files: readonly OpenedFile[],
  firstLine: number,
): Promise<void> {
  const { file, line } = bookkeeping;
  await warehouse.run(/* sql */ `
    with first_rows as (
        select ${file} as file, min(rowid) as first_row
        from ${target.table}
        where ${file} in (${files.map((opened) => opened.id).join(', ')})
        group by ${file}
    )

    update ${target.table} as target
    set ${line} = target.rowid - first_rows.first_row + ${firstLine}
    from first_rows
    where target.${file} = first_rows.file`);
}

/**
 * Moves rows with a problem from the target to the rejected ones; blank lines of NDJSON simply go. `dueAt` is SQL for
 * the instant from which a row that lies in the future no longer does, `leads` are the columns that name a lead.
 */
export async function setRejectedAside(
  warehouse: Warehouse,
  target: Target,
  { dueAt, leads }: { readonly dueAt: string; readonly leads: readonly string[] },
): Promise<void> {
  const { file, line, problem } = bookkeeping;
  const named = `list_filter([${leads.map((lead) => `${quoteIdentifier(lead)}::varchar`).join(', ')}]::varchar[], lambda lead: lead is not null)`;
  await warehouse.run(/* sql */ `
    insert into ${rejected}
    select
        ${file}, ${line}, ${problem}."column", ${problem}.code, ${problem}.reason, ${dueAt}, ${problem}.raw,
        if(${problem}.code = 'forgotten', null, ${named})
    from ${target.table}
    where ${problem} is not null and ${problem}.code <> 'blank'`);
  await warehouse.run(`delete from ${target.table} where ${problem} is not null`);
}
