import { join } from 'node:path';
import { namesOfRun } from './artefacts.mjs';
import { handover } from './dumps.mjs';
import { generatedProject, modelName, writeModel } from './generated-project.mjs';
import { measureMarts } from './marts.mjs';
import { compare, describe, limitTime, measure, say } from './measure.mjs';
import { build, measurePair, prepareFloor } from './models-pair.mjs';
import { modelsAlone, sampleProject } from './sample-projects.mjs';

export const runSuite = {
  title: 'Running models',
  explanation: `The floor is bench/models-floor.mjs: a script that opens a DuckDB file which holds what the models read, and
runs their SQL one after another as \`create or replace table\` (or \`view\`), no more; like the build, it works in a file
that had the models already. The suite fails when the two do not give the same number of rows of every model.

- "Sample, models alone" is \`handover build --full-refresh\` of the sample without its contracts and metrics: reading the
  project, seeing that no dump changed, planning, binding every model on empty tables, running, recording, publishing.
- "Sample, whole build" has them: every metric by week, month, quarter and dimension, and every contract. The script has
  nothing like it, so the figure has no target.
- "One of 40 models changed" has forty made-up models of 200,000 rows in four layers; the suite fails unless the one and
  the two that read it ran, and no other.
- "500 models" is \`handover ls\` of a project of 500 made-up models: their SQL parsed and ordered, with no earlier run to
  lean on.
- "Parquet to published marts" is \`handover build\` from nothing on generated events, without metrics and contracts, under
  an agreement that was in force from the start. The script, bench/marts-floor.mjs, does it in one process: it loads the
  files as bench/load-by-hand.mjs says, runs the models' SQL and copies what readers get into a new file; the agreement's
  and reference tables lie there already. The suite fails unless all these tables have as many rows. Of the three stages
  the time is that inside the processes. "With metrics and contracts" is the whole build, against the same script.`,
  causes: [
    {
      of: 'sample, models alone',
      why: `of 60,000 events the SQL takes less than a second; reading the project, binding every model on empty tables, a
  transaction with its record for each model and publishing cost as much again.`,
    },
    {
      of: 'Parquet to published marts',
      why: `the script keeps no file, line or fate of a row, no record of what each model was made from, and may take most of the
  machine's memory.`,
    },
    {
      of: 'of it, models',
      why: 'each is counted, recorded and committed by itself, within the memory that a build may take.',
    },
  ],
  run,
};

/** @param {{ events: number, runs: number, folder: string }} options */
async function run({ events, runs, folder }) {
  const parts = [
    await measureSample(join(folder, 'sample'), runs),
    await measureChange(join(folder, 'forty'), runs),
    await measurePlan(join(folder, 'five-hundred'), runs),
    await measureMarts(join(folder, 'marts'), { events, runs }),
  ];
  const all = (key) => parts.flatMap((part) => part[key] ?? []);
  return { rows: all('rows')[0], figures: all('figures'), times: all('times') };
}

async function measureSample(folder, runs) {
  const alone = modelsAlone(join(folder, 'alone'));
  const whole = sampleProject(join(folder, 'whole'));
  const floors = { alone: await prepareFloor(alone), whole: await prepareFloor(whole) };
  const pairs = { alone: [], whole: [] };
  for (let number = 1; number <= runs; number++) {
    const isFloorFirst = number % 2 === 1;
    for (const [name, project] of Object.entries({ alone, whole })) {
      const label = `sample, ${name} ${number}/${runs}`;
      const { ours, floor } = await measurePair(project, floors[name].warehouse, label, isFloorFirst);
      pairs[name].push({ ours: ours.usage, base: floor.usage });
    }
  }
  return {
    figures: [
      compare({ name: 'sample, models alone', against: 'floor', target: 1.5 }, pairs.alone),
      compare({ name: 'sample, whole build', against: 'floor' }, pairs.whole),
    ],
  };
}

const forty = { layers: 4, width: 10, rows: 200_000 };

async function measureChange(folder, runs) {
  const changed = { layer: forty.layers - 2, place: 0, width: forty.width };
  const readers = [0, forty.width - 1].map((place) => modelName(forty.layers - 1, place));
  const expected = [modelName(changed.layer, changed.place), ...readers].sort();
  const project = await generatedProject(folder, forty);
  await build(project);
  const pairs = [];
  for (let number = 1; number <= runs; number++) {
    const { usage: base } = await build(project, '--full-refresh');
    writeModel(project, { ...changed, factor: number + 1 });
    const { usage: ours } = await build(project);
    const ran = namesOfRun(project).sort();
    if (ran.join() !== expected.join()) throw new Error(`${ran.join(', ')} ran, not ${expected.join(', ')}`);
    say(`one of forty ${number}/${runs}: ${describe(ours)}; all ${describe(base)}`);
    pairs.push({ ours, base });
  }
  return { figures: [compare({ name: 'one of 40 models changed', against: 'all 40' }, pairs)] };
}

async function measurePlan(folder, runs) {
  const project = await generatedProject(folder, { layers: 10, width: 50, rows: 10 });
  const usages = [];
  for (let number = 1; number <= runs; number++) {
    const { usage, output } = await measure([handover, 'ls', '--project', project, '--format', 'csv']);
    const listed = output.match(/^layer_\d+_model_\d+,/gm)?.length ?? 0;
    if (listed !== 500) throw new Error(`handover ls lists ${listed} of 500 models`);
    say(`500 models ${number}/${runs}: ${describe(usage)}`);
    usages.push(usage);
  }
  return { times: [limitTime('500 models planned', 1, usages)] };
}
