// node models-floor.mjs MANIFEST WAREHOUSE: the models of a project as a script by hand would run them. The file holds
// what they read. It plans, checks, remembers and publishes nothing.
import { performance } from 'node:perf_hooks';
import { DuckDBInstance } from '@duckdb/node-api';
import { modelsOf, runByHand } from './models-by-hand.mjs';

const [manifest, warehouse] = process.argv.slice(2);
const models = modelsOf(manifest);

const instance = await DuckDBInstance.create(warehouse);
const connection = await instance.connect();
await connection.run(`set timezone = 'UTC'`);
const started = performance.now();
await runByHand(connection, models);
const seconds = (performance.now() - started) / 1000;

const rows = {};
for (const { name } of models.filter(({ materialized }) => materialized !== 'view')) {
  const [[count]] = (await connection.runAndReadAll(`select count(*) from "${name}"`)).getRows();
  rows[name] = Number(count);
}
connection.closeSync();
instance.closeSync();
process.stdout.write(JSON.stringify({ seconds, rows }));
