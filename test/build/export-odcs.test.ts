import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { build } from '../../src/build/build.ts';
import { exportOdcs } from '../../src/build/export-odcs.ts';
import { logicalType } from '../../src/build/odcs-types.ts';
import { openProject } from '../../src/project/project.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { baseFiles, tinyProject } from './project.ts';

const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(join(import.meta.dirname, 'odcs.schema.json'), 'utf8')),
);

interface Named {
  readonly name: string;
  readonly [key: string]: unknown;
}
interface Table extends Named {
  readonly properties: readonly Named[];
  readonly quality?: readonly Named[];
}
interface Contract extends Named {
  readonly id: string;
  readonly version: string;
  readonly schema: readonly Table[];
}

/** The document, which must be valid. */
async function contractOf(root: string, request = {}): Promise<Contract> {
  const document: Contract = parse(await exportOdcs(root, request));
  validate(document);
  expect(validate.errors).toBeNull();
  return document;
}

function table(contract: Contract, name: string): Table {
  const found = contract.schema.find((object) => object.name === name);
  if (found === undefined) throw new Error(`no table ${name}`);
  return found;
}

const files = {
  'handover.yml': `
name: tiny
retention_months: 24
sources:
  deals: { kind: table, files: deals.csv, recorded_at: won_at }
contracts: { freshness: { max_age: 36h } }
`,
  'models/staging/stg_deals.sql': 'select * from raw.deals',
  'models/staging/stg_deals.yml': 'name: stg_deals\ndescription: Not for readers.\npublic: false\ngrain: [deal_id]\n',
  'models/marts/products.sql': `
select deal_id, 1::bigint as line_no, ['a'] as tags, {'a': 1} as more, won_at::date as day, 1.5::decimal(4, 2) as price
from deals`,
  'models/marts/products.yml': `
name: products
description: What was sold.
grain: [deal_id, line_no]
tags: [weekly]
columns:
  price: { description: In euro, accepted_values: ["1.50", "2"], unique: true }
contract:
  relationships: [{ columns: [deal_id], to: deals, severity: warn }]
  expressions: [{ name: positive, that: price > 0 }]
`,
  'metrics/agreements/spring.yml': `
id: spring
effective_from: 2026-02-01
time_zone: Europe/Copenhagen
owners: { marketing: { title: CMO, deputy: Planner }, sales: { title: CRO } }
calendars: { office: { hours: { mon: ["08:00-16:00"] } } }
default_calendar: office
promises: { sales: [{ id: won, metric: won_deals, target: 5, per: month }] }
`,
};

