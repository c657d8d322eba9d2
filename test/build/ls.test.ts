import { describe, expect, it } from 'vitest';
import { traceOf } from '../../src/build/column-trace.ts';
import { compile } from '../../src/build/compile.ts';
import { drawMermaid, drawModels, drawText, listModels } from '../../src/build/ls.ts';
import { formatTrace } from '../../src/commands/print-trace.ts';
import { openProject, type Project } from '../../src/project/project.ts';
import { failureOf } from './failure.ts';
import { tinyProject } from './project.ts';

function sample(): Project {
  return openProject(
    tinyProject({
      'seeds/euro-rates.csv': 'day,rate\n2026-03-02,7.46\n',
      'models/staging/stg_deals.sql':
        'select deal_id, won_at::timestamptz as won_at, amount::integer as euro from raw.deals\n',
      'models/staging/stg_deals.yml':
        'name: stg_deals\ndescription: Deals as they came. More of them.\nmaterialized: view\ntags: [core]\n',
      'models/staging/graph.sql': 'select deal_id, euro * rate as amount\nfrom stg_deals, seeds."euro-rates";\n',
      'models/staging/graph.yml': 'name: graph\ndescription: In crowns.\nmaterialized: ephemeral\n',
      'models/marts/deals.sql':
        'select deal_id, won_at, amount::integer as amount from stg_deals join graph using (deal_id) where won_at < (select as_of from run.clock)',
      'models/marts/totals.v1.sql': 'select sum(amount) as total from deals',
      'models/marts/totals.v2.sql':
        'select sum(deals.amount) as total, count(*) as deals from deals join graph using (deal_id)',
      'models/marts/totals.yml':
        'name: totals\ndescription: All of it.\nversions:\n  - { version: 1, change: a, why: b }\n  - { version: 2, change: a, why: b }\n',
    }),
  );
}

const everything = { select: [], exclude: [] };

describe('listModels', () => {
  it('says of each model what it is, in the order in which they run', async () => {
    const models = await listModels(sample(), everything);
    expect(models.map(({ name }) => name)).toEqual(['stg_deals', 'graph', 'deals', 'totals_v1', 'totals_v2', 'totals']);
    expect(models[0]).toEqual({
      name: 'stg_deals',
      materialized: 'view',
      version: null,
      latest: null,
      alias_of: null,
      public: false,
      path: 'models/staging/stg_deals.sql',
      folder: 'staging',
      tags: ['core'],
      grain: [],
      reads: ['raw.deals'],
      description: 'Deals as they came. More of them.',
    });
    expect(models[1]).toMatchObject({ materialized: 'ephemeral', reads: ['stg_deals', 'seeds.euro-rates'] });
    expect(models[3]).toMatchObject({ version: 1, latest: false, alias_of: null, public: true });
    expect(models[5]).toMatchObject({ version: null, alias_of: 'totals_v2', reads: ['totals_v2'] });
  });

  it('lists what is selected', async () => {
    const models = await listModels(sample(), { select: ['totals', 'source:deals'], exclude: ['version:old'] });
    expect(models.map(({ name }) => name)).toEqual(['stg_deals', 'totals_v2', 'totals']);
  });
});

