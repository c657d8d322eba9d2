// node load-floor.mjs FORMAT GLOB WAREHOUSE: loads events as load-by-hand.mjs says, into a file of their own.
import { DuckDBInstance } from '@duckdb/node-api';
import { loadByHand } from './load-by-hand.mjs';

const [format, glob, warehouse] = process.argv.slice(2);
const instance = await DuckDBInstance.create(warehouse);
const connection = await instance.connect();
await loadByHand(connection, format, glob);
const [[rows]] = (await connection.runAndReadAll('select count(*) from events')).getRows();
connection.closeSync();
instance.closeSync();
process.stdout.write(JSON.stringify({ rows: Number(rows) }));
