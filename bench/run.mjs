// pnpm bench <suite> [--events 10000000] [--runs 3] [--date 2026-11-26]: see RESULTS.md for what a suite measures.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { say } from './measure.mjs';
import { keepResult, writeResults } from './results.mjs';
import { suites } from './suites.mjs';

const usage = `pnpm bench <suite> [<suite> …] [--events N] [--runs N] [--date YYYY-MM-DD] [--dumps FOLDER]
  --events  how many events to generate, at least 100,000 (default 10,000,000); scale goes up to 100,000,000
  --runs    how often each figure is measured (default 3)
  --date    the date to write beside the figures
  --dumps   a folder with Parquet exports of so many events, which scale then does not generate
suites:
${Object.entries(suites)
  .map(([name, { title }]) => `  ${name.padEnd(8)}${title}`)
  .join('\n')}
  all     every one of them, one after another
  render  measures nothing: writes RESULTS.md anew`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '10000000' },
    runs: { type: 'string', default: '3' },
    date: { type: 'string' },
    dumps: { type: 'string' },
  },
});
const events = Number(values.events);
const runs = Number(values.runs);
const names = positionals.includes('all') ? Object.keys(suites) : positionals;
const isKnown = names.every((name) => name === 'render' || Object.hasOwn(suites, name));

if (!isKnown || !(Number.isInteger(events) && events >= 100_000) || !(Number.isInteger(runs) && runs >= 1)) {
  say(usage);
  process.exitCode = 2;
} else if (names.length === 0) {
  say(usage);
} else if (names.includes('render')) {
  writeResults(suites);
} else {
  const scratch = scratchFolder();
  for (const name of names) await runSuite(name, scratch);
}

/** A suite that fails or cannot run here does not keep the others from running. */
async function runSuite(name, scratch) {
  const folder = join(scratch, name);
  const started = performance.now();
  const { run, lacks } = suites[name];
  const lacking = await lacks?.();
  if (lacking !== undefined) {
    say(`${name} is left out: ${lacking}`);
    if (!positionals.includes('all')) process.exitCode = 1;
    return;
  }
  say(`== ${name}`);
  try {
    const result = await run({ events, runs, folder, shared: join(scratch, 'shared'), dumps: values.dumps });
    keepResult(suites, name, { ...(values.date && { date: values.date }), events, runs, ...result });
    const minutes = (performance.now() - started) / 60_000;
    say(`${name} took ${minutes.toFixed(1)} minutes; written: bench/RESULTS.md and bench/results.json`);
  } catch (error) {
    say(`${name} failed: ${error.message}`);
    process.exitCode = 1;
  }
  rmSync(folder, { recursive: true, force: true });
}

/** A folder that is gone when the process is, however it ends: ten million events take gigabytes. */
function scratchFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'handover-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
  return folder;
}
