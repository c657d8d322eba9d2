import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BuildOptions } from '../../src/build/build.ts';
import { publishTables } from '../../src/build/publish.ts';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import type { Progress } from '../../src/diagnostics/progress.ts';
import { type WarehouseFiles, warehouseFiles } from '../../src/state/files.ts';
import { readPublished, recordPublished } from '../../src/state/published.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { writeFiles } from './project.ts';
import { buildShop, shop, shopFiles } from './shop.ts';

// A published file that is the earlier one with its changes holds, table by table, what one written whole would.

const header = shopFiles['dumps/a.csv'].split('\n')[0];
const regions = ['north', 'south', 'east', 'west', ''];

interface Deal {
  readonly id: number;
  readonly region: string;
  readonly amount: number;
}

const csv = (file: string, deals: readonly Deal[]): string =>
  [
    header,
    ...deals.map(({ id, region, amount }) => `${file}${id},2026-03-0${1 + (id % 7)}T09:00:00Z,${region},${amount}`),
    '',
  ].join('\n');

const many = Array.from({ length: 300 }, (_, id): Deal => ({ id, region: `r${id % 40}`, amount: id % 150 }));

/** Large enough that most rows stay when a few come. */
const files = {
  'dumps/a.csv': csv('a', many),
  'metrics/won_deals.yml': shopFiles['metrics/won_deals.yml'].replace(/^contract.*$/m, ''),
  'metrics/big_deals.yml': shopFiles['metrics/big_deals.yml'].replace(/^contract.*$/m, ''),
  'models/marts/details.sql': `select deal_id, region, amount, amount / 3 as share, [region, deal_id] as words, {'at': won_at} as told
from deals`,
  'models/marts/details.yml':
    'name: details\ndescription: Of the shop.\nmaterialized: incremental\npartition_by: deal_id\ninputs: { deals: deal_id }\n',
};

/** Builds; tells whether the published file is the earlier one with its changes. */
async function publishShop(root: string, options: Partial<BuildOptions> = {}): Promise<boolean> {
  let said = '';
  const progress: Progress = {
    task: async (name, work, tell) => {
      const value = await work(() => undefined);
      if (name === 'publish') said = tell?.(value) ?? '';
      return value;
    },
  };
  await buildShop(root, { ...options, progress });
  return said.includes('only where they changed');
}

/** Tables of two files that differ in their columns or in any row. */
async function differences(left: string, right: string): Promise<string[]> {
  const both = await Warehouse.open(':memory:', { threads: 1 });
  try {
    await both.run(`attach '${left}' as one (read_only); attach '${right}' as other (read_only)`);
    const tables = (database: string) =>
      both.rows<{ name: string; columns: string[] }>(`
        select '"' || schema_name || '"."' || table_name || '"' as name,
          list(column_name || ' ' || data_type order by column_index) as columns
        from duckdb_columns() where database_name = '${database}' and not internal group by all order by all`);
    const found = await tables('one');
    expect(await tables('other')).toEqual(found);
    const differing: string[] = [];
    for (const { name } of found) {
      const [row] = await both.rows<{ rows: number }>(`
        select count(*) as rows from (
          (from one.${name} except all from other.${name}) union all (from other.${name} except all from one.${name}))`);
      if (row?.rows !== 0) differing.push(name);
    }
    const views = await both.rows(`from duckdb_views() where database_name in ('one', 'other') and not internal`);
    expect(views).toEqual([]);
    return differing;
  } finally {
    both.close();
  }
}

/** The same tables of the same work file, written whole into another file. */
async function publishedWhole(root: string): Promise<string> {
  const { work, record } = warehouseFiles(root);
  const published = join(root, 'whole.duckdb');
  rmSync(published, { force: true });
  const tables = readPublished(record)?.tables ?? {};
  const whole = await publishTables(
    { work, published, record: join(root, 'whole.json') },
    Object.keys(tables).map((name) => ({ name })),
  );
  expect(whole.record.tables).toEqual(tables);
  return published;
}

const deal = fc.record({
  id: fc.nat(9),
  region: fc.constantFrom(...regions, 'r1', 'r2'),
  amount: fc.nat(300),
});
const rows = fc.uniqueArray(deal, { selector: ({ id }) => id, maxLength: 6 });
const delivery = fc.record({
  /** Null: the file is taken away. */
  files: fc.dictionary(fc.constantFrom('b', 'c', 'd'), fc.option(rows, { freq: 3 }), { minKeys: 1, maxKeys: 2 }),
  /** Rows of the large file that are corrected. */
  corrected: rows,
  /** A deal that is there twice: the audit fails. */
  isDoubled: fc.boolean(),
  isCalledAgain: fc.boolean(),
});

