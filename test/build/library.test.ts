import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { baseFiles, writeFiles } from './project.ts';

// The library as another package finds it: by its name, with its types, in plain node.

const home = join(import.meta.dirname, '../..');
/** Beside node_modules/, where DuckDB and the types of zod are found. */
const installed = join(home, 'node_modules/.cache', `handover-library-${process.pid}`);
const consumer = mkdtempSync(join(tmpdir(), 'handover-consumer-'));

async function node(...call: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, call, { cwd: consumer });
}

/** Uses every promise of the types, and breaks some on purpose. */
const typed = `
import { build, openProject, query } from 'handover';

const project = openProject('.');
await build(project, { now: '2026-03-10T06:00:00.000Z' });

const { rows } = await project.query({ metrics: ['won_deals'], grain: 'month', by: ['team', 'status'] });
const team: string | undefined = rows[0]?.team;
const part: string | undefined = rows[0]?.by_status;
const status: 'kept' | 'missed' | 'open' | 'no_data' | null | undefined = rows[0]?.status;
const value: number | null | undefined = rows[0]?.value;
// @ts-expect-error only asked for with "compare"
rows[0]?.change;
// @ts-expect-error not among "by"
rows[0]?.country;

const compared = await query('.', { metrics: ['won_deals'], grain: 'week', compare: 'previous' });
const change: 'rose' | 'fell' | 'steady' | 'too_few' | null | undefined = compared.rows[0]?.change;
// @ts-expect-error no such grain
await query('.', { metrics: ['won_deals'], grain: 'day' });

const dimensions: string[] = ['team'];
const free = await query(project, { metrics: ['won_deals'], grain: 'month', by: dimensions, where: "team = 'north'" });
const named: string | undefined = free.rows[0]?.['team'];

const [explained] = await project.explain({ metrics: ['won_deals'], grain: 'month' });
if (explained?.definition.type === 'percentile') console.log(explained.definition.percentile);
console.log(team, part, status, value, change, named, explained?.words.da);
`;

const run = `
import { build, DiagnosticsError, openProject, query } from 'handover';
const project = openProject('.');
await build(project, { now: '2026-03-10T06:00:00.000Z' });
const { rows } = await project.query({ metrics: ['won_deals'], grain: 'month', by: ['team'], where: "team = 'north'" });
const same = await query('.', { metrics: ['won_deals'], grain: 'month', by: ['team'], where: "team = 'north'" });
const [{ definition, models }] = await project.explain({ metrics: ['won_deals'], grain: 'month' });
const problem = await query('.', { metrics: ['won_deal'], grain: 'month' }).catch((error) => error);
console.log(JSON.stringify({
  rows: rows.map(({ team, period_start, value }) => [team, period_start, value]),
  isSame: JSON.stringify(rows) === JSON.stringify(same.rows),
  definition: definition.name,
  models,
  fix: problem instanceof DiagnosticsError ? problem.diagnostics[0].fix : String(problem),
}));
`;

beforeAll(async () => {
  mkdirSync(installed, { recursive: true });
  cpSync(join(home, 'package.json'), join(installed, 'package.json'));
  await promisify(execFile)(process.execPath, [join(home, 'bin/library.mjs'), join(installed, 'dist/library')]);
  writeFiles(consumer, {
    ...baseFiles,
    'deals.csv': 'deal_id,won_at,amount,team\nd1,2026-03-02T09:00:00Z,100,north\nd2,2026-03-03T10:00:00Z,250,south\n',
    'models/marts/deals.sql':
      "select deal_id, won_at::timestamptz as won_at, amount::integer as amount, team, 'won' as status from raw.deals",
    'metrics/won_deals.yml': `${baseFiles['metrics/won_deals.yml']}dimensions: [team, status]\n`,
    'package.json': '{ "type": "module", "private": true }',
    'tsconfig.json': `{
      "compilerOptions": { "strict": true, "noEmit": true, "target": "es2022", "module": "nodenext", "types": ["node"] },
      "files": ["typed.ts"]
    }`,
    'typed.ts': typed,
    'run.js': run,
  });
  mkdirSync(join(consumer, 'node_modules/@types'), { recursive: true });
  symlinkSync(installed, join(consumer, 'node_modules/handover'), 'dir');
  symlinkSync(join(home, 'node_modules/@types/node'), join(consumer, 'node_modules/@types/node'), 'dir');
}, 120_000);
afterAll(() => {
  for (const folder of [installed, consumer]) rmSync(folder, { recursive: true, force: true });
});

it('has types that hold in a strict project', { timeout: 120_000 }, async () => {
  const { stdout } = await node(join(home, 'node_modules/typescript/bin/tsc')).catch((error) => error);
  expect(stdout).toBe('');
});

it('runs in plain node', { timeout: 60_000 }, async () => {
  const { stdout } = await node('run.js');
  expect(JSON.parse(stdout)).toEqual({
    rows: [['north', '2026-03-01', 1]],
    isSame: true,
    definition: 'won_deals',
    models: ['deals'],
    fix: 'Did you mean "won_deals"?',
  });
});
