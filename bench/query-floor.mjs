// node query-floor.mjs WAREHOUSE SQL: runs one query by hand, and prints its rows as JSON. It knows the tables by heart: no
// names are looked up, nothing is checked.
import { DuckDBInstance } from '@duckdb/node-api';

const [warehouse, sql] = process.argv.slice(2);
const instance = await DuckDBInstance.create(warehouse, { access_mode: 'READ_ONLY' });
const connection = await instance.connect();
const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson();
process.stdout.write(`${JSON.stringify(rows)}\n`);
connection.closeSync();
instance.closeSync();
