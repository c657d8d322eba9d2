import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A small project that starts from a table of its own, in a folder that goes away with the test. */
export function tinyProject(files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'handover-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFiles(root, { ...baseFiles, ...files });
  return root;
}

/** Writes files, relative to a folder. */
export function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** What the project holds unless a test says otherwise. */
export const baseFiles = {
  'handover.yml': `
name: tiny
sources:
  deals: { kind: table, files: deals.csv, recorded_at: won_at }
`,
  'deals.csv': 'deal_id,won_at,amount\nd1,2026-03-02T09:00:00Z,100\nd2,2026-03-03T10:00:00Z,250\n',
  'models/marts/deals.sql': 'select deal_id, won_at::timestamptz as won_at, amount::integer as amount from raw.deals',
  'models/marts/deals.yml': `
name: deals
description: Deals that were won.
grain: [deal_id]
columns:
  amount: { description: In euro, type: integer, not_null: true }
`,
  'metrics/won_deals.yml': `
name: won_deals
version: 1
type: count
label: { en: Won deals, da: Vundne handler }
description: { en: Deals won., da: Vundne handler. }
owner: sales
model: deals
time: won_at
unit: count
direction: up
contract: { range: [0, 100] }
changes: [{ version: 1, why: First version }]
`,
};

/** Another process that has a DuckDB file open. */
export async function holdOpen(file: string): Promise<ChildProcess> {
  const script = `
    import { DuckDBInstance } from '@duckdb/node-api';
    await DuckDBInstance.create(process.argv[1]);
    console.log('open');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}
