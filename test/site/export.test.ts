import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { exportSite } from '../../src/site/export.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

const folder = mkdtempSync(join(tmpdir(), 'handover-export-'));
const published = join(folder, 'published.duckdb');

beforeAll(async () => {
  const warehouse = await Warehouse.open(published);
  await warehouse.run(`
    create table build_info as
    select 'small' as project, timestamptz '2026-03-29 01:30:00Z' as as_of, 'Europe/Copenhagen' as time_zone;
    create table metric_values (
      metric text, version int, grain text, period_start date, period_end date, dimension text, is_complete boolean,
      is_in_force boolean, value double, numerator double, denominator double, sample_size bigint, is_mature boolean,
      target double, target_source text, status text
    );
    create table metric_definitions (
      metric text, version int, owner text, is_headline boolean, is_current boolean, effective_from date, deprecated_on date,
      minimum_sample int, changes text, words_en text, words_da text, file text, unit text, label_en text, label_da text
    );
    insert into metric_values by name
    select
      'win_rate' as metric, version, 'week' as grain, period_start, period_start + 7 as period_end, 'all' as dimension,
      true as is_complete, version = if(period_start < date '2026-03-23', 1, 2) as is_in_force
    from (values (1), (2)) as versions (version), (values (date '2026-03-16'), (date '2026-03-23')) as weeks (period_start);
    insert into metric_definitions by name
    select
      'win_rate' as metric, version, 'sales' as owner, true as is_headline, version = 2 as is_current, 'percent' as unit,
      if(version = 2, date '2026-03-23', null) as effective_from, null::date as deprecated_on, version || '.yml' as file,
      '[{"version": 1, "why": "First", "approvedBy": []}, {"version": 2, "why": "Better", "approvedBy": ["CMO", "CRO"]}]' as changes
    from (values (1), (2)) as versions (version);
  `);
  warehouse.close();
});

afterAll(() => rm(folder, { recursive: true }));

/** A reports folder with the shared set-up and the given queries. */
function reportsWith(name: string, queries: Record<string, string>): { reports: string; data: string } {
  const reports = join(folder, name);
  const data = join(reports, 'data');
  mkdirSync(join(reports, 'sources', 'site'), { recursive: true });
  mkdirSync(data);
  writeFileSync(join(reports, 'sources', 'setup.sql'), readFileSync('reports/sources/setup.sql', 'utf8'));
  for (const [table, sql] of Object.entries(queries)) {
    writeFileSync(join(reports, 'sources', 'site', `${table}.sql`), sql);
  }
  return { reports, data };
}

async function problemOf(queries: Record<string, string>, name: string): Promise<unknown> {
  const { reports, data } = reportsWith(name, queries);
  return exportSite({ published, reports, folder: data }).catch((error: unknown) =>
    error instanceof DiagnosticsError ? error.diagnostics[0] : error,
  );
}

test('a table becomes an Arrow file that the manifest lists, instants already local', async () => {
  const { reports, data } = reportsWith('local', {
    moments: `select local_minute(as_of) as moment, 3::bigint as leads, 0.5::decimal(3, 2) as rate, true as is_met, null::text as team from build_info;`,
  });
  const exported = await exportSite({ published, reports, folder: data });
  expect(exported.tables).toEqual(new Map([['moments', 1]]));

  const manifest = JSON.parse(readFileSync(join(data, 'manifest.json'), 'utf8'));
  const [file] = manifest.renderedFiles.site;
  expect(file).toMatch(/^static\/data\/site\/moments\/[0-9a-f]{16}\/moments\.arrow$/);
  const table = tableFromIPC(readFileSync(join(data, file.replace('static/data/', ''))));
  expect(table.toArray().map((row) => row.toJSON())).toEqual([
    { moment: '2026-03-29T03:30', leads: 3, rate: 0.5, is_met: true, team: null },
  ]);
});

test('pages that exist once per period, metric or agreement are listed from the data', async () => {
  const { reports, data } = reportsWith('entries', { one: 'select 1 as one' });
  const { entries } = await exportSite({ published, reports, folder: data });
  expect(entries).toEqual(['/metrics/win_rate/', '/weekly/2026-W12/', '/weekly/2026-W13/']);
});

test('a mart that the project does not have is empty, not missing', async () => {
  const tables = [
    ...['bottleneck', 'breaches', 'improvements', 'meeting_outcomes', 'metric_reconciliations', 'responses'],
    'restatements',
  ];
  const queries = tables.map((table) => [table, readFileSync(`reports/sources/site/${table}.sql`, 'utf8')]);
  const { reports, data } = reportsWith('missing', Object.fromEntries(queries));
  const exported = await exportSite({ published, reports, folder: data });
  expect([...exported.tables]).toEqual(tables.map((table) => [table, 0]));
});

/** The rows of one of the site's own tables. */
async function rowsOf(table: string): Promise<unknown[]> {
  const query = readFileSync(`reports/sources/site/${table}.sql`, 'utf8');
  const { reports, data } = reportsWith(table, { [table]: query });
  await exportSite({ published, reports, folder: data });
  const manifest = JSON.parse(readFileSync(join(data, 'manifest.json'), 'utf8'));
  const file = manifest.renderedFiles.site[0].replace('static/data/', '');
  return tableFromIPC(readFileSync(join(data, file)))
    .toArray()
    .map((row) => row.toJSON());
}

test('versions of a metric are told with their time, their reason and who approved them, newest first', async () => {
  expect(await rowsOf('metric_versions')).toMatchObject([
    {
      ...{ metric: 'win_rate', version: 2, effective_from: '2026-03-23', effective_until: null },
      ...{ has_periods: true, why: 'Better', approved_by: 'CMO, CRO', file: '2.yml' },
    },
    {
      ...{ version: 1, effective_from: null, effective_until: '2026-03-22' },
      ...{ has_periods: true, why: 'First', approved_by: null, file: '1.yml' },
    },
  ]);
});

test('a query that fails is named with its file', async () => {
  expect(await problemOf({ wrong: 'select lead_idd from lead_responses' }, 'wrong')).toMatchObject({
    code: 'site-query',
    file: 'reports/sources/site/wrong.sql',
    message: expect.stringContaining('lead_idd'),
  });
});

test('a type that no page can show is refused with the way out', async () => {
  expect(await problemOf({ instants: 'select as_of from build_info' }, 'instants')).toMatchObject({
    code: 'site-column-type',
    file: 'reports/sources/site/instants.sql',
    message: 'column "as_of" has type TIMESTAMP WITH TIME ZONE',
    fix: expect.stringContaining('local_minute'),
  });
});

test('queries of the site reach no file', async () => {
  expect(await problemOf({ files: `select * from read_text('package.json')` }, 'files')).toMatchObject({
    code: 'site-query',
    message: expect.stringContaining('disabled'),
  });
});
