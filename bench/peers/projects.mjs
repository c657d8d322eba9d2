import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes one tool's project on the dump; `changeModel()` writes the changed model.
 * @param {string} tool
 * @param {string} folder
 * @param {{ dump: string, workload: import('./workloads.mjs').Workload }} work
 */
export function writeProject(tool, folder, { dump, workload }) {
  const { files, model, ready } = tools[tool](folder, dump, workload);
  const writeAll = (texts) => {
    for (const [path, text] of Object.entries(texts)) write(join(folder, path), text);
  };
  writeAll(files);
  for (const each of workload.models) writeAll(model(each));
  ready?.();
  return {
    changeModel: () => {
      const before = workload.models.find(({ name }) => name === workload.changed.name);
      writeAll(model({ ...before, ...workload.changed }));
    },
  };
}

/** Where each tool leaves what people read: a file, and what to select from. */
export const lastTables = {
  handover: (last) => ({ file: join('target', 'handover.duckdb'), table: last }),
  dbt: (last) => ({ file: 'bench.duckdb', table: last }),
  sqlmesh: (last) => ({ file: 'bench.duckdb', table: `peers.${last}` }),
  lea: (last) => ({ file: 'bench.duckdb', table: `(select * exclude (_materialized_timestamp) from peers.${last})` }),
};

const rename = (sql, toReference) => sql.replace(/\{\{(\w+)\}\}/g, (_all, name) => toReference(name));
const inSchema = (read) => `peers.${read}`;

const tools = {
  handover: (_folder, dump, { last, recordedAt }) => ({
    files: {
      'handover.yml': `name: peers\nsources: { log: { kind: table, files: ${JSON.stringify(dump)}, recorded_at: ${recordedAt} } }\n`,
    },
    model: ({ name, sql, kind }) => ({
      [`models/${name}.sql`]: rename(sql, (read) => (read === 'raw_log' ? 'raw.log' : read)),
      [`models/${name}.yml`]: `name: ${name}\ndescription: A model.\nmaterialized: ${kind}\npublic: ${name === last}\n`,
    }),
  }),
  dbt: (folder, dump) => ({
    files: {
      'dbt_project.yml':
        'name: peers\nversion: 1.0.0\nprofile: peers\nmodel-paths: [models]\nflags: { send_anonymous_usage_stats: false }\n',
      'profiles.yml': `peers:\n  target: bench\n  outputs:\n    bench: { type: duckdb, path: ${join(folder, 'bench.duckdb')}, threads: 2 }\n`,
      'models/raw_log.sql': `{{ config(materialized='table') }}\nselect * from read_parquet('${dump}')\n`,
    },
    model: ({ name, sql, kind }) => ({
      [`models/${name}.sql`]: `{{ config(materialized='${kind}') }}\n${rename(sql, (read) => `{{ ref('${read}') }}`)}`,
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
    model: ({ name, sql, kind }) => ({
      [`models/${name}.sql`]: `model (name peers.${name}, kind ${kind === 'view' ? 'view' : 'full'});\n${rename(sql, inSchema)}`,
    }),
  }),
  lea: (folder, dump) => ({
    files: {
      '.env': 'LEA_WAREHOUSE=duckdb\nLEA_DUCKDB_PATH=bench.duckdb\n',
      '.gitignore': '*\n!.gitignore\n!scripts/\n!scripts/**\nscripts/.lea_cache/\n',
      'scripts/peers/raw_log.sql': `select * from read_parquet('${dump}')\n`,
    },
    model: ({ name, sql }) => ({ [`scripts/peers/${name}.sql`]: rename(sql, inSchema) }),
    // It asks git which scripts changed.
    ready: () => {
      const git = (...parameters) => execFileSync('git', ['-C', folder, ...parameters], { stdio: 'pipe' });
      git('init', '--quiet', '--initial-branch', 'main');
      git('add', '--all');
      git(
        '-c',
        'user.name=Bench',
        '-c',
        'user.email=bench@example.org',
        'commit',
        '--quiet',
        '--message',
        'The models',
      );
    },
  }),
};

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
