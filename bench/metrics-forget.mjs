// node metrics-forget.mjs WORK: forgets which metrics a work file holds the values of; the next build evaluates all of them.
import { DuckDBInstance } from '@duckdb/node-api';

const [work] = process.argv.slice(2);
const instance = await DuckDBInstance.create(work);
const connection = await instance.connect();
await connection.run('delete from state.metrics');
connection.closeSync();
instance.closeSync();
