// node contents.mjs FILE TABLE: what a table holds, as a hash that no order of rows changes.
import { DuckDBInstance } from '@duckdb/node-api';

const [file, table] = process.argv.slice(2);
const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
const connection = await instance.connect();
await connection.run(`set timezone = 'UTC'`);
const hash = await connection.runAndReadAll(
  `select count(*) || ' rows, ' || bit_xor(hash(each::text)) from ${table} as each`,
);
process.stdout.write(String(hash.getRows()[0][0]));
connection.closeSync();
instance.closeSync();
