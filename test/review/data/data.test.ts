import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuildOptions, build } from '../../../src/build/build.ts';
import { readState } from '../../../src/load/ledger.ts';
import { openProject } from '../../../src/project/project.ts';
import { compareData, type DataOptions } from '../../../src/review/data/data.ts';
import { runSide } from '../../../src/review/data/run-side.ts';
import type { DataOutcome, DataReview, Side } from '../../../src/review/types.ts';
import { quoteLiteral, SqlError, Warehouse } from '../../../src/warehouse/warehouse.ts';
import { deadProcess } from '../../build/cli.ts';
import { failureOf } from '../../build/failure.ts';
import { writeFiles } from '../../build/project.ts';
import { buildShop, now, shopFiles } from '../../build/shop.ts';
import { reachOfNames, sideOf } from '../definitions/sides.ts';

const dumps = 'dumps/a.csv';
const yml = (name: string, more = 'materialized: table'): string =>
  `name: ${name}\ndescription: Of the shop.\n${more}\n`;

/**
 * The shop with a view of its seed, which shows the head's seed once that is written, and a model that is called like one
 * of verdicts and holds none.
 */
const files = {
  ...shopFiles,
  'models/marts/heads.sql': 'select head, region from seeds.regions\n',
  'models/marts/heads.yml': yml('heads', 'materialized: view\ngrain: [region]'),
  'metrics/share.yml': `
name: share
type: derived
label: { en: Share of big deals, da: Andel store handler }
description: { en: Share., da: Andel. }
owner: sales
expression: big_deals / won_deals
grains: [quarter]
unit: percent
direction: up
changes: [{ version: 1, why: First version }]
`,
  'models/marts/meetings.sql': 'select deal_id, region from deals\n',
  'models/marts/meetings.yml': yml('meetings'),
};
const { [dumps]: dump, ...definitions } = files;

const folder = mkdtempSync(join(tmpdir(), 'handover-review-'));
const root = join(folder, 'built');
const target = join(root, 'target');
let base: Side;
let heads = 0;
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  writeFiles(root, files);
  await buildShop(root);
  // As a snapshot: without any dump.
  writeFiles(join(folder, 'base'), definitions);
  base = await sideOf(join(folder, 'base'));
});

/** The definitions of a head in a folder without data; null takes a file away. */
function headFiles(changes: Readonly<Record<string, string | null>>): Record<string, string> {
  const entries = Object.entries({ ...definitions, ...changes });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null));
}

async function headOf(changes: Readonly<Record<string, string | null>>): Promise<Side> {
  const path = join(folder, `head-${heads++}`);
  writeFiles(path, headFiles(changes));
  return sideOf(path);
}

type Reached = Parameters<typeof reachOfNames>[1];

function diffOf(head: Side, reached: Reached, options: Partial<DataOptions> = {}): Promise<DataOutcome> {
  const reach = reachOfNames([base, head], reached);
  return compareData({ root, base, head, reach, changes: [] }, { now, ...options });
}

async function compared(head: Side, reached: Reached, options: Partial<DataOptions> = {}): Promise<DataReview> {
  const outcome = await diffOf(head, reached, options);
  if (outcome.kind !== 'compared') throw new Error(JSON.stringify(outcome));
  return outcome;
}

async function problemsOf(head: Side, reached: Reached): Promise<string[]> {
  const outcome = await diffOf(head, reached);
  if (outcome.kind !== 'failed') throw new Error(JSON.stringify(outcome));
  return outcome.problems.map(({ code, message }) => `${outcome.side} ${code} ${message}`);
}

/** Everything that lies in the folder of the warehouse. */
function contents(): string[] {
  const hash = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(target, name)))
      .digest('hex');
  return readdirSync(target, { recursive: true, encoding: 'utf8' })
    .map((name) => `${name} ${hash(name)}`)
    .sort();
}

/** A fresh build of definitions and the dump in a folder of its own; returns its published file. */
async function builtAlone(changes: Readonly<Record<string, string | null>>): Promise<string> {
  const path = join(folder, `alone-${heads++}`);
  writeFiles(path, { ...headFiles(changes), [dumps]: dump });
  const options: BuildOptions = { now };
  return (await build(openProject(path), options)).published;
}

const model = (name: string): string => `models/marts/${name}.sql`;
const filtered = {
  [model('deals')]: files[model('deals') as 'models/marts/deals.sql'].replace(
    '\n',
    " where region is distinct from 'west'\n",
  ),
};

