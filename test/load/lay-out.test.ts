import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { layOutRaw } from '../../src/load/lay-out.ts';
import { openProject } from '../../src/project/project.ts';
import { type Row, Warehouse } from '../../src/warehouse/warehouse.ts';
import { Dump } from './dump.ts';

const columns = `select table_name as "table", column_name as name, data_type as type from duckdb_columns()
  where schema_name = 'raw' or table_name in ('load_files', 'load_rejects') order by "table", column_index`;

async function laidOut(dump: Dump, problems: Diagnostic[] = []): Promise<{ columns: Row[]; rows: number }> {
  const warehouse = await Warehouse.open(':memory:', { threads: 1 });
  try {
    const project = openProject(dump.root);
    const names = project.config.sources.map(({ name }) => `raw.${name}`);
    await layOutRaw(warehouse, project, new Set(names), problems);
    const tables = await warehouse.rows<{ name: string }>(
      `select table_name as name from duckdb_tables() where schema_name = 'raw'`,
    );
    const counts = await Promise.all(
      tables.map(({ name }) => warehouse.rows<{ n: number }>(`select count(*) as n from raw."${name}"`)),
    );
    return { columns: await warehouse.rows(columns), rows: counts.flat().reduce((sum, { n }) => sum + n, 0) };
  } finally {
    warehouse.close();
  }
}

it('lays out what a load would, and no row', async () => {
  const dump = await Dump.of(
    {
      'events.csv': 'event_id,occurred_at,lead_id,type\ne1,2026-03-01T10:00:00Z,L1,activity\n',
      'declared.csv': 'id,born,email\n1,1980-02-03,a@example.org\n',
      'told-1.csv.gz': gzipSync('id,zip,seen\n1,0800,2026-03-01T10:00:00Z\n'),
      'told-2.ndjson': '{"id": 2, "tags": ["x"]}\n',
    },
    [
      '  events: { kind: events, files: events.csv }',
      '  declared: { kind: table, files: declared.csv, columns: { id: integer, born: date, email: varchar }, personal: { email: drop } }',
      '  told: { kind: table, files: "told-*", recorded_at: seen }',
    ].join('\n'),
  );
  await dump.load();
  const found = await laidOut(dump);
  expect(found.columns).toEqual(await dump.rows(columns));
  expect(found.columns.filter(({ table }) => table === 'told').map(({ name, type }) => `${name} ${type}`)).toEqual([
    'id BIGINT',
    'zip VARCHAR',
    'seen TIMESTAMP WITH TIME ZONE',
    'tags VARCHAR',
  ]);
  expect(found.rows).toBe(0);
});

it('reads the beginning only of files that are large', async () => {
  const lines = Array.from({ length: 200_000 }, (_, index) => `${index},name ${index}`);
  // The last line, which no beginning holds, would make the column text.
  const dump = await Dump.of(
    { 'large.csv': `id,name\n${lines.join('\n')}\nlast,one\n` },
    '  large: { kind: table, files: large.csv }',
  );
  expect((await laidOut(dump)).columns.filter(({ table }) => table === 'large')).toMatchObject([
    { name: 'id', type: 'BIGINT' },
    { name: 'name', type: 'VARCHAR' },
  ]);
});

it('says which columns cannot be told, and how to do without the dump', async () => {
  const dump = await Dump.of({}, '  deals: { kind: table, files: deals.csv }');
  const problems: Diagnostic[] = [];
  await laidOut(dump, problems);
  expect(problems).toMatchObject([
    {
      code: 'unknown-columns',
      message: 'the columns of raw.deals are not known: source "deals": no file matches "deals.csv"',
      file: 'handover.yml',
      line: 3,
      fix: 'Declare them with "columns:" under sources.deals; no dump is needed then.',
    },
  ]);
});
