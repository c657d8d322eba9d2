// node hold-back.mjs FILE NEXT ROWS: moves the last ROWS rows of a generated export into NEXT, as the CRM's next delivery.
import { renameSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [file, next, heldBack] = process.argv.slice(2);
const isText = !file.endsWith('.parquet');
const csvHeader = 'event_id,occurred_at,recorded_at,lead_id,type,stage,owner_id,team,channel,properties';
const isCsv = file.endsWith('.csv.gz');

// Text is moved line by line, as it stands: the generator's bad rows must stay bad.
const rows = isText
  ? `read_csv('${file}', auto_detect = false, columns = {'${csvHeader}': 'varchar'}, header = ${isCsv},
        delim = E'\\x01', quote = '', escape = '', strict_mode = false)`
  : `read_parquet('${file}')`;
const format = isText
  ? `format csv, header ${isCsv}, delimiter E'\\x01', quote '', escape '', compression gzip`
  : 'format parquet, compression zstd';

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const [[total]] = (await connection.runAndReadAll(`select count(*) from ${rows}`)).getRows();
const kept = Number(total) - Number(heldBack);
if (kept < 1) throw new Error(`${total} rows in the last export are too few to hold back ${heldBack}`);
await connection.run(`copy (from ${rows} limit ${kept}) to '${file}.kept' (${format})`);
await connection.run(`copy (from ${rows} offset ${kept}) to '${next}' (${format})`);
connection.closeSync();
instance.closeSync();
renameSync(`${file}.kept`, file);
