import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { type Catalogue, type CatalogueMetric, catalogueSchema } from '../../src/state/catalogue-schema.ts';
import { warehouseFiles } from '../../src/state/files.ts';
import { tinyProject } from './project.ts';

const now = '2026-05-06T06:00:00Z';

/** Two deals in March, three in April, none of them small; version 2 leaves deals below 200 out from April on. */
const deals = `deal_id,won_at,amount,team
secret-1,2026-03-02T09:00:00Z,100,north
secret-2,2026-03-03T10:00:00Z,250,south
secret-3,2026-04-01T10:00:00Z,150,north
secret-4,2026-04-02T10:00:00Z,300,south
secret-5,2026-04-03T10:00:00Z,400,south
secret-6,2026-05-05T10:00:00Z,400,south
`;

const count = (version: number, more: string): string => `
name: won_deals
version: ${version}
type: count
label: { en: Won deals, da: Vundne handler }
description: { en: Deals won., da: Vundne handler. }
owner: sales
model: deals
time: won_at
dimensions: [team]
unit: count
direction: up
minimum_sample: 0
${more}`;

const files = {
  'deals.csv': deals,
  'models/marts/deals.sql': `
select deal_id, won_at::timestamptz as won_at, amount::integer as amount, team from raw.deals`,
  'metrics/won_deals.v1.yml': count(1, 'changes: [{ version: 1, why: First version }]\n'),
  'metrics/won_deals.yml': count(
    2,
    `
effective_from: 2026-04-01
filter: amount >= 200
contract: { range: [0, 100] }
changes:
  - { version: 1, why: First version }
  - { version: 2, why: Small deals are no deals, approved_by: [CMO, CRO] }
`,
  ),
  'metrics/deals_to_date.yml': `
name: deals_to_date
type: cumulative
metric: won_deals
to_date: quarter
label: { en: Deals to date, da: Handler til dato }
description: { en: So far., da: Indtil nu. }
owner: sales
unit: count
direction: up
changes: [{ version: 1, why: First version }]
`,
  'metrics/agreements/spring.yml': `
id: spring
effective_from: 2026-02-01
time_zone: UTC
owners: { marketing: { title: CMO }, sales: { title: CRO } }
calendars: { office: { hours: { mon: ["08:00-16:00"] } } }
default_calendar: office
teams: { south: office }
promises: { sales: [{ id: won, metric: won_deals, target: { default: 2, teams: { south: 1 } }, per: month }] }
`,
};

function catalogueIn(root: string): Catalogue {
  return catalogueSchema.parse(JSON.parse(readFileSync(warehouseFiles(root).catalogue, 'utf8')));
}

