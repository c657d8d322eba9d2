import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a project consists of, as its last build wrote it: docs/artefacts.md. */
export function manifestFile(project) {
  return join(project, 'target', 'manifest.json');
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

function readResults(project) {
  return JSON.parse(readFileSync(join(project, 'target', 'run-results.json'), 'utf8'));
}
