import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStages, takeAgreed } from './agreed-build.mjs';
import { publishedFile, rowsLoaded, stages } from './artefacts.mjs';
import { nextRows } from './dumps.mjs';
import { compare, describe, limitMemory, measure, say } from './measure.mjs';
import { agreedProject } from './sample-projects.mjs';

const splitScript = fileURLToPath(new URL('split-days.mjs', import.meta.url));
const compareScript = fileURLToPath(new URL('compare-published.mjs', import.meta.url));

/** The export that comes later holds one in a hundred events: three days of three in a thousand. */
const mostDays = 3;
const share = 0.003;

export const dailySuite = {
  title: 'A day’s events on top',
  explanation: `The sample's models, metrics and contracts, under an agreement that was in force from the start, built on all but the last
events; then the next days come in one after another, each in a file of its own (of ten million events 30,000), and after
each of them \`handover build\` loads, runs, evaluates, checks and publishes. What it is measured against is a build of the
same files from nothing, after the last day. The suite fails unless every published table then has
the same columns, types and rows (\`except all\`, both ways) as that build gives; only when the build began may differ.`,
  causes: [
    {
      of: 'whole build',
      why: `what is left grows with what is there, not with the day: metrics are evaluated for all their periods when a table that
  they read changed, estimates of cohorts, data health and other small tables are made of all rows, of every cut table the
  keys are read to find the changed ones, and closing a file writes anew what lies around deleted rows. Of cut models
  themselves, contracts and publishing, a day now takes a fraction of what all takes.`,
    },
  ],
  run,
};

/** @param {{ events: number, runs: number, folder: string, shared: string }} options */
async function run({ events, runs, folder, shared }) {
  const { project, dumps, usage: first, forget } = await takeAgreed(shared, events);
  if (dumps.next === undefined) throw new Error('no events are left for the days to come');
  const days = await deliverDays({ project, dumps, events, folder, count: Math.min(runs, mostDays) });
  // Beside the other: published tables name files relative to the project.
  const other = agreedProject(join(project, '..', 'whole'), dumps.glob);
  const whole = await buildStages(other);
  say(`from nothing: ${describe(whole.usage)}`);
  const { output } = await measure([compareScript, ...[project, other].map(publishedFile)]);
  const { tables, rows } = JSON.parse(output);
  say(`${tables} published tables, ${rows.toLocaleString('en')} rows, are those of a build from nothing`);

  const loaded = rowsLoaded(project);
  forget();
  const against = 'build from nothing';
  const pairs = days.map(({ usage }) => ({ ours: usage, base: whole.usage }));
  const name = `${dayRows(events).toLocaleString('en')} rows on ${events.toLocaleString('en')} events`;
  return {
    rows: loaded,
    runs: days.length,
    figures: [
      compare({ name: `${name}, whole build`, against, target: 0.1 }, pairs),
      ...stages.map((stage) => compareStage(stage, { days, whole, against })),
    ],
    stages: [
      {
        builds: [
          { name: 'from nothing', ...whole },
          ...days.map((day, index) => ({ name: `day ${index + 1}`, ...day })),
        ],
      },
    ],
    memory: [
      limitMemory(name, undefined, pairs),
      limitMemory('from nothing', undefined, [{ ours: first }, { ours: whole.usage }]),
    ],
    notes: [`All ${tables} published tables (${rows.toLocaleString('en')} rows) are those of the build from nothing.`],
  };
}

/** Each day's file, and a build after it. */
async function deliverDays({ project, dumps, events, folder, count }) {
  const next = join(folder, 'days');
  mkdirSync(next, { recursive: true });
  await measure([splitScript, dumps.next, next, String(count), String(dayRows(events))]);
  const days = [];
  for (let number = 1; number <= count; number++) {
    dumps.deliver(join(next, `events-next-${number}.parquet`));
    const day = await buildStages(project);
    say(`day ${number}/${count}: ${describe(day.usage)}`);
    days.push(day);
  }
  return days;
}

function compareStage(stage, { days, whole, against }) {
  const of = ({ seconds }) => ({ wallSeconds: seconds[stage] });
  return compare(
    { name: stage, against },
    days.map((day) => ({ ours: of(day), base: of(whole) })),
  );
}

function dayRows(events) {
  return Math.min(Math.round(events * share), Math.floor(nextRows(events) / mostDays));
}
