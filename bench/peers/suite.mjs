import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeDumps } from '../dumps.mjs';
import { makeFacts } from '../generated-project.mjs';
import { compare, describe, measure, say } from '../measure.mjs';
import { measureMetricFlow } from './metricflow.mjs';
import { lastTables, writeProject } from './projects.mjs';
import { readVersions, runs as runTool } from './tools.mjs';
import { fiveModels, manyModels } from './workloads.mjs';

const contentsScript = fileURLToPath(new URL('contents.mjs', import.meta.url));
const peers = ['dbt', 'sqlmesh', 'lea'];
const factRows = 1000;

export const peersSuite = {
  title: 'Beside dbt, SQLMesh, lea and MetricFlow',
  explanation: `The same models by \`handover build\`, \`dbt run\` (dbt-duckdb), \`sqlmesh plan --auto-apply --no-prompts\` and \`lea run
--production\`, whole processes with the same DuckDB. For whoever has the others: \`pip install -r
bench/peers/requirements.txt\`, and PEERS_PYTHON names that Python. The suite fails unless all come to the same last table.

- "Five models" (bench/peers/models: one view and four tables) read the same Parquet file of events. "500 models" are made-up
  tables in ten layers on ${factRows.toLocaleString('en')} facts: what there is to see is what a tool costs beside
  the SQL. They are run once each, and not by lea, which
  took three minutes for the first of them alone (22 s of processor time).
- "Cold": no database and nothing remembered. The others load the file as a model more, \`select * from read_parquet\`;
  of five models, most of Handover's time goes into a load that checks every row and keeps its file and its place there.
- "Nothing changed": the same command again. A plain \`dbt run\` runs every model again, so dbt is given what it offers for
  this: \`--select state:modified+ --state\` with the manifest of the last run, copied aside between runs (not timed). lea
  offers nothing for it, and runs all of them again.
- "One changed": one model's SQL; it and the two that read it must run. lea is told \`--select git+\`: what changed in git,
  and what reads that.
- "MetricFlow": \`mf query\` against \`handover query\` of the same metric on the tables of the sample on generated events, values
  equal (as the reporting zone has its weeks). MetricFlow writes SQL and runs it on the tables. Handover's build has stored
  values by week and by team, which the first two questions read; the third one's condition makes it compute, too.

Settings: dbt has two threads and its partial parsing, SQLMesh one task at a time (its default for DuckDB), lea as many threads
as it chooses; usage statistics are off.

What the others do beside it that Handover does not: SQLMesh keeps every version of a model's table and switches views, so
that a change can be undone without computing anything, and parses all SQL into a tree of its own for any engine's dialect;
dbt renders Jinja, runs on any warehouse, and writes its catalogue of artefacts for other tools; lea writes each table aside
and puts all in place when all have succeeded, and runs on BigQuery and MotherDuck as well; MetricFlow joins semantic models
by their entities as a question needs it, on any warehouse. What Handover does beside them: it counts every row of the file
as loaded or rejected, binds all models before it runs one, traces each column to where it comes from, checks what contracts
say, and publishes what readers see into a file of its own in one step; its query also gives intervals, targets and verdicts.`,
  lacks: () =>
    readVersions() === undefined
      ? 'no Python with the others: pip install -r bench/peers/requirements.txt, and name it in PEERS_PYTHON'
      : undefined,
  run,
};

/** @param {{ events: number, runs: number, folder: string, shared: string }} options */
async function run({ events, runs, folder, shared }) {
  const versions = readVersions();
  mkdirSync(folder, { recursive: true });
  const names = {
    dbt: `dbt ${versions['dbt-core']}`,
    sqlmesh: `SQLMesh ${versions.sqlmesh}`,
    lea: `lea ${versions['lea-cli']}`,
  };
  const { glob } = await makeDumps(join(folder, 'exports'), 'parquet', events);
  const facts = join(folder, 'facts.parquet');
  await makeFacts(facts, factRows);
  const works = [
    { title: 'five models', dump: glob, workload: fiveModels(), runs, peers },
    { title: '500 models', dump: facts, workload: manyModels(), runs: 1, peers: ['dbt', 'sqlmesh'] },
  ];
  const figures = [];
  for (const work of works) figures.push(...(await measureTools(folder, work, names)));
  const metricflow = await measureMetricFlow(folder, { events, runs, shared, version: versions.metricflow });
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return { figures: [...figures, ...metricflow], notes: [`Versions: ${packages.join(', ')}.`] };
}

/** Three figures for each of the others: cold, nothing changed, one changed. */
async function measureTools(folder, { title, dump, workload, runs, peers: others }, names) {
  const tools = ['handover', ...others];
  const places = Object.fromEntries(tools.map((tool) => [tool, join(folder, workload.name, tool)]));
  const measured = Object.fromEntries(tools.map((tool) => [tool, []]));
  for (let number = 1; number <= runs; number++) {
    for (const tool of tools) {
      const label = `${title}, ${tool} ${number}/${runs}`;
      measured[tool].push(await measureThrice(tool, places[tool], { dump, workload, label }));
    }
  }
  await failUnlessEqual(places, workload.last);
  const steps = { cold: 'cold', again: 'nothing changed', changed: 'one changed' };
  return Object.entries(steps).flatMap(([step, what]) =>
    others.map((tool) => {
      const pairs = measured.handover.map((ours, index) => ({ ours: ours[step], base: measured[tool][index][step] }));
      return compare({ name: `${title}, ${what}`, against: names[tool] }, pairs);
    }),
  );
}

/** From nothing, once more, and with one model changed. */
async function measureThrice(tool, folder, { dump, workload, label }) {
  rmSync(folder, { recursive: true, force: true });
  const project = writeProject(tool, folder, { dump, workload });
  const step = async (name) => {
    const { usage } = await runTool[tool](folder, name);
    say(`${label}: ${name} ${describe(usage)}`);
    return usage;
  };
  const cold = await step('cold');
  const again = await step('again');
  project.changeModel();
  return { cold, again, changed: await step('changed') };
}

/** The tools must have come to the same table. */
async function failUnlessEqual(places, last) {
  const contents = [];
  for (const [tool, folder] of Object.entries(places)) {
    const { file, table } = lastTables[tool](last);
    const { output } = await measure([contentsScript, join(folder, file), table]);
    contents.push({ tool, output });
  }
  const said = contents.map(({ tool, output }) => `${tool}: ${output}`).join('; ');
  if (new Set(contents.map(({ output }) => output)).size > 1) throw new Error(`not the same: ${said}`);
  say(said);
}
