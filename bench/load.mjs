import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formats, handover, makeDumps, nextRows } from './dumps.mjs';
import { compare, describe, limitMemory, measure, say } from './measure.mjs';

const floorScript = fileURLToPath(new URL('load-floor.mjs', import.meta.url));
const memoryLimitMb = 2000;

export const loadSuite = {
  title: 'Loading event dumps',
  explanation: `The floor is a DuckDB script written by hand, bench/load-floor.mjs: it reads the same files with declared
columns, makes the same checks in one \`create table as select\` and drops repeated rows. It keeps no rejected rows, and
no file and line of any row. The suite fails when the two do not load the same number of rows. CSV and NDJSON are
gzipped. The targets are for 10 million events: of fewer, starting a process is too much of the whole.`,
  run,
};

/** @param {{ events: number, runs: number, folder: string }} options */
async function run({ events, runs, folder }) {
  const results = [];
  for (const format of formats) {
    const dumps = await makeDumps(join(folder, format), format, events);
    const measured = [];
    for (let number = 1; number <= runs; number++) {
      measured.push(await measureBoth(dumps, `${format} ${number}/${runs}`, number % 2 === 1));
    }
    rmSync(dumps.folder, { recursive: true });
    results.push({ rows: measured[0]?.rows, ...judge(format, nextRows(events), measured) });
  }
  return {
    rows: results[0]?.rows,
    figures: results.flatMap(({ figures }) => figures),
    memory: results.flatMap(({ memory }) => memory),
  };
}

/** Both sides once, each into a file of its own. */
async function measureBoth(dumps, label, isFloorFirst) {
  const target = join(dumps.folder, 'target');
  mkdirSync(target);
  const sides = {
    floor: () => loadByHand(dumps, join(target, 'floor.duckdb'), label),
    ours: () => loadThrice(dumps, join(target, 'ours.duckdb'), label),
  };
  const measured = {};
  // What the first leaves in the machine's caches helps the second, so they take turns.
  for (const side of isFloorFirst ? ['floor', 'ours'] : ['ours', 'floor']) measured[side] = await sides[side]();
  rmSync(target, { recursive: true });
  const { ours, floor } = measured;
  if (ours.rows !== floor.rows) throw new Error(`${label}: ours loaded ${ours.rows} rows, the floor ${floor.rows}`);
  return { ...ours, floor: floor.usage };
}

async function loadByHand({ format, glob }, warehouse, label) {
  const { usage, output } = await measure([floorScript, format, glob, warehouse]);
  say(`${label}: floor ${describe(usage)}`);
  return { usage, rows: JSON.parse(output).rows };
}

/** All files into a new warehouse, then the same once more, then with the file that comes later. */
async function loadThrice({ folder, next, deliver, takeBack }, warehouse, label) {
  const load = async (what) => {
    const { usage, messages } = await measure([handover, 'load', '--project', folder, '--warehouse', warehouse]);
    say(`${label}: ${what} ${describe(usage)}`);
    return { usage, rows: loadedRows(messages) };
  };
  const full = await load('full load');
  const again = await load('the same again');
  deliver(next);
  const more = await load('new rows on top');
  takeBack(next);
  if (again.rows !== full.rows || more.rows <= full.rows) throw new Error(`${label}: a later load lost rows`);
  return { rows: full.rows, full: full.usage, again: again.usage, next: more.usage };
}

/** The command ends with "1,000 rows read: 990 loaded, …". */
function loadedRows(messages) {
  const loaded = /([\d,]+) loaded/.exec(messages)?.[1];
  if (loaded === undefined) throw new Error(`handover load did not say how many rows it loaded:\n${messages}`);
  return Number(loaded.replaceAll(',', ''));
}

function judge(format, newRows, measured) {
  const pairs = (ours, base) => measured.map((usages) => ({ ours: usages[ours], base: usages[base] }));
  const full = `${format}, full load`;
  const next = `${format}, ${newRows.toLocaleString('en')} new rows on top`;
  return {
    figures: [
      compare({ name: full, against: 'floor', target: 1.3 }, pairs('full', 'floor')),
      compare({ name: `${format}, the same files again`, against: 'full load', target: 0.01 }, pairs('again', 'full')),
      compare({ name: next, against: 'full load', target: 0.05 }, pairs('next', 'full')),
    ],
    memory: [
      limitMemory(full, memoryLimitMb, pairs('full', 'floor')),
      limitMemory(next, memoryLimitMb, pairs('next', 'full')),
    ],
  };
}
