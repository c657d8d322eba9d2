// node models-floor.mjs MANIFEST WAREHOUSE: the models of a project as a script by hand would run them. The file holds
// what they read; each is one `create or replace`, one after another, in an order that is known. It plans, checks,
// remembers and publishes nothing.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { DuckDBInstance } from '@duckdb/node-api';

const [manifest, warehouse] = process.argv.slice(2);
const models = JSON.parse(readFileSync(manifest, 'utf8'))
  .models // An ephemeral one is part of those that read it.
  .filter(({ materialized }) => materialized !== 'ephemeral');

const instance = await DuckDBInstance.create(warehouse);
const connection = await instance.connect();
await connection.run(`set timezone = 'UTC'`);
const started = performance.now();
for (const { name, materialized, compiled_sql: sql } of models) {
  await connection.run(`create or replace ${materialized === 'view' ? 'view' : 'table'} "${name}" as\n${sql}`);
}
const seconds = (performance.now() - started) / 1000;

const rows = {};
for (const { name } of models.filter(({ materialized }) => materialized !== 'view')) {
  const [[count]] = (await connection.runAndReadAll(`select count(*) from "${name}"`)).getRows();
  rows[name] = Number(count);
}
connection.closeSync();
instance.closeSync();
process.stdout.write(JSON.stringify({ seconds, rows }));
