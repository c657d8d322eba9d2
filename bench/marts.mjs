import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStages } from './agreed-build.mjs';
import { manifestFile, publishedFile, rowsLoaded } from './artefacts.mjs';
import { makeDumps } from './dumps.mjs';
import { compare, describe, measure, say } from './measure.mjs';
import { agreedAlone, agreedProject } from './sample-projects.mjs';

const inputsScript = fileURLToPath(new URL('marts-inputs.mjs', import.meta.url));
const floorScript = fileURLToPath(new URL('marts-floor.mjs', import.meta.url));
const countScript = fileURLToPath(new URL('count-tables.mjs', import.meta.url));

/**
 * From Parquet to published marts, from nothing: a build without contracts and metrics against a script that does the
 * same, in turns; and once the whole build, against the script as well.
 * @param {string} folder
 * @param {{ events: number, runs: number }} options
 */
export async function measureMarts(folder, { events, runs }) {
  const { glob } = await makeDumps(join(folder, 'exports'), 'parquet', events);
  const place = { glob, project: agreedAlone(join(folder, 'alone'), glob), inputs: join(folder, 'inputs.duckdb') };
  const size = `${events.toLocaleString('en')} events`;
  const whole = await buildAnew(agreedProject(join(folder, 'whole'), glob));
  say(`${size}, whole build: ${describe(whole.usage)}`);
  const measured = [];
  for (let number = 1; number <= runs; number++) {
    measured.push(await measureBoth(folder, place, `${size}, marts ${number}/${runs}`, number % 2 === 0));
  }
  const pairs = (of) => measured.map(({ ours, floor }) => ({ ours: of(ours), base: of(floor) }));
  const stage = (name) => pairs(({ seconds }) => ({ wallSeconds: seconds[name] }));
  const against = 'by hand';
  return {
    rows: rowsLoaded(place.project),
    figures: [
      compare(
        { name: `Parquet to published marts, ${size}`, against, target: 1.25 },
        pairs(({ usage }) => usage),
      ),
      compare({ name: 'of it, load', against }, stage('load')),
      compare({ name: 'of it, models', against, target: 1.15 }, stage('models')),
      compare({ name: 'of it, publish', against }, stage('publish')),
      compare({ name: `with metrics and contracts, ${size}`, against }, [
        { ours: whole.usage, base: measured[0].floor.usage },
      ]),
    ],
  };
}

/** Both from nothing; what readers get must have as many rows. */
async function measureBoth(folder, { glob, project, inputs }, label, isFloorFirst) {
  const byHand = join(folder, 'by-hand');
  const measured = {};
  for (const side of isFloorFirst ? ['floor', 'ours'] : ['ours', 'floor']) {
    measured[side] = await (side === 'ours' ? buildAnew(project) : runByHand(byHand, { glob, project, inputs }));
    say(`${label}: ${side} ${describe(measured[side].usage)}`);
  }
  const ours = await countRows(publishedFile(project));
  const base = await countRows(join(byHand, 'published.duckdb'));
  for (const name of measured.floor.tables) {
    if (ours[name] !== base[name]) throw new Error(`${label}: ${name} has ${ours[name]} rows, by hand ${base[name]}`);
  }
  return measured;
}

async function buildAnew(project) {
  rmSync(join(project, 'target'), { recursive: true, force: true });
  return buildStages(project);
}

/** What the models read beside the events is copied from the first build. */
async function runByHand(folder, { glob, project, inputs }) {
  if (!existsSync(inputs)) {
    await measure([inputsScript, manifestFile(project), join(project, 'target', 'handover.work.duckdb'), inputs]);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const warehouse = join(folder, 'work.duckdb');
  copyFileSync(inputs, warehouse);
  const script = [floorScript, manifestFile(project), glob, warehouse, join(folder, 'published.duckdb')];
  const { usage, output } = await measure(script);
  return { usage, ...JSON.parse(output) };
}

async function countRows(file) {
  return JSON.parse((await measure([countScript, file])).output);
}
