import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modelsFolder = fileURLToPath(new URL('models', import.meta.url));

/** The five models that all three run: plain selects that name what they read as {{name}}. */
const models = readdirSync(modelsFolder).map((file) => ({
  name: basename(file, '.sql'),
  sql: readFileSync(join(modelsFolder, file), 'utf8'),
}));

/** The model that is changed, and to what: two of the five read it, one of them through the other. */
const changedModel = 'lead_stages';
const change = (sql, number) => sql.replace("(stage = 'won')", `(stage = 'won' and ${number} > 0)`);

/** What people read: Handover publishes it into a file of its own. */
const lastModel = 'weekly_responses';

/** Where each tool leaves it. */
export const lastTables = {
  handover: { file: join('target', 'handover.duckdb'), table: lastModel },
  dbt: { file: 'bench.duckdb', table: lastModel },
  sqlmesh: { file: 'bench.duckdb', table: `peers.${lastModel}` },
};

/** Writes one tool's project on the dump; `changeModel(number)` writes the changed model, another for each number. */
export function writeProject(tool, folder, dump) {
  const { files, model } = tools[tool](folder, dump);
  for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
  const writeModel = ({ name, sql }) => {
    for (const [path, text] of Object.entries(model(name, sql))) write(join(folder, path), text);
  };
  for (const each of models) writeModel(each);
  return {
    folder,
    changeModel: (number) =>
      writeModel({ name: changedModel, sql: change(models.find(({ name }) => name === changedModel).sql, number) }),
  };
}

const kindOf = (name) => (name.startsWith('stg_') ? 'view' : 'table');
const rename = (sql, toReference) => sql.replace(/\{\{(\w+)\}\}/g, (_all, name) => toReference(name));

const tools = {
  handover: (_folder, dump) => ({
    files: {
      'handover.yml': `name: peers\nsources: { log: { kind: table, files: ${JSON.stringify(dump)}, recorded_at: recorded_at } }\n`,
    },
    model: (name, sql) => ({
      [`models/${name}.sql`]: rename(sql, (read) => (read === 'raw_log' ? 'raw.log' : read)),
      [`models/${name}.yml`]: `name: ${name}\ndescription: A model.\nmaterialized: ${kindOf(name)}\npublic: ${name === lastModel}\n`,
    }),
  }),
  dbt: (folder, dump) => ({
    files: {
      'dbt_project.yml':
        'name: peers\nversion: 1.0.0\nprofile: peers\nmodel-paths: [models]\nflags: { send_anonymous_usage_stats: false }\n',
      'profiles.yml': `peers:\n  target: bench\n  outputs:\n    bench: { type: duckdb, path: ${join(folder, 'bench.duckdb')}, threads: 2 }\n`,
      'models/raw_log.sql': `{{ config(materialized='table') }}\nselect * from read_parquet('${dump}')\n`,
    },
    model: (name, sql) => ({
      [`models/${name}.sql`]: `{{ config(materialized='${kindOf(name)}') }}\n${rename(sql, (read) => `{{ ref('${read}') }}`)}`,
    }),
  }),
  sqlmesh: (folder, dump) => ({
    files: {
      'config.yaml': `gateways:
  bench:
    connection: { type: duckdb, database: ${join(folder, 'bench.duckdb')}, concurrent_tasks: 1 }
default_gateway: bench
model_defaults: { dialect: duckdb, start: 2024-01-01 }
plan: { auto_categorize_changes: { sql: full } }
disable_anonymized_analytics: true
`,
      'models/raw_log.sql': `model (name peers.raw_log, kind full);\nselect * from read_parquet('${dump}')\n`,
    },
    model: (name, sql) => ({
      [`models/${name}.sql`]: `model (name peers.${name}, kind ${kindOf(name) === 'view' ? 'view' : 'full'});\n${rename(sql, (read) => `peers.${read}`)}`,
    }),
  }),
};

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
