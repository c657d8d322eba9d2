import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BuildOptions, BuildResult } from '../../src/build/build.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { failureOf } from './failure.ts';
import { writeFiles } from './project.ts';
import { buildShop, freshRows, publishedRows, type ShopFile, shop, shopFiles, whatRan } from './shop.ts';

// After each change exactly what it touches runs, and each model says why.

/** Changes files of a shop that was built and builds it again. */
async function again(
  root: string,
  files: Readonly<Record<string, string>>,
  options: Partial<BuildOptions> = {},
): Promise<{ ran: string[]; evaluated: readonly string[]; result: BuildResult }> {
  writeFiles(root, files);
  const result = await buildShop(root, options);
  return { ran: whatRan(result), evaluated: result.evaluated, result };
}

/** The same, and looks whether a build of these files in an empty folder gives the same. */
async function againAsFresh(root: string, files: Readonly<Record<string, string>>) {
  const done = await again(root, files);
  expect(await publishedRows(done.result.published)).toEqual(await freshRows(root));
  return done;
}

const edited = (path: ShopFile, from: string, to: string): Record<string, string> => {
  const text = shopFiles[path];
  expect(text).toContain(from);
  return { [path]: text.replace(from, to) };
};

async function built(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = shop(files);
  const first = await buildShop(root);
  expect(first.models.filter(({ status }) => status !== 'ran').map(({ name }) => name)).toEqual(['big']);
  expect(first.evaluated).toEqual(['big_deals', 'won_deals']);
  return root;
}

it('runs nothing for comments, formatting and words', async () => {
  const root = await built();
  const { ran, evaluated } = await again(root, {
    'models/marts/deals.sql':
      '-- what was won\nSELECT deal_id,\n won_at, region, cast(amount as integer) AS amount\nfrom stg_deals;\n',
    ...edited('models/intermediate/big.sql', 'where', '/* large */ where'),
    ...edited('models/marts/deals.yml', 'Of the shop.', 'Of the shop, whichever.'),
    ...edited('metrics/agreements/2026.yml', 'promises: {}', '# as agreed\npromises: {}'),
    ...edited('handover.yml', 'name: shop', 'name: other # ours'),
    'models/marts/regions.sql': 'select region, head from seeds.regions -- who',
  });
  expect({ ran, evaluated }).toEqual({ ran: [], evaluated: [] });
});

it('runs a model whose SQL changed and what reads it, as far as its rows differ', async () => {
  const root = await built();
  const upper = await again(
    root,
    edited('models/marts/deals.sql', 'region, amount', 'upper(region) as region, amount'),
  );
  expect(upper).toMatchObject({
    ran: [
      'deals: models/marts/deals.sql changed',
      'totals: models/marts/deals.sql changed',
      'best: models/marts/deals.sql changed',
    ],
    evaluated: ['won_deals'],
  });
  // Another SQL with the same rows stops there.
  const same = await again(
    root,
    edited('models/marts/deals.sql', 'region, amount', `replace(upper(region), '-', '') as region, amount`),
  );
  expect(same).toMatchObject({ ran: ['deals: models/marts/deals.sql changed'], evaluated: [] });
});

it('takes an ephemeral model for part of what reads it', async () => {
  const root = await built();
  const { ran, evaluated } = await again(root, edited('models/intermediate/big.sql', '>= 100', '>= 200'));
  expect(ran).toEqual(['big_deals: models/intermediate/big.sql changed']);
  expect(evaluated).toEqual(['big_deals']);
});

it('tells a view’s change through it', async () => {
  const root = await built();
  const { ran } = await again(
    root,
    edited('models/staging/stg_deals.sql', 'raw.deals', `raw.deals where deal_id <> 'd1'`),
  );
  const why = 'models/staging/stg_deals.sql changed';
  expect(ran).toEqual([`stg_deals: ${why}`, `deals: ${why}`, `big_deals: ${why}`, `totals*: ${why}`, `best: ${why}`]);
});

it('runs what reads a seed, an agreement or as_of', async () => {
  const root = await built();
  const seed = await again(root, edited('seeds/regions.csv', 'Bo', 'Eva'));
  expect(seed).toMatchObject({ ran: ['regions: seeds/regions.csv changed'], evaluated: [] });

  const agreement = await again(root, edited('metrics/agreements/2026.yml', '2026-01-01', '2026-02-01'));
  expect(agreement.ran).toEqual(['terms: metrics/agreements/2026.yml changed']);
  expect(agreement.evaluated).toEqual(['big_deals', 'won_deals']);

  const clock = await again(root, {}, { asOf: '2026-03-06T12:00:00.000Z' });
  expect(clock.ran).toEqual(['clocked: as_of moved from 2026-03-05T12:00:00Z to 2026-03-06T12:00:00.000Z']);
  expect(clock.evaluated).toEqual(['big_deals', 'won_deals']);
});

