import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { openBeside } from '../../src/site/export.ts';

test('what stands in for a table that a project lacks has the columns that Handover publishes', {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handover-stand-ins-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const published = join(folder, 'published.duckdb');
  // Models have the same columns however few metrics are made of them.
  const project = openProject('test/projects/rule-37-deal-amounts');
  await build(
    { ...project, metrics: project.metrics.filter(({ name }) => name === 'response_within_sla_rate') },
    { now: '2027-01-04T06:00:00Z', warehouse: published },
  );

  const warehouse = await openBeside({ published, reports: 'reports' });
  const columnsOf = (database: string, schema: string) =>
    warehouse.rows<{ table_name: string; columns: string }>(`
      select table_name, string_agg(column_name || ' ' || data_type, ', ' order by column_name) as columns
      from duckdb_columns()
      where database_name = '${database}' and schema_name = '${schema}'
      group by table_name
      order by table_name
    `);
  const standIns = await columnsOf('memory', 'stand_ins');
  const names = standIns.map(({ table_name }) => table_name).filter((name) => name !== 'draft_outcomes');
  const tables = await columnsOf('published', 'main');
  warehouse.close();

  // A draft's outcomes are never published: `handover site` lays them beside the file.
  expect(names.length).toBe(standIns.length - 1);
  expect(standIns.filter(({ table_name }) => names.includes(table_name))).toEqual(
    tables.filter(({ table_name }) => names.includes(table_name)),
  );
});
