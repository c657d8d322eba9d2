import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { silent } from '../../src/diagnostics/progress.ts';
import { generateSample, type SampleOptions } from '../../src/sample/generate.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

/** A new folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'handover-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Generates into a new folder and returns it. */
export async function generated(options: Partial<SampleOptions> = {}): Promise<string> {
  const out = temporaryFolder();
  await generateSample({ leads: 300, seed: 1, format: 'csv', out, progress: silent, ...options });
  return out;
}

/** File name → content, unpacked when gzipped. */
export function contents(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder).filter((name) => name.startsWith('events-'));
  return new Map(
    names.map((name) => {
      const bytes = readFileSync(join(folder, name));
      return [name, name.endsWith('.gz') ? gunzipSync(bytes) : bytes];
    }),
  );
}

export async function openMemory(): Promise<Warehouse> {
  const warehouse = await Warehouse.open(':memory:');
  onTestFinished(() => warehouse.close());
  return warehouse;
}

const columns = [
  'event_id',
  'occurred_at',
  'recorded_at',
  'lead_id',
  'type',
  'stage',
  'owner_id',
  'team',
  'channel',
  'properties',
];

/** A select over the usable rows of a dump: one row per delivery, texts as text, times as timestamptz. */
export function readDump(folder: string, format: 'csv' | 'ndjson' | 'parquet'): string {
  const texts = columns.map((name) => `${name}: 'varchar'`).join(', ');
  const from = {
    csv: `read_csv('${folder}/*.csv.gz', header = true, ignore_errors = true, auto_detect = false, quote = '"',
      escape = '"', columns = {${texts}})`,
    ndjson: `read_json('${folder}/*.ndjson.gz', format = 'newline_delimited', ignore_errors = true, columns = {${texts}})`,
    parquet: `'${folder}/*.parquet'`,
  }[format];
  return `
    select event_id, try_cast(occurred_at as timestamptz) as occurred_at, try_cast(recorded_at as timestamptz)
      as recorded_at, lead_id, type, stage, owner_id, team, channel, try_cast(properties as json) as properties
    from ${from}
    where event_id like 'E-%'`;
}
