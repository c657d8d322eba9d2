import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { openProject } from '../../src/project/project.ts';

/** The settings of a project with these lines under `site:`, or what is wrong with them. */
function opened(...lines: readonly string[]) {
  const root = mkdtempSync(join(tmpdir(), 'handover-site-settings-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const site = lines.length === 0 ? '' : `site:\n${lines.map((line) => `  ${line}\n`).join('')}`;
  writeFileSync(join(root, 'handover.yml'), `name: small\n${site}sources:\n  events: { files: events.csv }\n`);
  try {
    return { settings: openProject(root).config.site, problems: [] };
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    const problems = error.diagnostics.map(({ file, line, column, message, expected, fix }) =>
      [`${file}:${line}:${column} ${message}`, expected, fix].filter((part) => part !== undefined).join(' | '),
    );
    return { settings: undefined, problems };
  }
}

describe('site: of handover.yml', () => {
  it('may say nothing', () => {
    expect(opened().settings).toEqual({ leadDetail: 'full', recordUrls: new Map() });
  });

  it('is read', () => {
    const lines = [
      'lead_detail: none',
      'record_url: https://crm.example/leads/{lead_id}?tab=1',
      'people_notice_date: 2026-10-01',
      'url: https://sla.example/review//',
      'draft: metrics/agreements/drafts/2027-h1.yml',
    ];
    expect(opened(...lines).settings).toEqual({
      leadDetail: 'none',
      recordUrls: new Map([['*', 'https://crm.example/leads/{lead_id}?tab=1']]),
      peopleNoticeDate: '2026-10-01',
      url: 'https://sla.example/review',
      draft: 'metrics/agreements/drafts/2027-h1.yml',
    });
  });

  it('takes an address for each CRM, and one for all others', () => {
    const lines = ['record_url:', '  events: https://a.example/{lead_id}', '  "*": http://b.example/{lead_id}'];
    expect(opened(...lines).settings?.recordUrls).toEqual(
      new Map([
        ['events', 'https://a.example/{lead_id}'],
        ['*', 'http://b.example/{lead_id}'],
      ]),
    );
  });

  const noRecord = 'not an address that begins with https:// or http://, with {lead_id} where the id belongs';
  const noAddress = 'not an address that begins with https:// or http://';
  it.each([
    [['lead_detail: nothing'], ':3:16 site.lead_detail: unknown value "nothing" | one of full, none'],
    [['lead_details: none'], ':3:3 unknown key "site.lead_details" | one of lead_detail, record_url'],
    [['record_url: javascript:alert("{lead_id}")'], `:3:15 site.record_url: ${noRecord}`],
    [['record_url: https://crm.example/'], `:3:15 site.record_url: ${noRecord}`],
    [['record_url: https:///{lead_id}'], `:3:15 site.record_url: ${noRecord}`],
    [[`record_url: 'https://crm.example/"onclick=x {lead_id}'`], `:3:15 site.record_url: ${noRecord}`],
    [['record_url: { events: "data:text/html,{lead_id}" }'], `:3:25 site.record_url.events: ${noRecord}`],
    [
      ['record_url:', '  event: https://a.example/{lead_id}'],
      ':4:5 site.record_url: no source is called "event" | one of events, *, where * stands for all others | Did you mean "events"?',
    ],
    [['people_notice_date: 1 October'], ':3:23 site.people_notice_date: not a date such as 2026-07-01'],
    [['people_notice_date: 2026-02-30'], ':3:23 site.people_notice_date: not a date such as 2026-07-01'],
    [['url: javascript:alert(1)'], `:3:8 site.url: ${noAddress}`],
    [['url: sla.example'], `:3:8 site.url: ${noAddress}`],
    [['draft: ""'], ':3:10 site.draft: an empty text'],
  ])('refuses %j', (lines, problem) => {
    expect(opened(...lines).problems).toEqual([expect.stringContaining(problem)]);
  });
});
