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

/** Builds a project once, and makes the file that its floor works in: all that the models read, and the models once. */
export async function prepareFloor(project) {
  const { usage: first } = await build(project);
  const warehouse = join(project, 'floor.duckdb');
  await measure([inputsScript, manifestFile(project), join(project, 'target', 'handover.work.duckdb'), warehouse]);
  await runByHand(project, warehouse);
  return { warehouse, first };
}

/**
 * All models anew in a file that had them already, by a build and by the script, in turns; both must give the same
 * numbers of rows. `usage` is that of the whole process, `stage` its memory with the seconds of the models alone.
 */
export async function measurePair(project, warehouse, label, isFloorFirst) {
  const measured = {};
  for (const side of isFloorFirst ? ['floor', 'ours'] : ['ours', 'floor']) {
    measured[side] = await (side === 'ours' ? buildAll(project) : runByHand(project, warehouse));
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

async function runByHand(project, warehouse) {
  const { usage, output } = await measure([floorScript, manifestFile(project), warehouse]);
  const { seconds, rows } = JSON.parse(output);
  return { usage, stage: { wallSeconds: seconds, memoryMb: usage.memoryMb }, rows };
}