it('runs what reads dumps that are new, changed or gone; of a cut model the keys that they touch', async () => {
  const root = await built();
  const header = shopFiles['dumps/a.csv'].split('\n')[0];
  // A small deal, recorded before the newest: as_of stays.
  const fresh = await again(root, { 'dumps/b.csv': `${header}\nd7,2026-03-04T08:00:00Z,south,10\n` });
  const why = 'dumps/b.csv is new';
  expect(fresh.ran).toEqual([
    `stg_deals: ${why}`,
    `deals: ${why}`,
    `big_deals: ${why}`,
    `totals*: ${why}`,
    `best: ${why}`,
  ]);
  expect(fresh.evaluated).toEqual(['won_deals']);
  expect(fresh.result.models.find(({ name }) => name === 'totals')).toMatchObject({ partitions: 1, rows: 5 });

  const changed = await againAsFresh(root, { 'dumps/b.csv': `${header}\nd7,2026-03-04T08:00:00Z,,10\n` });
  expect(changed.ran.at(-1)).toBe('best: dumps/b.csv changed');
  expect(changed.result.models.find(({ name }) => name === 'totals')).toMatchObject({ partitions: 2 });

  rmSync(join(root, 'dumps/b.csv'));
  const gone = await againAsFresh(root, {});
  expect(gone.ran.at(-1)).toBe('best: dumps/b.csv is gone');
});

it('makes a model anew that is kept otherwise, and drops what it was', async () => {
  const root = await built();
  const why = 'models/marts/deals.yml changed';
  for (const [from, to] of [
    ['table', 'view'],
    ['view', 'table'],
  ]) {
    const { ran } = await again(root, {
      'models/marts/deals.yml': shopFiles['models/marts/deals.yml'].replace(
        'materialized: table',
        `materialized: ${to}`,
      ),
    });
    expect(ran[0], `${from} to ${to}`).toBe(`deals: ${why}`);
  }
  const inline = await again(root, {
    'models/marts/regions.yml': shopFiles['models/marts/regions.yml'].replace('table', 'ephemeral'),
  });
  expect(inline.ran).toEqual([]);
  const back = await again(root, { 'models/marts/regions.yml': shopFiles['models/marts/regions.yml'] });
  expect(back.ran).toEqual(['regions: it has not run yet']);
});

it('stretches the calendars with as_of', async () => {
  const root = await built({ 'models/marts/days.sql': 'select max(utc_day) as last_day from sla.calendar_days' });
  const asOf = '2027-03-06T12:00:00.000Z';
  const { ran, result } = await again(root, {}, { asOf });
  expect(ran.map((text) => text.split(':')[0])).toEqual(['clocked', 'days']);
  expect(await publishedRows(result.published)).toEqual(await freshRows(root, { asOf }));
});

it('takes a new column of a dump, and a model that reads it, at once', async () => {
  const root = await built({ 'models/marts/all_deals.sql': 'select * from raw.deals' });
  const noted = shopFiles['dumps/a.csv']
    .trim()
    .split('\n')
    .map((line, index) => `${line},${index === 0 ? 'note' : 'x'}`);
  await againAsFresh(root, {
    'dumps/a.csv': `${noted.join('\n')}\n`,
    'models/marts/notes.sql': 'select deal_id, note from all_deals',
  });
});

it('runs what reads a source that is read otherwise', async () => {
  const columns = 'columns: { deal_id: text, won_at: timestamptz, region: text, amount: integer }';
  const handover = (zone: string): Record<string, string> =>
    edited('handover.yml', 'recorded_at: won_at', `recorded_at: won_at, time_zone: ${zone}, ${columns}`);
  const root = await built({
    ...handover('Europe/Copenhagen'),
    'dumps/a.csv': shopFiles['dumps/a.csv'].replaceAll('Z,', ','),
  });
  const { ran } = await againAsFresh(root, handover('America/New_York'));
  expect(ran.map((text) => text.split(':')[0])).toContain('deals');
});

