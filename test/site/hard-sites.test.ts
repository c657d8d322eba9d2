import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { usualSiteSettings } from '../../src/project/site-settings.ts';
import { fixedAddresses } from '../../src/site/addresses.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { baseFiles } from '../build/project.ts';
import { chromium, openSite } from './browser.ts';
import { drawPages } from './built-site.ts';

const folder = mkdtempSync(join(tmpdir(), 'handover-hard-sites-'));
/** This repository, as a project in a folder of that one names it. */
const home = relative(join(folder, 'project'), resolve('.'));
const html = '<img src=x onerror="window.executed = true">';
const team = `Kø & "Salg" O'Brien`;

const sample = join(folder, 'sample.duckdb');

beforeAll(async () => {
  await build(openProject('.'), { now: '2026-11-23T06:00:00Z', warehouse: sample });
}, 120_000);

afterAll(() => rm(folder, { recursive: true }));

/** Files of a site that hold text or data, by path; the framework's own are left out. */
function filesOf(site: string): Map<string, Buffer> {
  const files = readdirSync(site, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.includes('/_app/'))
      .map((path) => [relative(site, path), readFileSync(path)]),
  );
}

/** Which of the values stand in which files. */
function found(site: string, values: readonly string[]): string[] {
  return [...filesOf(site)].flatMap(([path, bytes]) =>
    values.filter((value) => bytes.includes(value)).map((value) => `${path}: ${value}`),
  );
}

