import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharedAgreed } from './agreed-build.mjs';
import { metricSeconds, publishedFile, rowsLoaded } from './artefacts.mjs';
import { compare, describe, measure, say } from './measure.mjs';
import { build } from './models-pair.mjs';

const floorScript = fileURLToPath(new URL('metrics-floor.mjs', import.meta.url));
const compareScript = fileURLToPath(new URL('metrics-compare.mjs', import.meta.url));
const forgetScript = fileURLToPath(new URL('metrics-forget.mjs', import.meta.url));
export const metricsSuite = {
  title: 'Evaluating metrics',
  explanation: `The sample's metrics on generated events, under an agreement that was in force from the start: ten million events
are a million cycles from lead to deal. The floor of a build is bench/metrics-floor.mjs: a script that runs one query for
each metric (bench/metrics-by-hand.mjs), written as an analyst would, with the same grains and dimensions, into a table. It
counts, and gives percentiles and the 95 % interval of shares; it knows no targets, verdicts, estimates of cohorts that are
still watched, intervals of percentiles and nothing of the period before. The suite fails when the two differ in any value.

"All metrics" is the time of the metrics alone, inside \`handover build\` and inside the script. Memory is that of the whole
build, which also reads the project, checks contracts and publishes.`,
  causes: [
    {
      of: 'all metrics',
      why: `beside what the script counts, a build works out targets, verdicts, the period before, intervals of percentiles and, of
  cohorts that are still watched, estimates with their intervals.`,
    },
  ],
  run,
};

/** @param {{ events: number, runs: number, shared: string }} options */
async function run({ events, runs, shared }) {
  const { project } = await sharedAgreed(shared, events);
  const pairs = [];
  for (let number = 1; number <= runs; number++) {
    const isFloorFirst = number % 2 === 1;
    const pair = {};
    for (const side of isFloorFirst ? ['base', 'ours'] : ['ours', 'base']) {
      pair[side] = await (side === 'ours' ? evaluateAll(project) : runByHand(project));
      say(`all metrics ${number}/${runs}: ${side} ${describe(pair[side])}`);
    }
    const { output } = await measure([compareScript, publishedFile(project), byHand(project)]);
    say(`${Number(output).toLocaleString('en')} values are those by hand`);
    pairs.push(pair);
  }
  const name = `all metrics of ${events.toLocaleString('en')} events`;
  return {
    rows: rowsLoaded(project),
    figures: [compare({ name, against: 'by hand', target: 1.5 }, pairs)],
  };
}

/** A build that finds models as they were and the values of no metric. */
async function evaluateAll(project) {
  await measure([forgetScript, join(project, 'target', 'handover.work.duckdb')]);
  rmSync(join(project, 'target', 'handover.built.json'), { force: true });
  const { usage } = await build(project);
  return { wallSeconds: metricSeconds(project), memoryMb: usage.memoryMb };
}

async function runByHand(project) {
  rmSync(byHand(project), { force: true });
  const { usage, output } = await measure([floorScript, publishedFile(project), byHand(project)]);
  return { wallSeconds: JSON.parse(output).seconds, memoryMb: usage.memoryMb };
}

function byHand(project) {
  return join(project, 'by-hand.duckdb');
}
