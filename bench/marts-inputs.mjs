// node marts-inputs.mjs MANIFEST WORK FRESH: copies what a build's models read beside the events (seeds, the agreement, the
// run) from its work file into a fresh one.
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [manifest, work, fresh] = process.argv.slice(2);
const { models } = JSON.parse(readFileSync(manifest, 'utf8'));
const tables = new Set(models.flatMap(({ reads_tables: read }) => read));
tables.delete('raw.events');

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run(`attach '${work}' as work (read_only); attach '${fresh}' as fresh`);
for (const table of tables) {
  const [schema, name] = table.split('.');
  await connection.run(`create schema if not exists fresh."${schema}"`);
  await connection.run(`create table fresh."${schema}"."${name}" as from work."${schema}"."${name}"`);
}
await connection.run('detach fresh; detach work');
connection.closeSync();
instance.closeSync();
