import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharedAgreed } from '../agreed-build.mjs';
import { publishedFile } from '../artefacts.mjs';
import { handover } from '../dumps.mjs';
import { compare, describe, measure, say } from '../measure.mjs';
import { runPython } from './tools.mjs';

const compareScript = fileURLToPath(new URL('same-values.mjs', import.meta.url));

/** The same question to both; `columns` are how each calls what it groups by. */
const questions = {
  'a count by week': {
    metric: 'mql_volume',
    ours: ['--grain', 'week'],
    theirs: ['--group-by', 'metric_time__week'],
    columns: { metric_time__week: 'period_start' },
  },
  'a ratio by week and team': {
    metric: 'response_within_sla_rate',
    ours: ['--grain', 'week', '--by', 'team'],
    theirs: ['--group-by', 'metric_time__week,response__team'],
    columns: { metric_time__week: 'period_start', response__team: 'team' },
  },
  'the same with a condition': {
    metric: 'response_within_sla_rate',
    ours: ['--grain', 'week', '--by', 'team', '--where', "country = 'DK'"],
    theirs: [
      '--group-by',
      'metric_time__week,response__team',
      '--where',
      "{{ Dimension('response__country') }} = 'DK'",
    ],
    columns: { metric_time__week: 'period_start', response__team: 'team' },
  },
};

/**
 * `mf query` against `handover query`, on a copy of the tables that a build published; the values must be equal.
 * @param {string} folder
 * @param {{ events: number, runs: number, shared: string, version: string }} options
 */
export async function measureMetricFlow(folder, { events, runs, shared, version }) {
  const { project } = await sharedAgreed(shared, events);
  const place = join(folder, 'metricflow');
  writeSemanticProject(place, publishedFile(project));
  await runPython(['dbt.cli.main:cli', 'parse', '--project-dir', place, '--profiles-dir', place], place);
  const figures = [];
  for (const [name, question] of Object.entries(questions)) {
    const pairs = [];
    for (let number = 1; number <= runs; number++) {
      pairs.push(await measureBoth(`${name} ${number}/${runs}`, { place, project, ...question }));
    }
    figures.push(compare({ name: `query, ${name}`, against: `MetricFlow ${version}` }, pairs));
  }
  return figures;
}

async function measureBoth(label, { place, project, metric, ours, theirs, columns }) {
  const table = join(place, 'theirs.csv');
  const { usage: base } = await runPython(
    ['dbt_metricflow.cli.main:cli', 'query', '--metrics', metric, ...theirs, '--csv', table],
    place,
  );
  const call = [handover, 'query', metric, ...ours, '--project', project, '--format', 'csv', '--quiet'];
  const { usage, output } = await measure(call);
  writeFileSync(join(place, 'ours.csv'), output);
  const { output: rows } = await measure([
    compareScript,
    join(place, 'ours.csv'),
    table,
    metric,
    JSON.stringify(columns),
  ]);
  say(`query, ${label}: ${describe(usage)}; mf ${describe(base)}; ${rows} values equal`);
  return { ours: usage, base };
}

/** A dbt project whose models are the tables of the file; nothing of it is ever run. */
function writeSemanticProject(folder, published) {
  mkdirSync(join(folder, 'models'), { recursive: true });
  copyFileSync(published, join(folder, 'bench.duckdb'));
  const write = (name, text) => writeFileSync(join(folder, name), text);
  write('dbt_project.yml', 'name: peers\nversion: 1.0.0\nprofile: peers\nmodel-paths: [models]\n');
  write(
    'profiles.yml',
    `peers:\n  target: bench\n  outputs:\n    bench: { type: duckdb, path: ${join(folder, 'bench.duckdb')}, threads: 2 }\n`,
  );
  for (const name of ['lead_cycles', 'lead_responses'])
    write(join('models', `${name}.sql`), 'select 1 as placeholder\n');
  write(join('models', 'days.sql'), "{{ config(materialized='table') }}\nselect date '2025-01-01' as day\n");
  write(join('models', 'semantic.yml'), readFileSync(new URL('semantic.yml', import.meta.url), 'utf8'));
}