function metric(catalogue: Catalogue, name: string): CatalogueMetric {
  const found = catalogue.metrics.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no metric ${name}`);
  return found;
}

describe('the catalogue', () => {
  it('tells of each metric what its files say, version by version', async () => {
    const root = tinyProject(files);
    await build(openProject(root), { now });
    const catalogue = catalogueIn(root);
    expect(catalogue).toMatchObject({
      format: 1,
      project: { name: 'tiny', time_zone: 'UTC' },
      generated_from: { as_of: '2026-05-05T10:00:00Z', now },
      outcome: 'published',
    });
    expect(catalogue.metrics.map(({ name }) => name)).toEqual(['deals_to_date', 'won_deals']);

    const won = metric(catalogue, 'won_deals');
    expect(won.derived_metrics).toEqual(['deals_to_date']);
    expect(
      won.versions.map(({ version, is_current, effective_from, file }) => [version, is_current, effective_from, file]),
    ).toEqual([
      [1, false, null, 'metrics/won_deals.v1.yml'],
      [2, true, '2026-04-01', 'metrics/won_deals.yml'],
    ]);
    const [first, second] = won.versions;
    expect(second).toMatchObject({
      ...{ type: 'count', owner: 'sales', unit: 'count', direction: 'up', target: null, minimum_sample: 0 },
      ...{ headline: false, dimensions: ['team'], models: ['deals'], inputs: [], deprecated_on: null },
      changes: [
        { version: 1, why: 'First version', approved_by: [] },
        { version: 2, why: 'Small deals are no deals', approved_by: ['CMO', 'CRO'] },
      ],
      words: {
        en: expect.stringContaining('where `amount >= 200`'),
        da: expect.stringContaining('hvor `amount >= 200`'),
      },
      spec: { name: 'won_deals', filter: 'amount >= 200' },
      definition: expect.stringContaining('filter: amount >= 200'),
      sql: expect.stringContaining('amount >= 200'),
    });
    expect(first?.spec).not.toHaveProperty('filter');
    expect(Object.keys(second?.spec ?? {})).not.toEqual(expect.arrayContaining(['file']));
    expect(metric(catalogue, 'deals_to_date').versions[0]).toMatchObject({ models: [], inputs: ['won_deals'] });
  });

  it('tells what was promised, what was checked, what it is made of, and how versions differ', async () => {
    const root = tinyProject(files);
    await build(openProject(root), { now });
    const won = metric(catalogueIn(root), 'won_deals');
    expect(won.promises).toEqual([
      {
        ...{ agreement: 'spring', effective_from: '2026-02-01', effective_until: null, side: 'sales', owner: 'CRO' },
        ...{ promise: 'won', grain: 'month', target: 2, quarters: [], teams: [{ team: 'south', target: 1 }] },
        wording: {
          en: 'Won deals: at least 2 a month, but 1 for south',
          da: expect.stringContaining('Vundne handler'),
        },
      },
    ]);
    expect(won.contracts.filter(({ rule }) => rule.startsWith('range'))).toMatchObject([
      { rule: 'range v2', severity: 'error', passed: true, file: 'metrics/won_deals.yml' },
    ]);
    expect(won.lineage).toEqual([
      { table: 'deals', column: 'amount', from: [{ table: 'raw.deals', column: 'amount' }], unknown: [] },
      { table: 'deals', column: 'won_at', from: [{ table: 'raw.deals', column: 'won_at' }], unknown: [] },
    ]);
    // Weeks 2 March and 30 March, the months of March and April, and both quarters hold a small deal.
    const [summary] = won.reconciliations;
    expect(summary).toMatchObject({
      ...{ from_version: 1, to_version: 2, differing: 6 },
      largest_difference: { grain: 'quarter', period_start: '2026-04-01', value_from: 4, value_to: 3, difference: -1 },
    });
  });

  it('tells the last periods of the total, each by the version in force', async () => {
    const root = tinyProject(files);
    await build(openProject(root), { now });
    const won = metric(catalogueIn(root), 'won_deals');
    const months = won.history.filter(({ grain }) => grain === 'month');
    // March belongs to version 1, April to version 2; May is not over.
    expect(
      months.map(({ period_start, version, value, target, target_source, status }) => [
        period_start,
        version,
        value,
        target,
        target_source,
        status,
      ]),
    ).toEqual([
      ['2026-03-01', 1, 2, 2, 'agreement', 'kept'],
      ['2026-04-01', 2, 2, 2, 'agreement', 'kept'],
    ]);
    expect(won.history.filter(({ grain }) => grain === 'week').length).toBeLessThanOrEqual(13);
  });

  it('is written when contracts do not hold, and names no row', async () => {
    const broken = {
      ...files,
      'metrics/won_deals.yml': files['metrics/won_deals.yml'].replace(
        'range: [0, 100]',
        `range: [0, 1], sql: [
    { name: no_large, select: select * from deals where amount > 350 },
    { name: no_text, select: select 1 as one from deals where cast(deal_id as integer) > 3 }]`,
      ),
    };
    const root = tinyProject(broken);
    await expect(build(openProject(root), { now })).rejects.toThrow('does not hold');
    const catalogue = catalogueIn(root);
    expect(catalogue.outcome).toBe('not published');
    const failed = metric(catalogue, 'won_deals').contracts.filter(({ passed }) => !passed);
    expect(failed.map(({ observed }) => observed)).toEqual([
      expect.stringMatching(/^\d+ of \d+ values outside$/),
      '2 rows',
      'it could not be checked',
    ]);
    const { metrics, ...rest } = catalogue;
    const told = metrics.map(({ promises: _, versions, ...facts }) => [
      facts,
      versions.map(({ sql: _sql, ...more }) => more),
    ]);
    expect(JSON.stringify([told, rest])).not.toMatch(/secret|north|south/);
  });

  it('of a project without metrics is empty', async () => {
    const root = tinyProject();
    await build(openProject(root), { now });
    expect(metric(catalogueIn(root), 'won_deals')).toMatchObject({
      promises: [],
      reconciliations: [],
      restatements: [],
    });
  });
});

describe('the catalogue beside another warehouse', () => {
  it('has its name', () => {
    expect(warehouseFiles('/p').catalogue).toBe(join('/p', 'target', 'catalogue.json'));
    expect(warehouseFiles('/p', '/data/acme.duckdb').catalogue).toBe(join('/data', 'acme.catalogue.json'));
  });
});
