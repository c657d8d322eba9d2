import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { bundleForTests } from './cli.ts';
import { writeFiles } from './project.ts';

const bundle = bundleForTests();
const home = join(import.meta.dirname, '../..');
const config = `name: doubts\nextends: ${JSON.stringify(home)}\nsources:\n  events: { files: events.csv, time_zone: UTC }\n`;
const events = `event_id,occurred_at,lead_id,type,stage,owner_id,team,channel,properties
e1,2026-03-02T09:00,anna,lead_created,,,north,,"{""country"":""DK"",""lead_type"":""trial""}"
e2,2026-03-02T09:00,anna,stage_entered,mql,,,,
e3,2026-03-02T09:30,anna,owner_assigned,,r1,,,
e4,2026-03-02T10:00,anna,outreach,,r1,,phone,
e5,2026-03-03T10:00,bo,lead_created,,,,,"{""country"":""SE""}"
`;
const agreement = `id: "2026"
effective_from: 2026-03-03
time_zone: UTC
owners: { marketing: { title: Marketing }, sales: { title: Sales } }
calendars:
  office: { hours: { mon: ["08:00-16:00"] } }
default_calendar: office
teams: { North: office }
people: { r9: { calendar: office } }
promises:
  sales:
    - id: first_response
      metric: response_within_sla_rate
      target: 90 %
      tiers:
        - { id: trial, when: { lead_type: [trails] }, within_minutes: 30 }
        - { id: other, within_minutes: 60 }
icp: [{ attribute: countri, in: [DK] }]
score: { intent: [{ action: download, points: 5, decays_over_days: 10 }] }
policies: { response_channels: [phon] }
`;
const temporary = mkdtempSync(join(tmpdir(), 'handover-doubts-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

function projectOf(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(temporary, name);
  writeFiles(root, files);
  return root;
}

const now = '2026-03-04T00:00:00Z';

it('warns of names that no data know, with the nearest that they do', async () => {
  const root = projectOf('names', {
    'handover.yml': config,
    'events.csv': events,
    'metrics/agreements/2026.yml': agreement,
  });
  const { warnings } = await build(openProject(root), { now });
  const told = warnings.filter(({ file }) => file === 'metrics/agreements/2026.yml');
  expect(told.map(({ code, message, line, fix }) => `${line} ${code}: ${message} ${fix ?? ''}`.trim())).toEqual([
    '2 no-agreement: 1 MQL came before the first agreement took effect on 2026-03-03; nothing is promised to them Set it back, or add the agreement of that time.',
    '18 unseen-attribute: no lead ever had a "countri" Did you mean "country"?',
    '20 unseen-channel: no outreach ever went over the channel "phon" Did you mean "phone"?',
    '8 unseen-team: no event ever named the team "North" Did you mean "north"?',
    '9 unseen-owner: no lead was ever assigned to "r9"',
    `16 unseen-value: no lead's lead_type was ever "trails" Did you mean "trial"?`,
  ]);
});

it('warns of files that are not read, and of an agreement that another project made', () => {
  const root = projectOf('ignored', {
    'handover.yml': config,
    'events.csv': events,
    'metrics/agreements/2026.yaml': agreement,
    'metrics/agreements/README.md': 'What was agreed.',
    'metrics/improvements/old/a.yml': 'id: a',
    'metrics/breaches/2026.xlsx': '',
  });
  const { warnings, agreements } = openProject(root);
  expect(agreements.map(({ id }) => id)).toEqual(['2026-h1', '2026-h2']);
  expect(warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'ignored-file: metrics/agreements/2026.yaml is not read',
    'ignored-file: metrics/improvements/old/ is not read',
    'ignored-file: metrics/breaches/2026.xlsx is not read',
    `inherited-agreement: no agreement of its own: judged by 2026-h1, 2026-h2 of ${home}`,
  ]);
});

it('ends quietly when nobody reads its output any more', async () => {
  const child = spawn(process.execPath, [bundle, 'ls', '--format', 'json', '--project', home], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
