import { linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, measure, say } from './measure.mjs';

export const handover = fileURLToPath(new URL('../bin/handover.mjs', import.meta.url));
const holdBack = fileURLToPath(new URL('hold-back.mjs', import.meta.url));

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
 * A project in the folder: handover.yml and the generator's exports, the last rows of which lie apart until they are
 * delivered. The same number of events gives the same files.
 * @param {string} folder
 * @param {string} format one of `formats`
 * @param {number} events about how many
 */
export async function makeDumps(folder, format, events) {
  const extension = extensions[format];
  const dumps = join(folder, 'dumps');
  const next = join(folder, `events-next.${extension}`);
  const delivered = join(dumps, `events-next.${extension}`);
  mkdirSync(dumps, { recursive: true });
  writeFileSync(join(folder, 'handover.yml'), config(extension));

  const leads = Math.round(events / eventsPerLead);
  const options = ['--leads', String(leads), '--format', format, '--end', dumpTaken, '--out', dumps, '--quiet'];
  const { usage } = await measure([handover, 'sample', ...options]);
  const last = readdirSync(dumps).sort().at(-1);
  if (last === undefined) throw new Error('the generator wrote no file');
  await measure([holdBack, join(dumps, last), next, String(nextRows(events))]);
  say(`${format}: made the exports of ${leads.toLocaleString('en')} leads, ${describe(usage)}`);
  return {
    folder,
    format,
    glob: join(dumps, `*.${extension}`),
    deliverNext: () => linkSync(next, delivered),
    takeNextBack: () => rmSync(delivered),
  };
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
