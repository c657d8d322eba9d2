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
      `"'=L2","overdue","2026-03-02T09:00:00Z","first_response","Call",40`,
      '"L1","pending","2026-03-03T09:00:00Z","follow_up",,',
    ]);
    expect(result).toMatchObject({ leads: 2, asOf: '2026-03-02T12:00:00Z' });
  });

  it('gives those of one team, in Danish', async () => {
    const root = await published();
    expect(lines(await exportCrm(root, { language: 'da', team: 'uk' })).slice(1)).toEqual([
      `"'=L2","overdue","2026-03-02T09:00:00Z","first_response","Ring",40`,
    ]);
    expect(await exportCrm(root, { language: 'da', team: 'idle' })).toMatchObject({ leads: 0 });
  });

  it('refuses a team that no lead is of', async () => {
    await expect(exportCrm(await published(), { language: 'en', team: 'ku' })).rejects.toMatchObject({
      diagnostics: [{ code: 'unknown-team', message: 'no team "ku"', expected: 'one of dk, idle, uk' }],
    });
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

async function published(): Promise<string> {
  const root = temporary();
  mkdirSync(join(root, 'target'));
  const warehouse = await Warehouse.open(join(root, 'target', 'handover.duckdb'));
  await warehouse.run(`
    create table build_info as select timestamptz '2026-03-02T12:00:00Z' as as_of;
    create table lead_cycles as select unnest(['dk', 'uk', 'idle']) as team;
    create table open_leads as from (values
        ('L1', 'dk', 'pending', timestamptz '2026-03-03T09:00:00Z', 'follow_up', null, null, null, 2),
        ('=L2', 'uk', 'overdue', timestamptz '2026-03-02T09:00:00Z', 'first_response', 'Call', 'Ring', 40.0::double, 1)
    ) as rows(lead_id, team, status, due_at, clause, next_action_en, next_action_da, score, rank)`);
  warehouse.close();
  return root;
}
