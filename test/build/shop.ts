import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, type BuildResult, build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { quoteIdentifier, type Row, Warehouse } from '../../src/warehouse/warehouse.ts';
import { baseFiles, tinyProject } from './project.ts';

export const now = '2026-03-10T06:00:00.000Z';

const yml = (name: string, more = 'materialized: table'): string =>
  `name: ${name}\ndescription: Of the shop.\n${more}\n`;
const metric = baseFiles['metrics/won_deals.yml'];

/**
 * A project with models of every kind: stg_deals (view) → deals (table) → totals (incremental, by region) → best
 * (table); big (ephemeral, of stg_deals) → big_deals (table); regions of a seed; terms of the agreement; clocked of as_of.
 */
export const shopFiles = {
  'handover.yml': 'name: shop\nsources:\n  deals: { kind: table, files: "dumps/*.csv", recorded_at: won_at }\n',
  'dumps/a.csv': `deal_id,won_at,region,amount
d1,2026-03-02T09:00:00Z,north,100
d2,2026-03-03T10:00:00Z,south,250
d3,2026-03-04T10:00:00Z,south,50
d4,2026-03-05T10:00:00Z,,75
d5,2026-03-05T11:00:00Z,west,80
d6,2026-03-05T12:00:00Z,east,90
`,
  'models/staging/stg_deals.sql': 'select deal_id, won_at::timestamptz as won_at, region, amount from raw.deals\n',
  'models/staging/stg_deals.yml': yml('stg_deals', 'materialized: view'),
  'models/marts/deals.sql': 'select deal_id, won_at, region, amount::integer as amount from stg_deals\n',
  'models/marts/deals.yml': yml('deals', 'materialized: table\ngrain: [deal_id]'),
  'models/marts/totals.sql': 'select region, count(*) as deals, sum(amount) as amount from deals group by region\n',
  'models/marts/totals.yml': yml(
    'totals',
    'materialized: incremental\npartition_by: region\ninputs: { deals: region }',
  ),
  'models/marts/best.sql': 'select max(amount) as amount from totals\n',
  'models/marts/best.yml': yml('best'),
  'models/intermediate/big.sql': 'select deal_id, won_at, region from stg_deals where amount >= 100\n',
  'models/intermediate/big.yml': yml('big', 'materialized: ephemeral'),
  'models/marts/big_deals.sql': 'select deal_id, won_at, region from big\n',
  'models/marts/big_deals.yml': yml('big_deals'),
  'seeds/regions.csv': 'region,head\nnorth,Anna\nsouth,Bo\n',
  'models/marts/regions.sql': 'select region, head from seeds.regions\n',
  'models/marts/regions.yml': yml('regions'),
  'models/marts/terms.sql': 'select agreement, effective_from, default_calendar_key from sla.agreements\n',
  'models/marts/terms.yml': yml('terms'),
  'models/marts/clocked.sql': 'select as_of from run.clock\n',
  'models/marts/clocked.yml': yml('clocked'),
  'metrics/won_deals.yml': metric,
  'metrics/big_deals.yml': metric.replaceAll('won_deals', 'big_deals').replace('model: deals', 'model: big_deals'),
  'metrics/agreements/2026.yml': `
id: "2026"
effective_from: 2026-01-01
time_zone: Europe/Copenhagen
owners: { marketing: { title: Head of Marketing }, sales: { title: Sales Director } }
calendars:
  office: { time_zone: Europe/Copenhagen, hours: { mon: ["08:00-16:00"] } }
default_calendar: office
promises: {}
`,
} as const;

export type ShopFile = keyof typeof shopFiles;

export const shop = (files: Readonly<Record<string, string>> = {}): string => tinyProject({ ...shopFiles, ...files });

export function buildShop(root: string, options: Partial<BuildOptions> = {}): Promise<BuildResult> {
  return build(openProject(root), { now, ...options });
}

/** Which models ran, and why; a star stands for an incremental run. */
export function whatRan({ models }: Pick<BuildResult, 'models'>): string[] {
  return models
    .filter(({ status }) => status === 'ran')
    .map(({ name, because, mode }) => `${name}${mode === 'incremental' ? '*' : ''}: ${because.join('; ')}`);
}

/** All rows of all published tables, in any order; less what tells of the run itself. */
export async function publishedRows(file: string): Promise<Record<string, Row[]>> {
  const warehouse = await Warehouse.open(file, { readOnly: true, threads: 1 });
  try {
    const tables = await warehouse.rows<{ schema: string; name: string }>(`
      select schema_name as schema, table_name as name
      from duckdb_tables()
      where not internal and table_name <> 'build_info'
      order by all`);
    const rows: Record<string, Row[]> = {};
    for (const { schema, name } of tables) {
      const table = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
      // Those beside main are long calendars: a digest tells whether they are the same.
      rows[schema === 'main' ? name : `${schema}.${name}`] = await warehouse.rows(
        schema === 'main'
          ? `from ${table} order by all`
          : `select count(*) as row_count, sum(hash(rows)::hugeint)::varchar as digest from ${table} as rows`,
      );
    }
    return rows;
  } finally {
    warehouse.close();
  }
}

/** The same of a build of these files in an empty folder. */
export async function freshRows(root: string, options: Partial<BuildOptions> = {}): Promise<Record<string, Row[]>> {
  const warehouse = join(root, 'fresh', 'handover.duckdb');
  rmSync(join(root, 'fresh'), { recursive: true, force: true });
  const { published } = await buildShop(root, { ...options, warehouse });
  return publishedRows(published);
}
