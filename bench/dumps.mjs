import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, measure, say } from './measure.mjs';

export const handover = fileURLToPath(new URL('../bin/handover.mjs', import.meta.url));
const holdBack = fileURLToPath(new URL('hold-back.mjs', import.meta.url));
const generator = fileURLToPath(new URL('../src/sample', import.meta.url));
const cache = fileURLToPath(new URL('.cache', import.meta.url));

const extensions = { csv: 'csv.gz', ndjson: 'ndjson.gz', parquet: 'parquet' };
export const formats = Object.keys(extensions);

/** The generator's leads bring ten events each. A dump taken long ago holds nothing that lies in the future. */
const eventsPerLead = 10;
const dumpTaken = '2025-11-24T06:00';

/** How many rows come later, in a file of their own: 100,000 of 10 million. */
export function nextRows(events) {
  return Math.round(events / 100);
}

/**
 * A project in the folder: handover.yml and links to the generator's exports, the last rows of which lie apart until they
 * are delivered. The same number of events gives the same files.
 * @param {string} folder
 * @param {string} format one of `formats`
 * @param {number} events about how many
 * @param {string} [given] a folder that has such exports already
 */
export async function makeDumps(folder, format, events, given) {
  const extension = extensions[format];
  const { exports, next } = given === undefined ? await keptExports(format, events) : { exports: given };
  const dumps = join(folder, 'dumps');
  mkdirSync(dumps, { recursive: true });
  writeFileSync(join(folder, 'handover.yml'), config(extension));
  const link = (file) => symlinkSync(file, join(dumps, basename(file)));
  const files = readdirSync(exports).filter((name) => name.endsWith(`.${extension}`));
  if (files.length === 0) throw new Error(`${exports} holds no *.${extension}`);
  for (const name of files) link(join(exports, name));
  return {
    folder,
    format,
    glob: join(dumps, `*.${extension}`),
    next,
    deliver: link,
    takeBack: (file) => rmSync(join(dumps, basename(file))),
  };
}

/** Made once for each generator, format and size: ten million events take a minute. */
async function keptExports(format, events) {
  const kind = `${format}-${events}`;
  const folder = join(cache, `${kind}-${generatorHash()}`);
  const kept = { exports: join(folder, 'dumps'), next: join(folder, `events-next.${extensions[format]}`) };
  if (existsSync(folder)) return kept;
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(cache)) {
    if (name.startsWith(`${kind}-`)) rmSync(join(cache, name), { recursive: true });
  }
  const making = `${folder}.making`;
  await generate(making, format, events);
  renameSync(making, folder);
  return kept;
}

async function generate(folder, format, events) {
  const dumps = join(folder, 'dumps');
  const leads = Math.round(events / eventsPerLead);
  const options = ['--leads', String(leads), '--format', format, '--end', dumpTaken, '--out', dumps, '--quiet'];
  mkdirSync(dumps, { recursive: true });
  const { usage } = await measure([handover, 'sample', ...options]);
  const last = readdirSync(dumps).sort().at(-1);
  if (last === undefined) throw new Error('the generator wrote no file');
  const next = join(folder, `events-next.${extensions[format]}`);
  await measure([holdBack, join(dumps, last), next, String(nextRows(events))]);
  say(`${format}: made the exports of ${leads.toLocaleString('en')} leads, ${describe(usage)}`);
}

/** What decides which bytes are made. */
function generatorHash() {
  const hash = createHash('sha256').update(`${eventsPerLead} ${dumpTaken}`).update(readFileSync(holdBack));
  for (const name of readdirSync(generator).sort()) hash.update(name).update(readFileSync(join(generator, name)));
  return hash.digest('hex').slice(0, 12);
}

function config(extension) {
  return `name: bench
sources:
  events:
    kind: events
    files: dumps/events-*.${extension}
    time_zone: UTC
`;
}
