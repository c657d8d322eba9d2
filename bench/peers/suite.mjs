import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { handover, makeDumps } from '../dumps.mjs';
import { compare, describe, measure, measureProgram, say } from '../measure.mjs';
import { lastTables, writeProject } from './projects.mjs';

const contentsScript = fileURLToPath(new URL('contents.mjs', import.meta.url));
const usageScript = fileURLToPath(new URL('usage.py', import.meta.url));
/** A Python that has what requirements.txt names. */
const python = process.env.PEERS_PYTHON ?? 'python3';

export const peersSuite = {
  title: 'Beside dbt and SQLMesh',
  explanation: `The same five models (bench/peers/models: one view and four tables) on the same Parquet file of events, by
\`handover build\`, \`dbt run\` (dbt-duckdb) and \`sqlmesh plan --auto-apply --no-prompts\`, whole processes with the same
DuckDB. For whoever has the other two: \`pip install -r bench/peers/requirements.txt\`, and PEERS_PYTHON names that Python.

- "Cold": no database and nothing remembered. The others load the file as a sixth model, \`select * from read_parquet\`;
  most of Handover's time goes into a load that checks every row and keeps its file and its place there.
- "Nothing changed": the same command again. A plain \`dbt run\` runs every model again, so dbt is given what it offers for
  this: \`--select state:modified+ --state\` with the manifest of the last run, copied aside between runs (not timed).
- "One changed": the third model's SQL; it and two that read it must run.

Settings: dbt has two threads and its partial parsing, SQLMesh one task at a time (its default for DuckDB); usage
statistics are off in both.

What the others do beside it that Handover does not: SQLMesh keeps every version of a model's table and switches views, so
that a change can be undone without computing anything, and parses all SQL into a tree of its own for any engine's dialect;
dbt renders Jinja, and writes its catalogue of artefacts for other tools. What Handover does beside them: it counts every
row of the file as loaded or rejected, binds all models before it runs one, checks what contracts say, and publishes
what readers see into a file of its own in one step.`,
  run,
};

/** @param {{ events: number, runs: number, folder: string }} options */
async function run({ events, runs, folder }) {
  const versions = readVersions();
  const { glob } = await makeDumps(folder, 'parquet', events);
  const tools = {
    handover: { name: 'Handover', run: (project) => measure([handover, 'build', '--project', project, '--quiet']) },
    dbt: { name: `dbt ${versions['dbt-core']}`, run: runDbt },
    sqlmesh: { name: `SQLMesh ${versions.sqlmesh}`, run: runSqlmesh },
  };
  const measured = Object.fromEntries(Object.keys(tools).map((tool) => [tool, []]));
  for (let number = 1; number <= runs; number++) {
    for (const [tool, { run: runTool }] of Object.entries(tools)) {
      measured[tool].push(
        await measureThrice(tool, join(folder, tool), { dump: glob, runTool, label: `${number}/${runs}` }),
      );
    }
  }
  await failUnlessEqual(folder);
  const steps = { cold: 'cold', again: 'nothing changed', changed: 'one of five changed' };
  const figures = Object.entries(steps).flatMap(([step, title]) =>
    ['dbt', 'sqlmesh'].map((tool) => {
      const pairs = measured.handover.map((ours, index) => ({ ours: ours[step], base: measured[tool][index][step] }));
      return compare({ name: title, against: tools[tool].name }, pairs);
    }),
  );
  return { figures };
}

/** From nothing, once more, and with one model changed. */
async function measureThrice(tool, folder, { dump, runTool, label }) {
  rmSync(folder, { recursive: true, force: true });
  const project = writeProject(tool, folder, dump);
  const step = async (what) => {
    const { usage } = await runTool(folder);
    say(`${tool} ${label}: ${what} ${describe(usage)}`);
    return usage;
  };
  const cold = await step('cold');
  const again = await step('nothing changed');
  project.changeModel(1);
  return { cold, again, changed: await step('one changed') };
}

/** The tools must have come to the same table. */
async function failUnlessEqual(folder) {
  const contents = [];
  for (const [tool, { file, table }] of Object.entries(lastTables)) {
    const { output } = await measure([contentsScript, join(folder, tool, file), table]);
    contents.push(`${tool}: ${output}`);
  }
  if (new Set(contents.map((text) => text.split(': ')[1])).size > 1)
    throw new Error(`not the same:\n${contents.join('\n')}`);
  say(contents.join('; '));
}

async function runDbt(folder) {
  const state = join(folder, 'state');
  const select = existsSync(state) ? ['--select', 'state:modified+', '--state', state] : [];
  const places = ['--project-dir', folder, '--profiles-dir', folder];
  const done = await runPython(['dbt.cli.main', 'run', ...places, ...select], folder);
  rmSync(state, { recursive: true, force: true });
  cpSync(join(folder, 'target', 'manifest.json'), join(state, 'manifest.json'));
  return done;
}

function runSqlmesh(folder) {
  return runPython(['sqlmesh.cli.main', '--paths', folder, 'plan', '--auto-apply', '--no-prompts'], folder);
}

function runPython(command, cwd) {
  return measureProgram(python, [usageScript, ...command], { cwd });
}

function readVersions() {
  const script = `import json
from importlib.metadata import version
print(json.dumps({name: version(name) for name in ("dbt-core", "dbt-duckdb", "sqlmesh", "duckdb")}))`;
  try {
    return JSON.parse(execFileSync(python, ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    throw new Error(
      `${python} has no dbt and SQLMesh: pip install -r bench/peers/requirements.txt, and name it in PEERS_PYTHON`,
    );
  }
}