describe('compareData', () => {
  it('runs no model for a changed filter of a metric', async () => {
    const text = files['metrics/won_deals.yml'];
    const head = await headOf({
      'metrics/won_deals.yml': text.replace('time: won_at', 'time: won_at\nfilter: amount >= 80'),
    });
    const review = await compared(head, { metrics: ['won_deals', 'share'] });
    expect(review).toMatchObject({ asOf: '2026-03-05T12:00:00Z', ranBefore: 0, ranAfter: 0, rows: [] });
    expect(review.flips).toEqual({ verdicts: 0, leads: 0, counts: [], list: [] });
    expect(review.owners).toEqual({ marketing: 'Head of Marketing', sales: 'Sales Director' });
    // Of six deals two are below 80; two of them are big.
    const totals = review.metrics.map(({ metric, totals: changes }) => [
      metric,
      changes.map(({ period, before, after }) => [period, before, after]),
    ]);
    expect(totals).toEqual([
      [
        'won_deals',
        [
          ['2026-W10', 6, 4],
          ['2026-03', 6, 4],
          ['2026-Q1', 6, 4],
        ],
      ],
      ['share', [['2026-Q1', 2 / 6, 2 / 4]]],
    ]);
  });

  it('says of rows and values what two builds of their own say', async () => {
    const changes = {
      ...filtered,
      [model('big_deals')]: 'select deal_id, won_at, upper(region) as region from big\n',
      'seeds/regions.csv': 'region,head\nnorth,Anna\nsouth,Bea\nwest,Carl\n',
    };
    const head = await headOf(changes);
    const review = await compared(head, {
      models: ['deals', 'big_deals', 'regions', 'heads'],
      metrics: ['won_deals', 'big_deals'],
    });
    const [before, after] = [await builtAlone({}), await builtAlone(changes)];
    const both = await Warehouse.open(':memory:', { threads: 1 });
    try {
      await both.run(`attach ${quoteLiteral(before)} as b (read_only); attach ${quoteLiteral(after)} as a (read_only)`);
      const count = async (sql: string): Promise<number> =>
        (await both.rows<{ rows: number }>(`select count(*) as rows from (${sql})`))[0]?.rows ?? -1;
      expect(review.rows.map((row) => row.model).sort()).toEqual([
        ...['big_deals', 'deals', 'heads', 'meetings', 'regions', 'totals'],
      ]);
      expect(review.flips.verdicts).toBe(0);
      for (const row of review.rows) {
        expect([row.rowsBefore, row.rowsAfter]).toEqual([
          await count(`from b.main.${row.model}`),
          await count(`from a.main.${row.model}`),
        ]);
        const gone = await count(`from b.main.${row.model} except all from a.main.${row.model}`);
        const came = await count(`from a.main.${row.model} except all from b.main.${row.model}`);
        expect([row.onlyBefore + (row.changed ?? 0), row.onlyAfter + (row.changed ?? 0)]).toEqual([gone, came]);
      }
      // What is not in the diff is the same in both.
      for (const name of ['best', 'terms', 'clocked']) {
        expect(await count(`from b.main.${name} except all from a.main.${name}`)).toBe(0);
      }
      for (const metric of review.metrics) {
        const differs = await count(`
          select * from b.main.metric_values as old
          full join a.main.metric_values as new using (metric, version, grain, period_start, dimension, dimension_value)
          where metric = '${metric.metric}' and old.value is distinct from new.value`);
        expect([metric.metric, metric.changed]).toEqual([metric.metric, differs]);
      }
    } finally {
      both.close();
    }
    // deals has a key: the one of the west goes. The view is compared with what it showed of the base's seed.
    expect(review.rows.find((row) => row.model === 'deals')).toMatchObject({
      key: ['deal_id'],
      changed: 0,
      onlyAfter: 0,
    });
    expect(review.rows.find((row) => row.model === 'heads')?.samples).toEqual([
      { kind: 'only_after', key: { region: 'west' }, cells: { head: { before: null, after: 'Carl' } } },
      { kind: 'changed', key: { region: 'south' }, cells: { head: { before: 'Bo', after: 'Bea' } } },
    ]);
    // big_deals says the same of each region in other letters; its metric counts the same.
    expect(review.metrics.map(({ metric, changed }) => [metric, changed > 0])).toEqual([
      ['won_deals', true],
      ['big_deals', false],
    ]);
  });

  it('compares with the base whichever of the two was built last', async () => {
    const head = await headOf(filtered);
    const usual = await compared(head, { models: ['deals'], metrics: ['won_deals'] });
    const warehouse = join(folder, 'other', 'handover.duckdb');
    // The branch was built, with its dumps.
    const path = join(folder, 'branch');
    writeFiles(path, { ...headFiles(filtered), [dumps]: dump });
    await buildShop(path, { warehouse });
    const again = await compared(head, { models: ['deals'], metrics: ['won_deals'] }, { warehouse });
    expect(again.ranBefore).toBeGreaterThan(0);
    expect({ ...again, ranBefore: 0, ranAfter: 0 }).toEqual({ ...usual, ranBefore: 0, ranAfter: 0 });
    expect(usual.rows.map((row) => [row.model, row.onlyBefore, row.onlyAfter, row.changed])).toEqual([
      ['deals', 1, 0, 0],
      ['meetings', 1, 0, null],
      ['totals', 1, 0, null],
    ]);
  });

  it('calls no rows changed that another branch left where only the head needs them', async () => {
    const warehouse = join(folder, 'third', 'handover.duckdb');
    const path = join(folder, 'third-branch');
    writeFiles(path, { ...headFiles(filtered), [dumps]: dump });
    await buildShop(path, { warehouse });
    const text = files['metrics/won_deals.yml'];
    const head = await headOf({ 'metrics/sold.yml': text.replace('name: won_deals', 'name: sold') });
    const review = await compared(head, { metrics: ['sold'] }, { warehouse });
    expect(review).toMatchObject({ ranAfter: 0, rows: [] });
    expect(review.metrics[0]?.totals[0]).toMatchObject({ before: null, after: 6 });
  });

  it('judges both as of an instant that is asked for', async () => {
    const head = await headOf(filtered);
    const review = await compared(
      head,
      { metrics: ['won_deals'], models: ['deals'] },
      { asOf: '2026-04-10T00:00:00Z' },
    );
    expect(review.asOf).toBe('2026-04-10T00:00:00Z');
    expect(review.metrics[0]?.totals.map(({ period, isComplete }) => [period, isComplete])).toEqual([
      ['2026-W10', true],
      ['2026-03', true],
      ['2026-Q1', true],
    ]);
    expect(review.restated.map(({ period, before, after }) => [period, before, after])).toEqual([['2026-Q1', 6, 5]]);
  });

  it('says when there is nothing to compare, or nothing to compare on', async () => {
    expect(await diffOf(base, {})).toEqual({
      kind: 'not_needed',
      reason: 'no definition that values depend on differs',
    });
    const warehouse = join(folder, 'nowhere', 'handover.duckdb');
    expect(await diffOf(base, { models: ['deals'] }, { warehouse })).toEqual({
      kind: 'no_data',
      reason: 'there is no build here: run "handover build" on the base, or compare definitions alone with --no-data',
    });
  });

  it('compares with a base that has no models yet', async () => {
    const empty: Side = { project: { ...base.project, models: [], metrics: [], seeds: [] }, planned: [], problems: [] };
    const reach = reachOfNames([empty, base], { models: ['stg_deals'], metrics: ['won_deals'] });
    const outcome = await compareData({ root, base: empty, head: base, reach, changes: [] }, { now });
    if (outcome.kind !== 'compared') throw new Error(JSON.stringify(outcome));
    expect(outcome.rows).toEqual([]);
    expect(outcome.metrics[0]?.totals.map(({ period, before, after }) => [period, before, after])).toContainEqual([
      '2026-Q1',
      null,
      6,
    ]);
  });
});