it('evaluates a metric when it changed, and forgets one that is gone', async () => {
  const root = await built();
  const { ran, evaluated } = await again(
    root,
    edited('metrics/won_deals.yml', 'time: won_at', 'time: won_at\nfilter: amount > 60'),
  );
  expect({ ran, evaluated }).toEqual({ ran: [], evaluated: ['won_deals'] });
  rmSync(join(root, 'metrics/won_deals.yml'));
  expect((await againAsFresh(root, {})).evaluated).toEqual([]);
  expect((await again(root, { 'metrics/won_deals.yml': shopFiles['metrics/won_deals.yml'] })).evaluated).toEqual([
    'won_deals',
  ]);
});

it('takes models that are added and removed', async () => {
  const root = await built();
  const extra = { 'models/marts/extra.sql': 'select count(*) as deals from deals' };
  expect((await again(root, extra)).ran).toEqual(['extra: it has not run yet']);
  rmSync(join(root, 'models/marts/extra.sql'));
  expect((await again(root, {})).ran).toEqual([]);
  expect((await again(root, extra)).ran).toEqual(['extra: it has not run yet']);
});

it('refuses a metric on a model that is published no longer, though nothing else changed', async () => {
  const root = await built();
  writeFiles(root, { 'models/marts/deals.yml': `${shopFiles['models/marts/deals.yml']}public: false\n` });
  const { diagnostics } = await failureOf(buildShop(root));
  expect(diagnostics.map(({ code }) => code)).toEqual(['metric-on-private']);
});

it('runs all with --full-refresh', async () => {
  const root = await built();
  const { ran, result } = await again(root, {}, { isFullRefresh: true });
  expect(new Set(ran.map((text) => text.split(': ')[1]))).toEqual(new Set(['--full-refresh']));
  expect(ran).toHaveLength(result.models.length - 1);
  expect(ran.join()).not.toContain('*');
});

it('compares whole rows, whatever their columns are called', async () => {
  const column = `select region as "rows", region as region, head as key, head as new_digests from seeds.regions`;
  const cut = 'materialized: incremental\npartition_by: region\ninputs: { regions: region }';
  const root = await built({
    'models/marts/regions.sql': column,
    'models/marts/heads.sql': 'select region, max(key) as head from regions group by region',
    'models/marts/heads.yml': `name: heads\ndescription: Of the shop.\n${cut}\n`,
  });
  const { ran } = await againAsFresh(root, edited('seeds/regions.csv', 'Bo', 'Eva'));
  expect(ran).toEqual(['regions: seeds/regions.csv changed', 'heads*: seeds/regions.csv changed']);
});

it('computes a cut model whole when the columns of what it reads changed', async () => {
  const many = Array.from({ length: 80 }, (_, index) => `x${index},2026-03-02T09:00:00Z,${index % 10},5`);
  const header = shopFiles['dumps/a.csv'].split('\n')[0];
  const root = await built({
    'dumps/b.csv': `${header}\n${many.join('\n')}\n`,
    'models/marts/copies.sql': 'select * from deals',
    'models/marts/copies.yml':
      'name: copies\ndescription: Of the shop.\nmaterialized: incremental\npartition_by: region\ninputs: { deals: region }\n',
  });
  await againAsFresh(root, edited('models/marts/deals.sql', 'region, amount', 'region, 1 as one, amount'));
  await againAsFresh(root, edited('models/marts/deals.sql', 'amount::integer', 'amount::decimal(12, 2)'));
  await againAsFresh(root, edited('models/marts/deals.sql', 'region, amount', 'amount as money, region, amount'));
});

it('reads a model whose SQL ends in a semicolon and a comment', async () => {
  const root = await built();
  const { ran } = await againAsFresh(root, {
    'models/intermediate/big.sql': `${shopFiles['models/intermediate/big.sql'].trim()}; -- the large ones\n`,
    'models/marts/totals.sql': `${shopFiles['models/marts/totals.sql'].trim()}; /* by region */\n`,
    ...edited('dumps/a.csv', 'north,100', 'north,120'),
  });
  expect(ran).toContain('totals*: dumps/a.csv changed');
});

it('writes the agreement anew only when what it says of a metric changed', async () => {
  const root = await built();
  const written = async () => {
    const work = await Warehouse.open(join(root, 'target/handover.work.duckdb'), { readOnly: true });
    try {
      return await work.rows<{ made_from: string }>('select made_from from state.reference');
    } finally {
      work.close();
    }
  };
  const before = await written();
  const filtered = edited('metrics/big_deals.yml', 'model: big_deals', 'model: big_deals\nfilter: region is not null');
  const { evaluated } = await again(root, filtered);
  expect(evaluated).toEqual(['big_deals']);
  expect(await written()).toEqual(before);
  await again(root, edited('metrics/big_deals.yml', 'direction: up', 'direction: down'));
  expect(await written()).not.toEqual(before);
});
