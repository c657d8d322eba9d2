import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a project consists of, as its last build wrote it: docs/artefacts.md. */
export function manifestFile(project) {
  return join(project, 'target', 'manifest.json');
}

/** What readers see of a project. */
export function publishedFile(project) {
  return join(project, 'target', 'handover.duckdb');
}

/** What became of each model in the last build, in the order in which they run. */
export function readModelResults(project) {
  return readResults(project).models;
}

/** Rows that count after the last build, of all sources. */
export function rowsLoaded(project) {
  return readResults(project).load.rows.loaded;
}

export function namesOfRun(project) {
  return readModelResults(project)
    .filter(({ status }) => status === 'ran')
    .map(({ name }) => name);
}

/** Seconds that the models took, each from its first statement to its commit: nothing before, between or after them. */
export function modelSeconds(project) {
  return readModelResults(project).reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000;
}

/** Seconds that all metrics took. */
export function metricSeconds(project) {
  return readResults(project).metrics.milliseconds / 1000;
}

/** Lines of progress by the stage that they end, without a terminal: "load  10 of 10 files  15.9 s". */
const stageLines = {
  load: /^load {2}.*?([\d.]+) s$/gm,
  models: /^model .*?([\d.]+) s$/gm,
  metrics: /^evaluate metrics.*?([\d.]+) s$/gm,
  contracts: /^check contracts.*?([\d.]+) s$/gm,
  publish: /^publish.*?([\d.]+) s$/gm,
};

export const stages = [...Object.keys(stageLines), 'the rest'];

/**
 * Seconds of each stage of a build, told by what it printed, to the tenth; of the models and the metrics more exactly, by
 * its run-results. The rest is reading, planning, starting and ending.
 * @param {string} project
 * @param {{ usage: { wallSeconds: number }, messages: string }} measured a build that was not quiet
 */
export function stageSeconds(project, { usage, messages }) {
  const seconds = Object.fromEntries(
    Object.entries(stageLines).map(([stage, line]) => {
      const found = [...messages.matchAll(line)].map((match) => Number(match[1]));
      if (found.length === 0) throw new Error(`the build says nothing of its stage "${stage}":\n${messages}`);
      return [stage, found.reduce((sum, each) => sum + each, 0)];
    }),
  );
  const exact = { ...seconds, models: modelSeconds(project), metrics: metricSeconds(project) };
  const sum = Object.values(exact).reduce((total, each) => total + each, 0);
  return { ...exact, 'the rest': Math.max(0, usage.wallSeconds - sum) };
}

function readResults(project) {
  return JSON.parse(readFileSync(join(project, 'target', 'run-results.json'), 'utf8'));
}