/** What a reader sees. */
function textOf(page: string): string {
  return page
    .replaceAll(/<(script|style|pre|code)\b[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

/** Opens each page on a phone: what complained, what is wider than the screen, what ran, what reads like a mistake. */
async function lookAt(site: string): Promise<string[]> {
  const pages = [...filesOf(site).keys()].filter((path) => path.endsWith('index.html'));
  const told: string[] = [];
  for (const path of pages) {
    const text = textOf(readFileSync(join(site, path), 'utf8'));
    const odd = /\b(undefined|NaN|null|Infinity)\b|\[object/.exec(text);
    if (odd !== null) told.push(`${path}: …${text.slice(Math.max(0, odd.index - 60), odd.index + 40)}…`);
    if (!/<html lang="(en|da)">/.test(readFileSync(join(site, path), 'utf8'))) told.push(`${path}: no language`);
  }
  if (!existsSync(chromium) && process.env.CI === undefined) return told;
  const browser = await openSite(site);
  try {
    const width = 360;
    const visitor = await browser.visitor(width);
    for (const path of pages) {
      const address = `/${path.replace('index.html', '')}`;
      told.push(...(await visitor.visit(address)).map((problem) => `${address}: ${problem}`));
      const wide = await visitor.page.evaluate('document.documentElement.scrollWidth');
      if (Number(wide) > width) told.push(`${address} is ${wide} px wide`);
      if ((await visitor.page.evaluate('window.executed')) !== undefined) told.push(`${address} ran what it shows`);
    }
  } finally {
    await browser.close();
  }
  return told;
}

/** A project of its own on this one's models and metrics. */
async function projectOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const root = join(folder, name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const oneDay = `event_id,occurred_at,lead_id,type,stage,team,owner_id,channel,properties
e1,2026-03-03T08:00,fast,lead_created,lead,"${team.replaceAll('"', '""')}",,,"{""country"":""DK"",""source"":""webinar""}"
e2,2026-03-03T09:00,fast,stage_entered,mql,"${team.replaceAll('"', '""')}",o1,,
e3,2026-03-03T09:30,fast,outreach,,,o1,phone,
e4,2026-03-03T10:00,slow,lead_created,lead,,,,"{""country"":""SE""}"
`;

describe('a small project has readable pages', () => {
  test.each([
    {
      name: 'with one day of data',
      files: {
        'handover.yml': `name: small\nextends: ${home}\nsources:\n  events: { kind: events, files: events.csv, time_zone: UTC }\n`,
        'events.csv': oneDay,
      },
      metric: '/metrics/response_within_sla_rate/',
    },
    {
      name: 'without leads, an agreement, or any of the usual tables',
      files: baseFiles,
      metric: '/metrics/won_deals/',
    },
  ])(
    '$name',
    async ({ files, metric }) => {
      const root = await projectOf(`small-${Object.keys(files).length}`, files);
      await build(openProject(root), { now: '2026-03-03T12:00:00Z' });
      const site = join(root, 'site');
      const some = ['/weekly/2026-W10/', '/monthly/2026-03/', '/quarterly/2026-Q1/', metric];
      await drawPages({
        published: join(root, 'target', 'handover.duckdb'),
        folder: site,
        // The other language has other words and nothing else.
        addresses: ['/', ...[...fixedAddresses('reports'), ...some].map((address) => `/da${address}`)],
      });
      expect(await lookAt(site)).toEqual([]);
    },
    240_000,
  );
});

describe('a site of 400 weeks and 60 teams, with a lead called like markup and a week without leads', () => {
  const published = join(folder, 'large.duckdb');
  const site = join(folder, 'large');
  const addresses = [
    ...[
      '/',
      '/weekly/',
      '/weekly/2026-W47/',
      '/weekly/2026-W30/',
      '/weekly/2019-W30/',
      '/monthly/',
      '/monthly/2026-10/',
    ],
    ...[
      '/quarterly/',
      '/quarterly/2026-Q3/',
      '/funnel/',
      '/cohorts/',
      '/breaches/',
      '/teams/',
      '/health/',
      '/metrics/',
    ],
    ...['/metrics/mql_volume/', '/metrics/response_within_sla_rate/'],
  ];

  beforeAll(async () => {
    await cp(sample, published);
    const warehouse = await Warehouse.open(published);
    await warehouse.run(large);
    warehouse.close();
    await drawPages({ published, folder: site, addresses: [...addresses, '/da/weekly/2026-W47/'] });
  }, 240_000);

  test('has readable pages, and runs nothing that it shows', async () => {
    expect(await lookAt(site)).toEqual([]);
  }, 240_000);

  test('names the team and the lead as they are called', () => {
    const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const teams = readFileSync(join(site, 'teams', 'index.html'), 'utf8').replaceAll('&quot;', '"');
    expect(teams).toContain(escaped(`${team} 7`));
    for (const page of ['index.html', 'da/weekly/2026-W47/index.html']) {
      const text = readFileSync(join(site, page), 'utf8');
      expect(text).not.toContain('<img src=x');
      expect(text.replaceAll('&quot;', '"')).toContain(escaped(html));
    }
  });

  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const large = `
    insert into metric_values
      select metric_values.* replace (period_start - (7 * 39 * times)::int as period_start, period_end - (7 * 39 * times)::int as period_end)
      from metric_values, unnest(range(1, 11)) as repeated (times)
      where grain = 'week' and dimension = 'all' and period_start >= date '2026-02-23' and period_start < date '2026-11-23';
    update metric_values set value = null, numerator = 0, denominator = 0, sample_size = 0, lower_95 = null, upper_95 = null,
        status = null, previous_value = null, change = null, over_value = null, estimate = null
      where grain = 'week' and period_start = date '2026-07-20';
    delete from breaches where due_on between date '2026-07-20' and date '2026-07-26';
    insert into metric_values
      select metric_values.* replace (${quoted(team)} || ' ' || number as dimension_value)
      from metric_values, unnest(range(60)) as teams (number)
      where dimension = 'team' and dimension_value = 'uk';
    update lead_responses set team = ${quoted(team)} || ' ' || (hash(lead_id) % 60), owner_id = 'o' || (hash(lead_id) % 240)
      where team = 'uk';
    update breaches set team = ${quoted(team)} || ' ' || (hash(lead_id) % 60) where team = 'uk';
    create temp table renamed as
      select lead_id from breaches where not is_explained order by due_at desc limit 3;
    ${['breaches', 'lead_responses', 'open_leads', 'meetings', 'clock_ledger', 'lead_acceptances', 'lead_cycles']
      .map((table) => `update ${table} set lead_id = ${quoted(html)} || lead_id where lead_id in (from renamed);`)
      .join('\n')}
    update breaches set cause = ${quoted(html)} where is_explained;
  `;
});

describe('what is nobody’s business', () => {
  // Pages are drawn from the site's tables alone, and all of these lie beside them here.
  test('with lead_detail none, no table or page of the site names a lead', async () => {
    const site = join(folder, 'unnamed');
    const addresses = ['/', '/weekly/2026-W47/', '/da/breaches/', '/quarterly/2026-Q3/', '/teams/'];
    await drawPages({
      published: sample,
      folder: site,
      addresses,
      settings: { ...usualSiteSettings, leadDetail: 'none' },
    });
    const warehouse = await Warehouse.open(sample, { readOnly: true });
    const leads = await warehouse.rows<{ lead_id: string }>('select distinct lead_id from crm_events');
    warehouse.close();
    expect(leads.length).toBeGreaterThan(2000);
    const pattern = /L-\d{6}/;
    expect(leads.every(({ lead_id }) => pattern.test(lead_id))).toBe(true);
    const named = [...filesOf(site)].filter(([, bytes]) => pattern.test(bytes.toString('latin1')));
    expect(named.map(([path]) => path)).toEqual([]);
  }, 240_000);

  test('no value of a column that is named personal lies in any table or page of the site', async () => {
    const people = ['ada.lovelace@example.com', '+45 12 34 56 78', 'Ada Lovelace', 'grace@example.org', 'Grace Hopper'];
    const [email, phone, name, otherEmail, otherName] = people;
    const properties = (value: object): string => `"${JSON.stringify(value).replaceAll('"', '""')}"`;
    const root = await projectOf('personal', {
      'handover.yml': `name: personal
extends: ${home}
sources:
  events:
    kind: events
    files: events.csv
    time_zone: UTC
    properties: [email, phone, full_name]
    personal: { email: hash, phone: drop, full_name: hash }
`,
      'handover.salt': 'grains of salt for a test of a few leads\n',
      'events.csv': `event_id,occurred_at,lead_id,type,stage,team,owner_id,channel,properties
e1,2026-03-03T08:00,l1,lead_created,lead,north,,,${properties({ email, phone, full_name: name, country: 'DK' })}
e2,2026-03-03T09:00,l1,stage_entered,mql,north,o1,,
e3,2026-03-04T09:30,l1,property_changed,,,,,${properties({ name: 'email', value: otherEmail })}
e4,not a time,l2,lead_created,lead,north,,,${properties({ email: otherEmail, full_name: otherName })}
e5,2026-03-05T08:00,l2,lead_created,lead,north,,,${properties({ email: otherEmail, full_name: otherName })}
e6,2026-03-05T09:00,l2,stage_entered,mql,north,o2,,
`,
    });
    await build(openProject(root), { now: '2026-03-10T12:00:00Z' });
    const site = join(root, 'site');
    await drawPages({
      published: join(root, 'target', 'handover.duckdb'),
      folder: site,
      addresses: [...fixedAddresses('reports'), '/weekly/2026-W10/', '/monthly/2026-03/', '/quarterly/2026-Q1/'],
    });
    expect(found(site, ['l1']).length).toBeGreaterThan(0);
    expect(found(site, people)).toEqual([]);
  }, 240_000);
});