describe('what is published as a data contract', () => {
  it('names the project, where its data lie, how fresh they are and who answers for them', async () => {
    const { schema: _, ...contract } = await contractOf(tinyProject(files));
    expect(contract).toMatchObject({
      apiVersion: 'v3.1.0',
      kind: 'DataContract',
      name: 'tiny',
      status: 'active',
      servers: [{ server: 'published', type: 'duckdb', database: 'target/handover.duckdb', schema: 'main' }],
      slaProperties: [
        { property: 'latency', value: 36, unit: 'h' },
        { property: 'retention', value: 24, unit: 'months' },
      ],
      team: {
        name: 'tiny',
        members: [
          { username: 'marketing', role: 'CMO' },
          { username: 'marketing-deputy', role: 'Planner' },
          { username: 'sales', role: 'CRO' },
        ],
      },
      customProperties: [{ property: 'agreements', value: [{ id: 'spring', effectiveFrom: '2026-02-01' }] }],
    });
  });

  it('has the same id wherever the project lies, and another version once anything of it changes', async () => {
    const [first, second] = [await contractOf(tinyProject()), await contractOf(tinyProject())];
    const other = await contractOf(tinyProject({ 'handover.yml': files['handover.yml'].replace('36h', '35h') }));
    expect(second).toEqual(first);
    expect([other.id === first.id, other.version === first.version]).toEqual([true, false]);
    const renamed = await contractOf(
      tinyProject({ 'handover.yml': files['handover.yml'].replace('name: tiny', 'name: other') }),
    );
    expect(renamed.id).not.toBe(first.id);
  });

  it('lists what readers get and the table of all values, nothing else', async () => {
    const contract = await contractOf(tinyProject(files));
    expect(contract.schema.map(({ name }) => name)).toEqual(['deals', 'products', 'metric_values']);
  });

  it('tells the types of columns as found, what identifies a row, and what is promised of them', async () => {
    const products = table(await contractOf(tinyProject(files)), 'products');
    expect(products).toMatchObject({
      description: 'What was sold.',
      dataGranularityDescription: 'One row per deal_id, line_no',
      tags: ['weekly'],
      relationships: [{ type: 'foreignKey', from: 'products.deal_id', to: 'deals.deal_id' }],
    });
    expect(products.properties).toEqual([
      {
        ...{ name: 'deal_id', logicalType: 'string', physicalType: 'VARCHAR' },
        ...{ required: true, unique: false, primaryKey: true, primaryKeyPosition: 1 },
      },
      {
        ...{ name: 'line_no', logicalType: 'integer', physicalType: 'BIGINT' },
        ...{ required: true, unique: false, primaryKey: true, primaryKeyPosition: 2 },
      },
      {
        ...{ name: 'tags', logicalType: 'array', items: { logicalType: 'string' }, physicalType: 'VARCHAR[]' },
        ...{ required: false, unique: false },
      },
      {
        ...{ name: 'more', logicalType: 'object', physicalType: 'STRUCT(a INTEGER)' },
        ...{ required: false, unique: false },
      },
      { name: 'day', logicalType: 'date', physicalType: 'DATE', required: false, unique: false },
      {
        ...{ name: 'price', logicalType: 'number', physicalType: 'DECIMAL(4,2)', description: 'In euro' },
        ...{ required: false, unique: true },
        quality: [
          {
            ...{ type: 'library', metric: 'invalidValues', arguments: { validValues: ['1.50', '2'] }, mustBe: 0 },
            ...{ dimension: 'conformity', severity: 'error', description: 'Where there is a value it is 1.50, 2.' },
          },
        ],
      },
    ]);
    expect(products.quality?.map(({ name, metric, severity }) => [name ?? metric, severity])).toEqual([
      ['duplicateValues', 'error'],
      ['positive', 'error'],
      [undefined, 'warning'],
    ]);
  });

  it('has queries that find no row where the rules hold, and those that break them', async () => {
    const root = tinyProject(files);
    writeFileSync(join(root, 'deals.csv'), 'deal_id,won_at,amount\nd1,2026-03-02T09:00:00Z,100\n');
    await build(openProject(root), { now: '2026-03-03T06:00:00Z' });
    const queries = (await contractOf(root)).schema
      .flatMap(({ quality = [] }) => quality)
      .flatMap(({ query }) => (typeof query === 'string' ? [query] : []));
    expect(queries).toHaveLength(3);
    const published = await Warehouse.open(join(root, 'target/handover.duckdb'));
    const count = async () =>
      Promise.all(queries.map(async (query) => Object.values((await published.rows(query))[0] ?? {})[0]));
    expect(await count()).toEqual([0, 0, 0]);
    await published.run(`
      update products set price = -1, deal_id = 'gone';
      update metric_values set value = 101 where grain = 'week' and dimension = 'all'`);
    expect(await count()).toEqual([1, 1, 1]);
    published.close();
  });

  it('describes metric_values as a build writes it', async () => {
    const root = tinyProject();
    await build(openProject(root), { now: '2026-03-04T06:00:00Z' });
    const published = await Warehouse.open(join(root, 'target/handover.duckdb'), { readOnly: true });
    const found = await published.columns('from metric_values');
    published.close();
    const { properties } = table(await contractOf(root), 'metric_values');
    expect(properties.map(({ name, physicalType }) => [name, physicalType])).toEqual(
      found.map(({ name, type }) => [name, type]),
    );
  });

  it('tells each metric in words, with the rules on it', async () => {
    const values = table(await contractOf(tinyProject(files)), 'metric_values');
    expect(values.customProperties).toEqual([
      {
        property: 'metrics',
        value: [
          expect.objectContaining({
            ...{ name: 'won_deals', version: 1, isCurrent: true, type: 'count', unit: 'count', models: ['deals'] },
            definition: {
              en: expect.stringContaining('The number of rows of `deals`.'),
              da: expect.stringContaining('Antallet af rækker i `deals`.'),
            },
          }),
        ],
      },
    ]);
    expect(values.quality).toContainEqual({
      ...{ name: 'won_deals.v1 range', type: 'sql', mustBe: 0, severity: 'error', dimension: 'conformity' },
      description: 'Every value is between 0 and 100.',
      query:
        "select count(*) from metric_values where metric = 'won_deals' and version = 1 and (value < 0 or value > 100)",
      customProperties: [
        { property: 'metric', value: 'won_deals' },
        { property: 'metricVersion', value: 1 },
      ],
    });
  });

  it('says every kind of rule in a sentence', async () => {
    const contract = `contract:
  range: [0, null]
  complete: { periods: 13, severity: warn }
  freshness: 3d
  volume: { within: 50 %, of_last: 8 }
  unique: true
  adds_up: true
  reconciles_with: "select count(*) from deals;"
  references: [{ columns: [deal_id], to: deals }]
  agrees_with: [{ metric: other_deals, within: 1 % }]
  change: { within: 30 % }
  restatement: 2 %
  sql: [{ name: no_future, select: "select * from deals -- all of them\\nwhere amount < 0;" }]
`;
    const metric = baseFiles['metrics/won_deals.yml'].replace('contract: { range: [0, 100] }\n', contract);
    const other = baseFiles['metrics/won_deals.yml'].replaceAll('won_deals', 'other_deals');
    const contractOfAll = await contractOf(
      tinyProject({ 'metrics/won_deals.yml': metric, 'metrics/other_deals.yml': other }),
    );
    const own = table(contractOfAll, 'metric_values').quality?.filter(({ name }) => name?.startsWith('won_deals.v1'));
    expect(own?.map(({ name, description, severity }) => [name.slice(13), severity, description])).toEqual([
      ['dated', 'error', 'Every row that is counted lies in a period.'],
      ['range', 'error', 'Every value is 0 or more.'],
      ['complete', 'warning', 'Each of the last 13 periods has rows.'],
      ['freshness', 'error', 'The newest won_at of deals is at most 72 hours older than the data.'],
      ['volume', 'error', expect.stringMatching(/ is within 50 % of the median of the 8 before it\.$/)],
      ['unique', 'error', 'No row is counted twice.'],
      ['adds_up', 'error', 'The parts of each dimension add up to the whole.'],
      ['reconciles_with', 'error', 'All periods add up to what this select finds: select count(*) from deals'],
      ['references', 'error', 'Every deal_id that is counted is found in deals (deal_id).'],
      ['agrees_with', 'error', 'It says what other_deals says, give or take 1 %.'],
      ['change', 'error', expect.stringMatching(/moves by at most 30 %, unless chance explains it\.$/)],
      ['restatement', 'error', 'A value that was published stays what it was, give or take 2 %.'],
      ['no_future', 'error', 'No row breaks "no_future".'],
    ]);
    expect(own?.at(-1)).toMatchObject({
      type: 'sql',
      query: 'select count(*) from (select * from deals -- all of them\nwhere amount < 0\n) as broken',
    });
    expect(contractOfAll.slaProperties).toMatchObject([
      { property: 'latency', value: 72, unit: 'h', element: 'deals.won_at' },
    ]);
  });

  it('names no folder of the machine', async () => {
    const root = tinyProject();
    const elsewhere = { warehouse: '/srv/data/acme.duckdb' };
    expect(await exportOdcs(root, elsewhere)).toContain('database: acme.duckdb');
    expect(await exportOdcs(root, { warehouse: join(root, 'data', 'a.duckdb') })).toContain('database: data/a.duckdb');
  });
});

describe('a type of DuckDB', () => {
  it.each([
    ['HUGEINT', 'integer'],
    ['UTINYINT', 'integer'],
    ['FLOAT', 'number'],
    ['TIMESTAMP_NS', 'timestamp'],
    ['TIME', 'time'],
    ['INTERVAL', 'string'],
    ["ENUM('a', 'b')", 'string'],
    ['MAP(VARCHAR, INTEGER)', 'object'],
  ])('%s is %s', (type, expected) => {
    expect(logicalType(type)).toEqual({ logicalType: expected });
  });

  it('that is a list of lists says so', () => {
    expect(logicalType('STRUCT(a DATE)[][3]')).toEqual({
      logicalType: 'array',
      items: { logicalType: 'array', items: { logicalType: 'object' } },
    });
  });
});
