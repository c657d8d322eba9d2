import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { query } from '../../src/build/query.ts';
import { showTable } from '../../src/build/show.ts';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { openProject } from '../../src/project/project.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { baseFiles, holdOpen, tinyProject, writeFiles } from './project.ts';

const now = '2026-03-04T06:00:00Z';

async function failureOf(work: Promise<unknown>): Promise<DiagnosticsError> {
  const error = await work.catch((caught: unknown) => caught);
  if (error instanceof DiagnosticsError) return error;
  throw new Error(`expected a DiagnosticsError, got ${error}`);
}

it('publishes the public tables, as tables, and records what it published', async () => {
  const root = tinyProject({
    'models/staging/stg_deals.sql': 'from raw.deals',
    'models/marts/deals.sql': dealsFromStaging,
  });
  const result = await build(openProject(root), { now });
  expect(result).toMatchObject({ asOf: '2026-03-03T10:00:00Z', tables: { deals: 2 } });

  const published = await Warehouse.open(result.published, { readOnly: true });
  const tables = await published.rows(
    "select table_name as name, table_type as kind from information_schema.tables where table_schema = 'main' order by name",
  );
  published.close();
  expect(tables.map((table) => `${table.name} ${table.kind}`)).toEqual(
    [
      'agreement_documents',
      'agreement_promises',
      'agreement_special_days',
      'build_info',
      'build_inputs',
      'contract_results',
      'deals',
      'decisions',
      'improvements',
      'load_files',
      'load_rejects',
      'metric_definitions',
      'metric_reconciliations',
      'metric_values',
      'model_inputs',
      'restatements',
    ].map((name) => `${name} BASE TABLE`),
  );
  const record: unknown = JSON.parse(readFileSync(join(root, 'target/handover.published.json'), 'utf8'));
  expect(record).toMatchObject({ format: 1, project: 'tiny', asOf: '2026-03-03T10:00:00Z', publishedAt: now });
  expect(readdirSync(join(root, 'target')).sort()).toEqual([
    'catalogue.json',
    'handover.built.json',
    'handover.duckdb',
    'handover.loaded.json',
    'handover.published.json',
    'handover.work.duckdb',
    'manifest.json',
    'run-results.json',
  ]);
});

it('leaves what was published untouched when a contract does not hold, and says so', async () => {
  const root = tinyProject();
  const { published } = await build(openProject(root), { now });
  const before = readFileSync(published);

  writeFiles(root, { 'deals.csv': 'deal_id,won_at,amount\nd1,2026-03-02T09:00:00Z,100\nd1,2026-03-03T10:00:00Z,\n' });
  const error = await failureOf(build(openProject(root), { now }));
  expect(error.kind).toBe('violation');
  expect(error.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'contract-violated deals: unique(deal_id) does not hold: 1 key more than once: d1 (2 rows); see: handover show audit.deals__unique_deal_id',
    'contract-violated deals: not-null(amount) does not hold: 1 row: deal_id = d1; see: handover show audit.deals__not_null_amount',
    `not-published nothing was published; readers still see the data as of 2026-03-03T10:00:00Z, published ${now}`,
  ]);
  expect(error.diagnostics[1]).toMatchObject({
    file: 'models/marts/deals.yml',
    line: 6,
    expected: 'amount in every row',
  });
  expect(readFileSync(published).equals(before)).toBe(true);
});

it('publishes nothing when the project is wrong', async () => {
  const root = tinyProject({ 'metrics/won_deals.yml': 'name: won_deals\n' });
  expect(() => openProject(root)).toThrow(DiagnosticsError);
  const other = tinyProject({ 'models/marts/more.sql': 'select amounts from deals' });
  const error = await failureOf(build(openProject(other), { now }));
  expect(error.kind).toBe('invalid');
  expect(existsSync(join(other, 'target/handover.duckdb'))).toBe(false);
});

it('does not need the work file of an earlier build, nor mind models that are gone', async () => {
  const root = tinyProject({ 'models/marts/extra.sql': 'select count(*) as deals from deals' });
  const first = await build(openProject(root), { now });
  expect(first.tables).toMatchObject({ extra: 1 });
  rmSync(join(root, 'models/marts/extra.sql'));
  const second = await build(openProject(root), { now });
  expect(Object.keys(second.tables)).not.toContain('extra');
  rmSync(join(root, 'target/handover.work.duckdb'));
  const third = await build(openProject(root), { now });
  expect(third.tables).toEqual(second.tables);
});

it('names the process that holds the work file', async () => {
  const root = tinyProject();
  const { published } = await build(openProject(root), { now });
  const holder = await holdOpen(published.replace('.duckdb', '.work.duckdb'));
  const error = await failureOf(build(openProject(root), { now }));
  holder.kill();
  expect(error.kind).toBe('environment');
  expect(error.diagnostics).toMatchObject([
    { code: 'locked', message: expect.stringContaining(`(process ${holder.pid})`) },
  ]);
});

it('keeps the work file from growing with every build', async () => {
  const metric = baseFiles['metrics/won_deals.yml'].replace(/^contract:.*$/m, '');
  const rows = Array.from({ length: 20_000 }, (_, index) => `d${index},2026-03-02T09:00:00Z,${index % 100}`);
  const csv = `deal_id,won_at,amount\n${rows.join('\n')}\n`;
  const root = tinyProject({ 'deals.csv': csv, 'metrics/won_deals.yml': metric });
  const sizes: number[] = [];
  for (let run = 0; run < 6; run++) {
    await build(openProject(root), { now });
    sizes.push(readFileSync(join(root, 'target/handover.work.duckdb')).length);
  }
  expect(Math.max(...sizes)).toBeLessThan(3 * (sizes[0] ?? 0));
});

it('reads sources from elsewhere, and any published value or table', async () => {
  const root = tinyProject();
  writeFiles(root, { 'elsewhere/other.csv': 'deal_id,won_at,amount\nx,2026-03-03T11:00:00Z,1\n' });
  const sources = new Map([['deals', join(root, 'elsewhere/*.csv')]]);
  const warehouse = join(root, 'elsewhere/out.duckdb');
  await build(openProject(root), { now, sources, warehouse, asOf: '2026-03-03T12:00:00Z' });

  const values = await query(root, { metrics: ['won_deals'], grain: 'month', warehouse });
  expect(values.rows).toMatchObject([
    { metric: 'won_deals', period_start: '2026-03-01', value: 1, is_complete: false },
  ]);
  const shown = await showTable(root, { table: 'deals', limit: 10, warehouse });
  expect(shown).toEqual({
    columns: ['deal_id', 'won_at', 'amount'],
    rows: [{ deal_id: 'x', won_at: '2026-03-03T11:00:00Z', amount: 1 }],
    total: 1,
    from: { file: 'published', asOf: '2026-03-03T12:00:00Z', isAudited: true },
  });
  await expect(showTable(root, { table: 'raw.deals', limit: 1, warehouse })).resolves.toMatchObject({ total: 1 });
  await expect(showTable(root, { table: 'deal', limit: 1, warehouse })).rejects.toMatchObject({
    diagnostics: [{ code: 'unknown-table', fix: 'Did you mean "deals"?' }],
  });
  await expect(showTable(root, { table: 'deals', limit: 1 })).rejects.toMatchObject({
    diagnostics: [{ code: 'nothing-built' }],
  });
});

const dealsFromStaging = 'select deal_id, won_at::timestamptz as won_at, amount::integer as amount from stg_deals';
