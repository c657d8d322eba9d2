import type { Warehouse } from '../warehouse/warehouse.ts';
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
    `create or replace temp table load_rejected (file integer, line bigint, "column" varchar, code varchar, reason varchar, due_at timestamptz)`,
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
 * the instant from which a row that lies in the future no longer does.
 */
export async function setRejectedAside(warehouse: Warehouse, target: Target, dueAt: string): Promise<void> {
  const { file, line, problem } = bookkeeping;
  await warehouse.run(/* sql */ `
    insert into ${rejected}
    select ${file}, ${line}, ${problem}."column", ${problem}.code, ${problem}.reason, ${dueAt}
    from ${target.table}
    where ${problem} is not null and ${problem}.code <> 'blank'`);
  await warehouse.run(`delete from ${target.table} where ${problem} is not null`);
}