it('holds what a file written whole does, whatever comes, is corrected, goes or fails between', {
  timeout: 400_000,
}, async () => {
  const counts = { changed: 0, failed: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(delivery, { minLength: 5, maxLength: 8 }), async (deliveries) => {
      const root = shop(files);
      const { published } = warehouseFiles(root);
      expect(await publishShop(root)).toBe(false);
      for (const { files: delivered, corrected, isDoubled, isCalledAgain } of deliveries) {
        for (const [file, deals] of Object.entries(delivered)) {
          if (deals === null) rmSync(join(root, `dumps/${file}.csv`), { force: true });
          else writeFiles(root, { [`dumps/${file}.csv`]: csv(file, deals) });
        }
        const later = new Map(corrected.map((one) => [one.id, one]));
        writeFiles(root, {
          'dumps/a.csv': csv(
            'a',
            many.map((one) => later.get(one.id) ?? one),
          ),
        });
        const double = join(root, 'dumps/double.csv');
        if (isDoubled && counts.failed < counts.changed) {
          writeFileSync(double, csv('a', many.slice(20, 22)));
          const before = readFileSync(published);
          await expect(publishShop(root)).rejects.toBeInstanceOf(DiagnosticsError);
          expect(readFileSync(published).equals(before)).toBe(true);
          counts.failed += 1;
          rmSync(double);
        }
        if (await publishShop(root, isCalledAgain ? { asOf: '2026-03-09T12:00:00.000Z' } : {})) counts.changed += 1;
        expect(await differences(published, await publishedWhole(root))).toEqual([]);
      }
    }),
    { numRuns: Number(process.env.HANDOVER_RUNS ?? 2), seed: 9, endOnFailure: true },
  );
  // Files written whole each time would prove nothing.
  expect(counts.changed).toBeGreaterThan(3);
  expect(counts.failed).toBeGreaterThan(0);
});

/** A shop that was built, and a small delivery to come. */
async function builtShop(): Promise<{ root: string; files: WarehouseFiles; deliver: () => void }> {
  const root = shop(files);
  await buildShop(root);
  let id = 0;
  const deliver = (): void => writeFiles(root, { 'dumps/b.csv': csv('b', [{ id: id++, region: 'r3', amount: 7 }]) });
  deliver();
  return { root, files: warehouseFiles(root), deliver };
}

const distrusted: readonly (readonly [string, (files: WarehouseFiles) => void | Promise<void>])[] = [
  ['the published file was touched', ({ published }) => utimesSync(published, 1, 1)],
  [
    'somebody wrote into it',
    async ({ published }) => {
      const file = await Warehouse.open(published);
      await file.run('update details set amount = 1');
      file.close();
    },
  ],
  ['the work file was thrown away', ({ work }) => rmSync(work)],
  ['the record is gone', ({ record }) => rmSync(record)],
  [
    'it is not known what it was made from',
    ({ record }) => {
      const { made: _, ...rest } = readPublished(record) ?? expect.fail('nothing was published');
      recordPublished(record, rest);
    },
  ],
];

it.each(distrusted)('is written whole where %s', { timeout: 60_000 }, async (_, happens) => {
  const { root, files: built, deliver } = await builtShop();
  expect(await publishShop(root)).toBe(true);
  deliver();
  await happens(built);
  expect(await publishShop(root)).toBe(false);
  expect(await differences(built.published, await publishedWhole(root))).toEqual([]);
});

it('is written whole by another runner, by --full-refresh, and where a column or table comes or goes', {
  timeout: 120_000,
}, async () => {
  const { root, files: built, deliver } = await builtShop();
  expect(await publishShop(root)).toBe(true);
  deliver();
  expect(await publishShop(root, { tool: 'another' })).toBe(false);
  deliver();
  expect(await publishShop(root, { tool: 'another' })).toBe(true);
  expect(await publishShop(root, { tool: 'another', isFullRefresh: true })).toBe(false);
  const sql = 'models/marts/best.sql';
  writeFiles(root, { [sql]: 'select max(amount) as amount, 1 as one from totals\n' });
  expect(await publishShop(root, { tool: 'another' })).toBe(false);
  for (const end of ['sql', 'yml']) rmSync(join(root, `models/marts/best.${end}`));
  expect(await publishShop(root, { tool: 'another' })).toBe(false);
  deliver();
  expect(await publishShop(root, { tool: 'another' })).toBe(true);
  expect(await differences(built.published, await publishedWhole(root))).toEqual([]);
});
