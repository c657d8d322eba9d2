import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manifestFile, modelSeconds, readModelResults } from './artefacts.mjs';
import { handover } from './dumps.mjs';
import { describe, measure, say } from './measure.mjs';

const floorScript = fileURLToPath(new URL('models-floor.mjs', import.meta.url));
const inputsScript = fileURLToPath(new URL('models-inputs.mjs', import.meta.url));

export function build(project, ...options) {
  return measure([handover, 'build', '--project', project, '--quiet', ...options]);
}

/** Builds a project once, and prepares what its floor starts from: a file with all that the models read. */
export async function prepareFloor(project) {
  const first = await build(project);
  const inputs = join(project, 'inputs.duckdb');
  rmSync(inputs, { force: true });
  await measure([inputsScript, manifestFile(project), join(project, 'target', 'handover.work.duckdb'), inputs]);
  return { inputs, first: first.usage };
}

/**
 * All models anew, by a build and by the script, in turns; both must give the same numbers of rows. `usage` is that of
 * the whole process, `stage` its memory with the seconds of the models alone.
 */
export async function measurePair(project, inputs, label, isFloorFirst) {
  const measured = {};
  for (const side of isFloorFirst ? ['floor', 'ours'] : ['ours', 'floor']) {
    measured[side] = await (side === 'ours' ? buildAll(project) : runByHand(project, inputs));
    say(`${label}: ${side} ${describe(measured[side].usage)}, models ${measured[side].stage.wallSeconds.toFixed(2)} s`);
  }
  for (const [name, rows] of Object.entries(measured.floor.rows)) {
    if (measured.ours.rows[name] === rows) continue;
    throw new Error(`${label}: ${name} has ${measured.ours.rows[name]} rows, by hand ${rows}`);
  }
  return measured;
}

async function buildAll(project) {
  const { usage } = await build(project, '--full-refresh');
  const results = readModelResults(project);
  const rows = Object.fromEntries(results.map(({ name, rows: count }) => [name, count]));
  return { usage, stage: { wallSeconds: modelSeconds(project), memoryMb: usage.memoryMb }, rows };
}

async function runByHand(project, inputs) {
  const warehouse = join(project, 'floor.duckdb');
  for (const file of [warehouse, `${warehouse}.wal`]) if (existsSync(file)) rmSync(file);
  copyFileSync(inputs, warehouse);
  const { usage, output } = await measure([floorScript, manifestFile(project), warehouse]);
  const { seconds, rows } = JSON.parse(output);
  return { usage, stage: { wallSeconds: seconds, memoryMb: usage.memoryMb }, rows };
}
