import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import type { FileKind } from './file-kind.ts';
import { jsonRecords } from './json-document.ts';
import type { RowsOfFile } from './leads.ts';
import { compressionOf, physicalLines } from './lines.ts';
import { surveyFile } from './survey.ts';

/**
 * Writes a dump anew without some of its rows, and puts it in the old one's place in one step. What stays is copied as
 * it stands; lines end in LF. JSON documents become one array of their records.
 */
export async function cutRows(
  warehouse: Warehouse,
  file: { readonly absolute: string; readonly bytes: number; readonly kind: FileKind; readonly named: FileKind },
  spans: RowsOfFile['spans'],
): Promise<void> {
  const fresh = `${file.absolute}.${process.pid}.new`;
  try {
    await write(warehouse, file, spans, fresh);
    renameSync(fresh, file.absolute);
  } finally {
    rmSync(fresh, { force: true });
  }
}

async function write(
  warehouse: Warehouse,
  file: Parameters<typeof cutRows>[1],
  spans: RowsOfFile['spans'],
  fresh: string,
): Promise<void> {
  const { kind, absolute } = file;
  const target = quoteLiteral(fresh);
  const cut = `select unnest(range(firsts, lasts + 1)) from (select unnest(${list(spans.map(({ first }) => first))}) as firsts, unnest(${list(spans.map(({ last }) => last))}) as lasts)`;
  if (kind.format === 'parquet') {
    await warehouse.run(/* sql */ `
      copy (
          select * exclude (file_row_number)
          from read_parquet(${quoteLiteral(absolute)}, file_row_number = true)
          where file_row_number + 1 not in (${cut})
      ) to ${target} (format parquet)`);
    return;
  }
  if (kind.format === 'json') {
    const rows = await warehouse.rows<{ record: string }>(
      `select record::varchar as record from ${jsonRecords(file)} where number not in (${cut}) order by number`,
    );
    const records = rows.map(({ record }) => record.replaceAll('\n', ' '));
    const text =
      file.named.format === 'ndjson'
        ? records.map((record) => `${record}\n`).join('')
        : `[\n${records.join(',\n')}\n]\n`;
    writeFileSync(fresh, kind.compression === 'gzip' ? gzipSync(text) : text);
    return;
  }
  const { text } = await surveyFile(file, []);
  await warehouse.run(/* sql */ `
    copy (
        select coalesce(text, '') as text
        from (select row_number() over () as line, text from ${physicalLines([file], text?.hasMixedLineEnds)})
        where line not in (${cut})
    ) to ${target} (
        format csv, header false, quote '', escape '', delimiter E'\\x01', compression ${compressionOf([file])}
    )`);
}

function list(numbers: readonly number[]): string {
  return `[${numbers.join(', ')}]::bigint[]`;
}