describe('a side that cannot be compared', () => {
  it('reads a source, or a column of one, that is not loaded', async () => {
    const config = files['handover.yml'];
    const calls = {
      'handover.yml': `${config}  calls: { kind: table, files: "calls/*.csv", recorded_at: at }\n`,
      [model('calls')]: 'select * from raw.calls\n',
      'models/marts/calls.yml': yml('calls'),
    };
    expect(await problemsOf(await headOf(calls), { models: ['calls'] })).toEqual([
      'head not-loaded model "calls" reads raw.calls, a source that is not loaded here',
    ]);
    const declared = config.replace('recorded_at', 'columns: { deal_id: varchar, rebate: double }, recorded_at');
    expect(await problemsOf(await headOf({ 'handover.yml': declared }), { models: ['stg_deals'] })).toEqual([
      'head not-loaded model "stg_deals" reads raw.deals, whose column rebate is not loaded here',
    ]);
    const rebates = {
      'models/staging/stg_deals.sql':
        'select deal_id, won_at::timestamptz as won_at, region, amount, rebate from raw.deals\n',
    };
    const outcome = await diffOf(await headOf(rebates), { models: ['stg_deals'] });
    if (outcome.kind !== 'failed') throw new Error(outcome.kind);
    expect(outcome.problems.map(({ code, file, line }) => `${code} ${file}:${line}`)).toEqual([
      'unknown-column models/staging/stg_deals.sql:1',
    ]);
    expect(outcome.problems[0]?.fix).toContain('Build this version of the project once');
  });

  it('has a model that the data refuse, a metric, or a seed', async () => {
    const cast = {
      [model('deals')]: `select deal_id, won_at, region::integer as region, amount::integer as amount from stg_deals\n`,
    };
    const [failed] = await problemsOf(await headOf(cast), { models: ['deals'] });
    expect(failed).toMatch(/^head sql-failed Could not convert string .* \(model "deals"\)$/);
    const text = files['metrics/won_deals.yml'];
    const metric = {
      'metrics/won_deals.yml': text.replace('time: won_at', 'time: won_at\nfilter: region::integer > 0'),
    };
    const [wrong] = await problemsOf(await headOf(metric), { metrics: ['won_deals'] });
    expect(wrong).toMatch(/^head metric-failed metric "won_deals" cannot be computed: Could not convert string/);
    const seed = await headOf({});
    writeFileSync(join(seed.project.root, 'seeds/regions.csv'), Buffer.from('region,head\nn\xf8rd,Anna\n', 'latin1'));
    const [unread] = await problemsOf(seed, { models: ['regions'] });
    expect(unread).toMatch(/^head invalid-seed seed "regions" cannot be read/);
  });

  it('is the base where it is the base', async () => {
    const broken = await headOf({ [model('deals')]: 'select no_such from stg_deals\n' });
    const reach = reachOfNames([broken, base], { models: ['deals'] });
    const outcome = await compareData({ root, base: broken, head: base, reach, changes: [] }, { now });
    expect(outcome).toMatchObject({ kind: 'failed', side: 'base', problems: [{ code: 'unknown-column' }] });
    const unplanned = await headOf({ [model('deals')]: 'select * from nowhere\n' });
    const other = await compareData({ root, base: unplanned, head: base, reach, changes: [] }, { now });
    expect(other).toMatchObject({ kind: 'failed', side: 'base', problems: [{ code: 'unknown-table' }] });
  });
});

