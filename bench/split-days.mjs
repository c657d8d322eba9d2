// node split-days.mjs NEXT FOLDER DAYS ROWS: writes the first rows of an export that comes later, in the order in which they
// were recorded, as one file a day: FOLDER/events-next-1.parquet and so on.
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [next, folder, days, rows] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run(`set timezone = 'UTC'`);
for (let day = 0; day < Number(days); day++) {
  const file = join(folder, `events-next-${day + 1}.parquet`);
  await connection.run(`copy (
    from '${next}' order by recorded_at, event_id, hash(columns(*)) limit ${rows} offset ${day * Number(rows)}
  ) to '${file}' (format parquet, compression zstd)`);
}
connection.closeSync();
instance.closeSync();
