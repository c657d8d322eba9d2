import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { onTestFinished } from 'vitest';
import { exportSite } from '../../src/site/export.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

/** What every published file has, empty, as far as the set-up of the site reads it. */
const empty = `
  create table metric_values (
    metric text, version int, grain text, period_start date, period_end date, dimension text, is_complete boolean, is_in_force boolean
  );
  create table metric_definitions (
    metric text, version int, owner text, is_headline boolean, is_current boolean, label_en text, label_da text,
    minimum_sample int, models text[], inputs text[]
  );
  create table contract_results (
    metric text, model text, rule text, severity text, passed boolean, observed text, expected text, sample text, rows_in text
  );
`;

/** Makes a small published file by `sql` and gives the rows of the site's own tables, as the pages see them. */
export async function siteOf(sql: string): Promise<(table: string) => Promise<Record<string, unknown>[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'handover-site-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const published = join(folder, 'published.duckdb');
  const warehouse = await Warehouse.open(published);
  await warehouse.run(empty);
  await warehouse.run(sql);
  warehouse.close();

  return async (table) => {
    const reports = join(folder, table);
    const data = join(reports, 'data');
    mkdirSync(join(reports, 'sources', 'site'), { recursive: true });
    mkdirSync(data);
    for (const file of ['setup.sql', `site/${table}.sql`]) {
      writeFileSync(join(reports, 'sources', file), readFileSync(join('reports/sources', file)));
    }
    await exportSite({ published, reports, folder: data });
    const manifest = JSON.parse(readFileSync(join(data, 'manifest.json'), 'utf8'));
    const file = manifest.renderedFiles.site[0].replace('static/data/', '');
    return tableFromIPC(readFileSync(join(data, file)))
      .toArray()
      .map((row) => row.toJSON());
  };
}
