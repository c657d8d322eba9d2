import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare, describe, measure, say } from './measure.mjs';
import { build } from './models-pair.mjs';
import { sampleProject } from './sample-projects.mjs';

const pairsScript = fileURLToPath(new URL('clock-pairs.mjs', import.meta.url));
const runScript = fileURLToPath(new URL('clock-run.mjs', import.meta.url));
const checkScript = fileURLToPath(new URL('clock-check.mjs', import.meta.url));
const model = fileURLToPath(new URL('../models/marts/stage_times.sql', import.meta.url));
const pairs = 10_000_000;

export const clockSuite = {
  title: 'Business time',
  explanation: `Open time between two instants, of ten million made-up pairs up to three weeks apart, in the sample's calendars. Ours is
the SQL of models/marts/stage_times.sql (its step \`clocks\`, as it stands there), run as a statement of its own on a file
that holds the pairs. Both write the pairs with one number more: the floor, which only scans and writes, the elapsed
minutes. Times are of the statements alone. The suite fails unless the open minutes of 200 of the pairs are those that are counted one by one,
each by its local time (bench/clock-check.mjs), which knows nothing of the tables that the models look up.`,
  run,
};

/** @param {{ runs: number, folder: string }} options */
async function run({ runs, folder }) {
  const project = sampleProject(join(folder, 'sample'));
  await build(project);
  const file = join(folder, 'pairs.duckdb');
  const work = join(project, 'target', 'handover.work.duckdb');
  await measure([pairsScript, work, file, String(pairs)]);
  const sides = { base: elapsed, ours: openTime(readFileSync(model, 'utf8')) };
  const measured = [];
  for (let number = 1; number <= runs; number++) {
    const pair = {};
    for (const [side, sql] of Object.entries(sides)) {
      const { usage, output } = await measure([runScript, file, sql]);
      pair[side] = { ...JSON.parse(output), memoryMb: usage.memoryMb };
      say(`clock ${number}/${runs}: ${side} ${describe(pair[side])}`);
    }
    measured.push(pair);
  }
  const { output: counted } = await measure([checkScript, file]);
  say(`${counted} pairs have the minutes that are counted one by one`);
  const name = `open time of ${pairs.toLocaleString('en')} pairs`;
  return { events: undefined, figures: [compare({ name, against: 'scan and write', target: 3 }, measured)] };
}

const elapsed = 'select *, (left_us - entered_us) / 60_000_000 as business_minutes from pairs';

/** The model's own step, on the pairs in place of its rows. */
function openTime(sql) {
  const [, clocks] = /^ {4}clocks as \(\n(.*?)^ {4}\)/ms.exec(sql) ?? [];
  if (clocks === undefined) throw new Error(`${model} has no step "clocks" any more`);
  return `
with agreed as (
    select * from pairs
),
clocks as (
${clocks}
)
select
    pair_no,
    calendar_key,
    entered_us,
    left_us,
    case
        when entered_clock_us is null or left_clock_us is null then error('a pair lies outside its calendar')
        else (left_clock_us - entered_clock_us) / 60_000_000
    end as business_minutes
from clocks`;
}
