// node count-tables.mjs FILE: how many rows each table of a file has.
import { DuckDBInstance } from '@duckdb/node-api';

const [file] = process.argv.slice(2);
const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
const connection = await instance.connect();
const tables = (
  await connection.runAndReadAll(`select table_name from duckdb_tables() where schema_name = 'main'`)
).getRows();
const counts = {};
for (const [name] of tables) {
  const [[count]] = (await connection.runAndReadAll(`select count(*) from main."${name}"`)).getRows();
  counts[name] = Number(count);
}
connection.closeSync();
instance.closeSync();
process.stdout.write(JSON.stringify(counts));
