import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { usualSiteSettings } from '../../src/project/site-settings.ts';
import { openBeside } from '../../src/site/export.ts';
import { type Row, Warehouse } from '../../src/warehouse/warehouse.ts';

const folder = mkdtempSync(join(tmpdir(), 'handover-unnamed-'));
const published = join(folder, 'published.duckdb');
afterAll(() => rm(folder, { recursive: true }));

/** Leads L-1 (once L-2), 12 and crm:90123; what people wrote names all of them. */
beforeAll(async () => {
  const warehouse = await Warehouse.open(published);
  await warehouse.run(`
    create table build_info as select timestamptz '2026-11-30 05:00:00Z' as as_of, 'Europe/Copenhagen' as time_zone;
    create table metric_values (
      metric text, grain text, period_start date, period_end date, dimension text, is_complete boolean, is_in_force boolean
    );
    create table metric_definitions (metric text, owner text, is_headline boolean, is_current boolean, minimum_sample integer);
    create table crm_events as
    select * from (values ('L-1', 'L-2', 'events'), ('12', '12', 'events'), ('crm:90123', 'crm:90123', 'crm'))
      as events (lead_id, original_lead_id, crm);
    create table decisions (
      review text, grain text, period_start date, held_on date, decision_no integer, title_en text, title_da text,
      why_en text, why_da text, decided_by text, responsible text, due_on date, done_on date, metric text,
      target_from double, target_to double
    );
    insert into decisions by name
    select '2026-W47' as review, 1 as decision_no, 'Learn from L-1’s wait (and L-2, L-11).' as title_en,
      '12 % of 90123, crm:90123/L-1' as why_en, E'to\\nlinjer' as title_da;
    create table improvements as
    select 'one' as improvement, 'Never again "L-2"' as title_en, null::text as title_da, null::date as agreed_on,
      null::text as agreed_by, null::date as since, null::date as until, true as is_open, null::text as verdict,
      '12 of 90123 leads' as sentence_en, null::text as sentence_da;
  `);
  warehouse.close();
});

async function rowOf(table: string, leadDetail: 'full' | 'none'): Promise<Row | undefined> {
  const warehouse = await openBeside({ published, reports: 'reports', settings: { ...usualSiteSettings, leadDetail } });
  try {
    return (await warehouse.rows(readFileSync(`reports/sources/site/${table}.sql`, 'utf8')))[0];
  } finally {
    warehouse.close();
  }
}

test('where leads are not named, what people wrote names none either; figures stay as they are', async () => {
  expect(await rowOf('decisions', 'none')).toMatchObject({
    title_en: 'Learn from …’s wait (and …, L-11).',
    title_da: 'to\nlinjer',
    why_en: '12 % of …, …/…',
    why_da: null,
  });
  expect(await rowOf('improvements', 'none')).toMatchObject({
    title_en: 'Never again "…"',
    sentence_en: '12 of 90123 leads',
  });
});

test('where they are, nothing is changed', async () => {
  expect(await rowOf('decisions', 'full')).toMatchObject({ why_en: '12 % of 90123, crm:90123/L-1' });
});
