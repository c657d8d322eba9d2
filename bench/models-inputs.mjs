// node models-inputs.mjs MANIFEST WORK FRESH: copies all that a build's models read (raw, seeds, the agreement, the run)
// from its work file into a fresh one, and none of the models.
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [manifest, work, fresh] = process.argv.slice(2);
const names = JSON.parse(readFileSync(manifest, 'utf8')).models.map(({ name }) => name);

const rest = `${fresh}.rest`;
copyFileSync(work, rest);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run(`attach '${rest}' as rest; use rest`);
// The models' views first: one of them may read a table of theirs.
const relations = (kind) =>
  connection.runAndReadAll(
    `select ${kind}_name from duckdb_${kind}s() where database_name = 'rest' and schema_name = 'main'`,
  );
for (const kind of ['view', 'table']) {
  const found = (await relations(kind)).getRows().map(([name]) => name);
  for (const name of found.filter((each) => names.includes(each)))
    await connection.run(`drop ${kind} rest.main."${name}"`);
}
await connection.run(
  `use memory; attach '${fresh}' as fresh; copy from database rest to fresh; detach fresh; detach rest`,
);
connection.closeSync();
instance.closeSync();
rmSync(rest);