describe('a head that nobody has looked at', () => {
  it('finds the copy locked before anything of it runs', async () => {
    const file = join(folder, 'locked.duckdb');
    copyFileSync(join(target, 'handover.work.duckdb'), file);
    const work = await Warehouse.open(file);
    try {
      const state = await readState(work);
      const head = await headOf(filtered);
      if (state === undefined || head.planned === undefined) throw new Error('nothing was built');
      const side = { project: head.project, planned: head.planned };
      const refused: (string | undefined)[] = [];
      const sides = { now, asOf: '2026-03-05T12:00:00Z', state, signal: new AbortController().signal };
      await runSide(
        work,
        side,
        { models: ['deals'], metrics: [] },
        {
          ...sides,
          beforeRun: async () => {
            for (const sql of [
              `from read_text('/etc/passwd')`,
              `copy (select 1) to '${join(folder, 'stolen.csv')}'`,
              `attach '${join(folder, 'stolen.duckdb')}' as stolen`,
              'set enable_external_access = true',
              `set max_temp_directory_size = '1TB'`,
            ]) {
              const error = await work.run(sql).catch((caught: unknown) => caught);
              refused.push(error instanceof SqlError ? error.kind : undefined);
            }
          },
        },
      );
      expect(refused).toEqual(['Permission', 'Permission', 'Permission', 'Invalid Input', 'Invalid Input']);
    } finally {
      work.close();
    }
  });

  /** Rows by the million million out of six. */
  const endless = `select deal_id, won_at, region, sum(a.range * b.range)::integer as amount
from stg_deals, range(1000000) as a, range(1000000) as b
group by all
`;

  /** A head whose model "deals" says what no plan would let pass. */
  async function forged(sql: string): Promise<Side> {
    const head = await headOf({});
    const planned = head.planned?.map((planned) =>
      planned.file.name === 'deals'
        ? { ...planned, definition: sql, file: { ...planned.file, sql: { ...planned.file.sql, text: sql } } }
        : planned,
    );
    return { ...head, ...(planned === undefined ? {} : { planned }) };
  }

  it.each([
    `select 1 as a from read_text('/etc/passwd')`,
    `from '/etc/passwd'`,
    `select 1 as a); attach '${join(folder, 'stolen.duckdb')}' as stolen; select (1`,
    `select 1 as a); copy (select 1) to '${join(folder, 'stolen.csv')}'; select (1`,
    `select 1 as a); set enable_external_access = true; select (1`,
    `select 1 as a); set lock_configuration = false; select (1`,
    `select 1 as a); pragma temp_directory = '${folder}'; select (1`,
    `select 1 as a); install httpfs; select (1`,
    `select 1 as a); load httpfs; select (1`,
    `from read_csv('https://example.com/leads.csv')`,
    `from glob('${folder}/*')`,
  ])('reaches nothing by: %s', async (sql) => {
    const outcome = await diffOf(await forged(sql), { models: ['deals'] });
    expect(outcome).toMatchObject({ kind: 'failed', side: 'head' });
    expect(JSON.stringify(outcome)).not.toContain('root:x:0');
    expect(readdirSync(folder).filter((name) => name.startsWith('stolen'))).toEqual([]);
  });

  it('has none of its sources read, wherever they point', async () => {
    const config = files['handover.yml'].replace('dumps/*.csv', '/etc/passwd');
    const head = await headOf({ 'handover.yml': config });
    const review = await compared(head, { models: ['stg_deals', 'deals'], metrics: ['won_deals'] });
    expect(review).toMatchObject({ ranAfter: 0, rows: [] });
    expect(review.metrics).toMatchObject([{ metric: 'won_deals', changed: 0 }]);
  });

  it('cannot name a model like a table of the runner', async () => {
    const named = {
      [model('metric_values')]: 'select 1 as a\n',
      'models/marts/metric_values.yml': yml('metric_values'),
    };
    const [problem] = await problemsOf(await headOf(named), { models: ['metric_values'] });
    expect(problem).toContain('head invalid-name "metric_values" cannot be');
  });

  it('wastes no more than the time it is given', async () => {
    const before = contents();
    const head = await headOf({ [model('deals')]: endless });
    const startedAt = performance.now();
    const failure = await failureOf(diffOf(head, { models: ['deals'] }, { signal: AbortSignal.timeout(1200) }));
    expect(failure.kind).toBe('interrupted');
    expect(failure.diagnostics.map(({ message }) => message)).toEqual([
      'stopped before values were compared; nothing was changed',
    ]);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(contents()).toEqual(before);
  });

  it('wastes no more disk than it is given', async () => {
    const before = contents();
    const sql = `select deal_id || i as deal_id, won_at, md5(i::varchar) as region, i::integer as amount
from stg_deals, range(40000000) as t(i)
`;
    const head = await headOf({ [model('deals')]: sql });
    const failure = await failureOf(diffOf(head, { models: ['deals'] }, { diskLimit: 48 * 1024 ** 2 }));
    expect([failure.kind, failure.diagnostics.map(({ code }) => code)]).toEqual(['environment', ['disk-limit']]);
    expect(contents()).toEqual(before);
  });

  it('leaves no trace, nor do those that were killed', async () => {
    const before = contents();
    const dead = await deadProcess();
    // As processes that were killed leave them; a copy of one that lives stays.
    for (const purpose of ['review', 'simulate']) mkdirSync(join(target, `handover.${purpose}.${dead}`));
    mkdirSync(join(target, `handover.simulate.${process.pid}`));
    const seen: string[] = [];
    await compared(
      await headOf(filtered),
      { models: ['deals'] },
      {
        progress: {
          task: (title, work) => {
            if (title === 'values by the head') seen.push(...readdirSync(target).filter((name) => /\.\d+$/.test(name)));
            return work(() => undefined);
          },
        },
      },
    );
    expect(seen.sort()).toEqual([`handover.review.${process.pid}`, `handover.simulate.${process.pid}`]);
    rmSync(join(target, `handover.simulate.${process.pid}`), { recursive: true });
    await diffOf(await headOf({ [model('deals')]: 'select no_such from stg_deals\n' }), { models: ['deals'] });
    expect(contents()).toEqual(before);
  });
});
