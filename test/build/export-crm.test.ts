import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { crmCsv } from '../../src/build/crm-csv.ts';
import { exportCrm } from '../../src/build/export-crm.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

describe('crmCsv', () => {
  it('quotes as RFC 4180 says, with every text in quotes', () => {
    const rows = [{ lead_id: 'L,1', next_action: 'Sig "hej"\nog ring på æøå', score: 31.5, due_at: null }];
    expect(crmCsv(['lead_id', 'next_action', 'score', 'due_at'], rows)).toBe(
      'lead_id,next_action,score,due_at\r\n"L,1","Sig ""hej""\nog ring på æøå",31.5,\r\n',
    );
  });

  it.each(['=HYPERLINK("x")', '+45', '-2', '@sum', ' =1+1', '\t=1', '\rx', '＝1'])('lets %j be no formula', (text) => {
    expect(crmCsv(['cell'], [{ cell: text }])).toBe(`cell\r\n"'${text.replaceAll('"', '""')}"\r\n`);
  });

  it.each(['L-1', 'a=b', '2026-03-02T09:00:00Z', ''])('leaves %j as it is', (text) => {
    expect(crmCsv(['cell'], [{ cell: text }])).toBe(`cell\r\n"${text}"\r\n`);
  });

  it('writes numbers as numbers, also below zero', () => {
    expect(crmCsv(['score'], [{ score: -1.5 }, { score: 0 }])).toBe('score\r\n-1.5\r\n0\r\n');
  });
});

describe('exportCrm', () => {
  const lines = ({ csv }: { csv: string }) => csv.trimEnd().split('\r\n');

  it('gives the open leads, most urgent first', async () => {
    const result = await exportCrm(await published(), { language: 'en' });
    expect(lines(result)).toEqual([
      'lead_id,status,due_at,clause,next_action,score',
      `"'=L2","overdue","2026-03-02T09:00:00Z","first_response","Call",40.1`,
      '"L1","pending","2026-03-03T09:00:00Z","follow_up",,',
    ]);
    expect(result).toMatchObject({ leads: 2, asOf: '2026-03-02T12:00:00Z' });
  });

  it('gives those of one team, in Danish', async () => {
    const root = await published();
    expect(lines(await exportCrm(root, { language: 'da', team: 'uk' })).slice(1)).toEqual([
      `"'=L2","overdue","2026-03-02T09:00:00Z","first_response","Ring",40.1`,
    ]);
    expect(await exportCrm(root, { language: 'da', team: 'idle' })).toMatchObject({ leads: 0 });
  });

  it('refuses a team that no lead is of', async () => {
    await expect(exportCrm(await published(), { language: 'en', team: 'ku' })).rejects.toMatchObject({
      diagnostics: [{ code: 'unknown-team', message: 'no team "ku"', expected: 'one of dk, idle, uk' }],
    });
  });

  it('gives the leads of one CRM under the ids that it knows', async () => {
    const root = await published(severalCrms);
    expect(lines(await exportCrm(root, { language: 'en', crm: 'north' })).slice(1)).toEqual([
      '"1","pending","2026-03-03T09:00:00Z","follow_up",,',
    ]);
    expect(lines(await exportCrm(root, { language: 'en', crm: 'north-2' })).slice(1)).toEqual([
      '"7:a","overdue","2026-03-02T09:00:00Z","first_response","Call",40.1',
    ]);
  });

  it('asks which CRM is meant where there are several', async () => {
    const root = await published(severalCrms);
    await expect(exportCrm(root, { language: 'en' })).rejects.toMatchObject({
      diagnostics: [{ code: 'several-crms', message: expect.stringContaining('2 CRMs (north, north-2)') }],
    });
    await expect(exportCrm(root, { language: 'en', crm: 'nort' })).rejects.toMatchObject({
      diagnostics: [{ code: 'unknown-crm', message: 'no CRM "nort"', fix: 'Did you mean "north"?' }],
    });
  });

  it('leaves ids as they are where there is one CRM', async () => {
    const root = await published(
      `create table crm_events as select 'L1' as crm; update open_leads set lead_id = 'L1:9' where rank = 2`,
    );
    const result = await exportCrm(root, { language: 'en', crm: 'L1' });
    expect(lines(result)[2]).toBe('"L1:9","pending","2026-03-03T09:00:00Z","follow_up",,');
  });

  it('says so when nothing was built', async () => {
    await expect(exportCrm(temporary(), { language: 'en' })).rejects.toMatchObject({
      diagnostics: [{ code: 'nothing-built' }],
    });
  });
});

function temporary(): string {
  const root = mkdtempSync(join(tmpdir(), 'handover-export-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return root;
}

const severalCrms = `
    create table crm_events as select unnest(['north', 'north-2', 'north']) as crm;
    update open_leads set lead_id = if(rank = 1, 'north-2:7:a', 'north:1')`;

async function published(more = ''): Promise<string> {
  const root = temporary();
  mkdirSync(join(root, 'target'));
  const warehouse = await Warehouse.open(join(root, 'target', 'handover.duckdb'));
  await warehouse.run(`
    create table build_info as select timestamptz '2026-03-02T12:00:00Z' as as_of;
    create table lead_cycles as select unnest(['dk', 'uk', 'idle']) as team;
    create table open_leads as from (values
        ('L1', 'dk', 'pending', timestamptz '2026-03-03T09:00:00Z', 'follow_up', null, null, null, 2),
        ('=L2', 'uk', 'overdue', timestamptz '2026-03-02T09:00:00Z', 'first_response', 'Call', 'Ring', 40.0625::double, 1)
    ) as rows(lead_id, team, status, due_at, clause, next_action_en, next_action_da, score, rank);
    ${more}`);
  warehouse.close();
  return root;
}
