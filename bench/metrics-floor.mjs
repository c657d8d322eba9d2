// node metrics-floor.mjs PUBLISHED FILE: works out all metrics by hand (metrics-by-hand.mjs) on the tables that a build
// published, into a file of its own. Prints how long that took.
import { performance } from 'node:perf_hooks';
import { DuckDBInstance } from '@duckdb/node-api';
import { byHand, byHandTable } from './metrics-by-hand.mjs';

const [published, file] = process.argv.slice(2);
const instance = await DuckDBInstance.create(file);
const connection = await instance.connect();
await connection.run(`set timezone = 'UTC'; attach '${published}' as published (read_only); ${byHandTable}`);
const [[own]] = (await connection.runAndReadAll('select current_database()')).getRows();
await connection.run('use published');

const started = performance.now();
const queries = [];
for (const { name, query } of byHand) {
  const begun = performance.now();
  await connection.run(`insert into "${own}".main.by_hand select '${name}', * from (${query})`);
  queries.push({ name, seconds: (performance.now() - begun) / 1000 });
}
const seconds = (performance.now() - started) / 1000;
connection.closeSync();
instance.closeSync();
process.stdout.write(JSON.stringify({ seconds, queries }));
