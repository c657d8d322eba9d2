import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { stageSeconds } from './artefacts.mjs';
import { handover, makeDumps } from './dumps.mjs';
import { describe, measure, say } from './measure.mjs';
import { agreedProject } from './sample-projects.mjs';

/**
 * The sample's project, under an agreement that was in force from the start, on generated dumps, built from nothing.
 * @param {string} folder
 * @param {number} events
 * @param {string} [given] a folder with the exports
 */
export async function buildAgreed(folder, events, given) {
  const dumps = await makeDumps(join(folder, 'exports'), 'parquet', events, given);
  const project = agreedProject(join(folder, 'project'), dumps.glob);
  const build = await buildStages(project);
  say(`${events.toLocaleString('en')} events, from nothing: ${describe(build.usage)}`);
  return { project, dumps, ...build };
}

/** One for all suites of a run, which leave it as it is: a build of ten million events takes minutes. */
export function sharedAgreed(shared, events) {
  const folder = join(shared, `agreed-${events}`);
  if (!built.has(folder)) built.set(folder, buildAgreed(folder, events));
  return built.get(folder);
}

/** The same for a suite that changes it: no other gets it after that. */
export async function takeAgreed(shared, events) {
  const folder = join(shared, `agreed-${events}`);
  const agreed = await sharedAgreed(shared, events);
  built.delete(folder);
  return { ...agreed, forget: () => rmSync(folder, { recursive: true }) };
}

const built = new Map();

/** A build, with the seconds of each stage. */
export async function buildStages(project, ...options) {
  const measured = await measure([handover, 'build', '--project', project, ...options]);
  return { usage: measured.usage, seconds: stageSeconds(project, measured) };
}
