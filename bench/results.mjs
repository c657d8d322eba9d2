import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { renderResults } from './render.mjs';

const jsonFile = fileURLToPath(new URL('results.json', import.meta.url));
const markdownFile = fileURLToPath(new URL('RESULTS.md', import.meta.url));
const packageFile = fileURLToPath(new URL('../package.json', import.meta.url));

/** Keeps the latest result of each suite as JSON, and writes all of them as Markdown. */
export function keepResult(suites, name, result) {
  const results = { ...readResults(), [name]: rounded({ ...result, machine: machine() }) };
  writeFileSync(jsonFile, `${JSON.stringify(results, null, 2)}\n`);
  writeResults(suites);
}

/** Writes bench/RESULTS.md from what was measured before, with what the suites say of it now. */
export function writeResults(suites) {
  writeFileSync(markdownFile, renderResults(suites, readResults()));
}

function readResults() {
  return existsSync(jsonFile) ? JSON.parse(readFileSync(jsonFile, 'utf8')) : {};
}

function machine() {
  const { version, dependencies } = JSON.parse(readFileSync(packageFile, 'utf8'));
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: totalmem() / 2 ** 30,
    node: process.version,
    duckdb: dependencies['@duckdb/node-api'],
    handover: version,
  };
}

/** To four places: more would be noise in every diff. */
function rounded(result) {
  const round = (_key, value) => (typeof value === 'number' ? Number(value.toFixed(4)) : value);
  return JSON.parse(JSON.stringify(result, round));
}