describe('lineage', () => {
  it('is a tree under each end, in which nothing is drawn out twice', async () => {
    expect(drawText(await drawModels(sample(), everything))).toBe(
      `
totals_v1
└─ deals
   │ ← run.clock
   ├─ graph
   │  │ ← seeds.euro-rates
   │  └─ stg_deals
   │       ← raw.deals
   └─ stg_deals ↑
totals
└─ totals_v2
   ├─ deals ↑
   └─ graph ↑

↑ shown above
`.slice(1),
    );
  });

  it('names what is read and not selected', async () => {
    const drawing = await drawModels(sample(), { select: ['deals', 'totals_v1'], exclude: [] });
    expect(drawText(drawing)).toBe('totals_v1\n└─ deals\n     ← run.clock, graph, stg_deals\n');
  });

  it('is a Mermaid chart whose ids are safe', async () => {
    const drawing = await drawModels(sample(), { select: ['graph', 'deals'], exclude: [] });
    expect(drawMermaid(drawing)).toEqual({
      leftOut: 0,
      text: `
graph LR
    table_run_clock("run.clock")
    seed_seeds_euro_rates[/"seeds.euro-rates"/]
    model_stg_deals["stg_deals"]
    model_graph["graph"]
    model_deals["deals"]
    seed_seeds_euro_rates --> model_graph
    model_stg_deals --> model_graph
    table_run_clock --> model_deals
    model_graph --> model_deals
    model_stg_deals --> model_deals
    classDef outside stroke-dasharray: 4
    class model_stg_deals outside
`.slice(1),
    });
  });

  it('keeps ids and labels apart whatever names hold', () => {
    const nodes = ['raw.a-b', 'raw.a_b', 'raw.<b>"#&'].map((name) => ({
      name,
      kind: 'source' as const,
      selected: false,
    }));
    expect(drawMermaid({ nodes, edges: [] }).text.split('\n').slice(1, 4)).toEqual([
      '    source_raw_a_b[("raw.a-b")]',
      '    source_raw_a_b_2[("raw.a_b")]',
      '    source_raw__b____[("raw.&lt;b&gt;&quot;&num;&amp;")]',
    ]);
  });

  it('leaves out edges of tables first where a chart grows too large, and says so', async () => {
    const { text, leftOut } = drawMermaid(await drawModels(sample(), everything), 4);
    expect(leftOut).toBe(6);
    expect(text).toContain('%% 6 of 10 edges are left out');
    expect(text.match(/-->/g)).toHaveLength(4);
    expect(text).not.toContain('raw_deals');
  });
});

describe('compile', () => {
  it('gives the SQL that runs, with ephemeral models in it', async () => {
    const [plain] = await compile(sample(), { select: ['stg_deals'], exclude: [] });
    expect(plain).toEqual({
      name: 'stg_deals',
      path: 'models/staging/stg_deals.sql',
      sql: 'select deal_id, won_at::timestamptz as won_at, amount::integer as euro from raw.deals',
    });
    const compiled = await compile(sample(), { select: ['deals', 'totals'], exclude: ['totals_v1'] });
    expect(compiled.map(({ name }) => name)).toEqual(['deals', 'totals_v2', 'totals']);
    for (const { sql } of compiled.slice(0, 2)) {
      expect(sql).toContain(
        '"graph" as (\nselect deal_id, euro * rate as amount\nfrom stg_deals, seeds."euro-rates"\n)',
      );
    }
    expect(compiled[2]?.sql).toBe('select * from totals_v2');
  });

  it('wants to be told what', async () => {
    const { diagnostics } = await failureOf(compile(sample(), everything));
    expect(diagnostics).toMatchObject([{ code: 'invalid-selection', message: 'no model is named' }]);
  });
});

describe('lineage of a column', () => {
  it('goes up to the tables and down to the last model, through ephemeral ones', async () => {
    const trace = await traceOf(sample(), 'deals.Amount');
    expect(formatTrace(trace, drawText)).toBe(
      `
made of
  deals.amount
  └─ graph.amount
     │ ← seeds.euro-rates.rate
     └─ stg_deals.euro
          ← raw.deals.amount

which rows there are is also decided by
  raw.deals: deal_id, won_at
  run.clock: as_of

feeds
  deals.amount
  ├─ totals_v1.total
  └─ totals_v2.total
     └─ totals.total
`.slice(1),
    );
  });

  it('starts from a table too', async () => {
    const trace = await traceOf(sample(), 'seeds.euro-rates.rate');
    expect(trace.feeds.values.map(({ table, column }) => `${table}.${column}`)).toEqual([
      'graph.amount',
      'deals.amount',
      'totals_v1.total',
      'totals_v2.total',
      'totals.total',
    ]);
    expect(formatTrace(trace, drawText)).toContain('made of\n  nothing that is known: it comes from outside\n');
  });

  it.each([
    ['deals.amuont', 'unknown-column deals has no column "amuont" Did you mean "amount"?'],
    [
      'deels.amount',
      'unknown-table no model is called "deels", and no model reads a table of that name Did you mean "deals"?',
    ],
    ['amount', 'unknown-table "amount" names no column undefined'],
  ])('tells what is not there: %s', async (column, expected) => {
    const { diagnostics } = await failureOf(traceOf(sample(), column));
    expect(diagnostics.map(({ code, message, fix }) => `${code} ${message} ${fix}`)).toEqual([expected]);
  });
});
