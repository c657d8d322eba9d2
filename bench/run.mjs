// pnpm bench <suite> [--events 10000000] [--runs 3] [--date 2026-11-26]: see RESULTS.md for what a suite measures.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diffSuite } from './diff-suite.mjs';
import { loadSuite } from './load.mjs';
import { say } from './measure.mjs';
import { metricsSuite } from './metrics-suite.mjs';
import { peersSuite } from './peers/suite.mjs';
import { keepResult } from './results.mjs';
import { runSuite } from './run-suite.mjs';
import { siteSuite } from './site-suite.mjs';

const suites = {
  load: loadSuite,
  run: runSuite,
  metrics: metricsSuite,
  diff: diffSuite,
  site: siteSuite,
  peers: peersSuite,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '10000000' },
    runs: { type: 'string', default: '3' },
    date: { type: 'string' },
  },
});
const [name = ''] = positionals;
const events = Number(values.events);
const runs = Number(values.runs);
const suite = Object.hasOwn(suites, name) ? suites[name] : undefined;

if (suite === undefined || !(Number.isInteger(events) && events >= 100_000) || !(Number.isInteger(runs) && runs >= 1)) {
  say('pnpm bench <suite> [--events N] [--runs N] [--date YYYY-MM-DD], with at least 100,000 events');
  say(`suites: ${Object.keys(suites).join(', ')}`);
  process.exitCode = 2;
} else {
  const { title, explanation, run } = suite;
  const result = await run({ events, runs, folder: scratchFolder() });
  keepResult(name, { title, explanation, ...(values.date && { date: values.date }), events, runs, ...result });
  say('written: bench/RESULTS.md and bench/results.json');
}

/** A folder that is gone when the process is, however it ends: ten million events take gigabytes. */
function scratchFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'handover-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
  return folder;
}
