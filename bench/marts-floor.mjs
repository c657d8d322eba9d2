// node marts-floor.mjs MANIFEST GLOB WAREHOUSE PUBLISHED: from Parquet to published marts by hand, in one process: loads as
// load-by-hand.mjs says, runs the models' SQL, and copies what readers get into a new file. WAREHOUSE holds the rest of
// what the models read.
import { performance } from 'node:perf_hooks';
import { DuckDBInstance } from '@duckdb/node-api';
import { keepEarlier, loadByHand } from './load-by-hand.mjs';
import { modelsOf, runByHand } from './models-by-hand.mjs';

const [manifest, glob, warehouse, published] = process.argv.slice(2);
const models = modelsOf(manifest);
const publicModels = models.filter(({ public: isPublic }) => isPublic).map(({ name }) => name);

const rawEvents = `
create schema if not exists raw;
create view raw.events as
select events.*, least(events.recorded_at, earlier.recorded_at) as first_recorded_at
from main.events
left join main.earlier using (crm, event_id, type, occurred_at)`;

const instance = await DuckDBInstance.create(warehouse);
const connection = await instance.connect();
const seconds = {};
await timed('load', async () => {
  await loadByHand(connection, 'parquet', glob, () => connection.run(keepEarlier));
  await connection.run(rawEvents);
});
await timed('models', () => runByHand(connection, models));
await timed('publish', async () => {
  await connection.run(`attach '${published}' as published; begin`);
  for (const name of publicModels) await connection.run(`create table published.main."${name}" as from main."${name}"`);
  await connection.run('commit; detach published');
});
connection.closeSync();
instance.closeSync();
process.stdout.write(JSON.stringify({ seconds, tables: publicModels }));

async function timed(stage, work) {
  const started = performance.now();
  await work();
  seconds[stage] = (performance.now() - started) / 1000;
}
