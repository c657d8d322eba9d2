import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { silent } from '../../src/diagnostics/progress.ts';
import { checkPartitions } from '../../src/models/check-partitions.ts';
import { modelsByName } from '../../src/models/compile.ts';
import { inspectModels } from '../../src/models/inspect.ts';
import { parseModels } from '../../src/models/parse.ts';
import { planModels } from '../../src/models/plan.ts';
import { type RunOptions, runModels } from '../../src/models/run.ts';
import { selectsOf } from '../../src/models/slices.ts';
import { columnsOfTables } from '../../src/models/table-columns.ts';
import { readModel } from '../../src/project/model-file.ts';
import { readFunctionKinds } from '../../src/warehouse/functions.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

// What incremental models hold after any sequence of late, corrected, removed and merged events is what a full run of
// the same models over the same events gives.

let warehouse: Warehouse | undefined;
afterEach(() => warehouse?.close());

/**
 * A small world with what makes leads hard: merges that move keys, corrections, a table that all leads share. Its log is a
 * view of which digests are compared, or a table cut by the lead that the CRM named, of which the loader tells what changed.
 */
const logs = {
  compared: {
    events: {
      sql: `select events.*, coalesce(merges.into_lead, events.lead_id) as lead
from raw.events left join raw.merges on events.lead_id = merges.lead_id`,
      yml: 'grain: [event_id]\nmaterialized: view',
    },
  },
  told: {
    log: {
      sql: 'select * from raw.events',
      yml: 'materialized: view\npartition_by: lead_id\ninputs: { raw.events: lead_id }',
    },
    survivors: { sql: 'select * from raw.merges', yml: 'materialized: table' },
    events: {
      sql: `select log.*, coalesce(survivors.into_lead, log.lead_id) as lead
from log left join survivors on log.lead_id = survivors.lead_id`,
      yml: 'grain: [event_id]\nmaterialized: incremental\npartition_by: lead_id\ninputs: { log: lead_id, survivors: lead_id }',
    },
  },
} as const;
type Log = keyof typeof logs;

const sources = {
  ordered: {
    sql: 'select *, row_number() over (partition by lead order by moment, event_id) as place from events',
    yml: 'materialized: view\npartition_by: lead\ninputs: { events: lead }',
  },
  firsts: {
    sql: `select lead, min(moment) as first_at, count(*) as events, max(place) as places
from ordered where kind <> 'noise' group by lead`,
    yml: 'materialized: incremental\npartition_by: lead\ninputs: { ordered: lead }',
  },
  late_inline: {
    sql: 'select lead, event_id, moment from ordered where moment > 5',
    yml: 'materialized: ephemeral',
  },
  judged: {
    sql: `select firsts.lead, firsts.first_at, late_inline.event_id, limits.limit_at, firsts.first_at <= limits.limit_at as is_met
from firsts left join late_inline on firsts.lead = late_inline.lead cross join raw.limits as limits`,
    yml: 'materialized: incremental\npartition_by: lead\ninputs: { firsts: lead, ordered: lead }',
  },
  rare: {
    sql: 'select lead, first_at from firsts where first_at > 8',
    yml: 'materialized: incremental\npartition_by: lead\ninputs: { firsts: lead }',
  },
  totals: {
    sql: 'select is_met, count(*) as leads from judged group by is_met',
    yml: 'materialized: table',
  },
} as const;

async function plan(on: Warehouse, log: Log, isIncremental: boolean) {
  const problems: Diagnostic[] = [];
  const files = Object.entries({ ...logs[log], ...sources }).flatMap(([base, { sql, yml }]) => {
    const text = isIncremental ? yml : yml.replace(/materialized: incremental[\s\S]*/, 'materialized: table');
    return readModel(
      {
        base,
        folders: ['marts'],
        sqls: [{ version: undefined, sql: { path: `${base}.sql`, text: sql } }],
        yml: { path: `${base}.yml`, text: `name: ${base}\ndescription: x\n${text}` },
      },
      {},
      problems,
    );
  });
  const tables = new Set(['raw.events', 'raw.merges', 'raw.limits']);
  const planned = planModels(await parseModels(on, files, problems), tables, problems);
  expect(problems).toEqual([]);
  return planned;
}

/** So little memory that what is computed whole is computed in slices. */
const slicing = 600;

const options = (content: Record<string, string>, memory?: number): RunOptions => ({
  ...(memory === undefined ? {} : { memory }),
  progress: silent,
  clock: () => 0,
  keep: new Set(),
  tables: new Map(Object.entries(content)),
  explain: (table) => `${table} changed`,
});

async function rows(on: Warehouse) {
  const all: Record<string, unknown> = {};
  for (const name of ['events', ...Object.keys(sources)].filter((model) => model !== 'late_inline')) {
    all[name] = await on.rows(`from (select * from ${name}) order by all`);
  }
  return all;
}

type Step =
  | { readonly kind: 'event'; readonly id: number; readonly lead: string; readonly at: number; readonly noise: boolean }
  | { readonly kind: 'remove'; readonly id: number }
  | { readonly kind: 'merge'; readonly lead: string; readonly into: string }
  | { readonly kind: 'unmerge'; readonly lead: string }
  | { readonly kind: 'limit'; readonly at: number };

const lead = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const id = fc.integer({ min: 0, max: 15 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('event'),
      id,
      lead,
      at: fc.integer({ min: 0, max: 9 }),
      noise: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove'), id }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('merge'), lead, into: lead }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unmerge'), lead }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('limit'), at: fc.integer({ min: 0, max: 9 }) }) },
);

const tables = `create schema raw;
create table raw.events (event_id integer, lead_id varchar, moment integer, kind varchar);
create table raw.merges (lead_id varchar, into_lead varchar);
create table raw.limits as select 5 as limit_at;
insert into raw.events select range, chr(97 + (range % 8)::integer), range % 7, 'x' from range(24);
insert into raw.events values (99, null, 3, 'x')`;

function sqlOf(change: Step): { table: string; sql: string } {
  switch (change.kind) {
    case 'event': {
      const { id: event, lead: of, at, noise } = change;
      return {
        table: 'raw.events',
        sql: `delete from raw.events where event_id = ${event};
          insert into raw.events values (${event}, '${of}', ${at}, '${noise ? 'noise' : 'x'}')`,
      };
    }
    case 'remove':
      return { table: 'raw.events', sql: `delete from raw.events where event_id = ${change.id}` };
    case 'merge':
      return {
        table: 'raw.merges',
        sql: `delete from raw.merges where lead_id = '${change.lead}'; insert into raw.merges values ('${change.lead}', '${change.into}')`,
      };
    case 'unmerge':
      return { table: 'raw.merges', sql: `delete from raw.merges where lead_id = '${change.lead}'` };
    case 'limit':
      return { table: 'raw.limits', sql: `update raw.limits set limit_at = ${change.at}` };
  }
}

/** The leads of which raw.events holds other rows than in a copy that was made of it. */
const changedSince = (copy: string): string => `select lead_id as key from (
  (from ${copy} except all from raw.events) union all (from raw.events except all from ${copy})
)`;

it.each(Object.keys(logs) as Log[])(
  'a log that is %s: holds what a full run gives, whatever comes late, is corrected, goes or is merged',
  {
    timeout: 120_000,
  },
  async (log) => {
    let cut = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(slicing, undefined),
        async (builds, memory) => {
          const one = await Warehouse.open(':memory:', { threads: 1 });
          const other = await Warehouse.open(':memory:', { threads: 1 });
          try {
            await one.run(tables);
            await other.run(tables);
            const content: Record<string, string> = { 'raw.events': '0', 'raw.merges': '0', 'raw.limits': '0' };
            const planned = await plan(one, log, true);
            await runModels(one, planned, options(content, memory));
            const whole = await plan(other, log, false);
            // What raw.events held under each content; of some builds it is not known.
            const changedIn: RunOptions['changedIn'] = async (_table, { from }) =>
              from === '3' ? undefined : changedSince(`copies.content_${from}`);
            await one.run('create schema copies; create table copies.content_0 as from raw.events');
            for (const [index, changes] of builds.entries()) {
              for (const { table, sql } of changes.map(sqlOf)) {
                await one.run(sql);
                await other.run(sql);
                content[table] = String(index + 1);
              }
              await one.run(`create table copies.content_${index + 1} as from raw.events`);
              const { runs } = await runModels(one, planned, { ...options(content, memory), changedIn });
              cut += runs.filter(({ mode }) => mode === 'incremental').length;
              await runModels(other, whole, { ...options(content), isFullRefresh: true });
              expect(await rows(one)).toEqual(await rows(other));
            }
          } finally {
            one.close();
            other.close();
          }
        },
      ),
      { numRuns: 25, seed: 4 },
    );
    // A run in which everything was computed anew each time would prove nothing.
    expect(cut).toBeGreaterThan(40);
  },
);

it('is computed in slices where it does not fit in memory', async () => {
  warehouse = await Warehouse.open(':memory:', { threads: 1 });
  await warehouse.run(tables);
  const planned = await plan(warehouse, 'compared', true);
  await runModels(warehouse, planned, options({ 'raw.events': '0', 'raw.merges': '0', 'raw.limits': '0' }));
  const models = modelsByName(planned);
  const counts = async (memory: number) => {
    const found: Record<string, number> = {};
    for (const [name, model] of models)
      found[name] = (await selectsOf(warehouse as Warehouse, model, { models, memory })).length;
    return found;
  };
  const whole = { events: 1, ordered: 1, firsts: 1, rare: 1, late_inline: 1, judged: 1, totals: 1 };
  expect(await counts(2500)).toEqual(whole);
  // Through the views, 25 events of 100 bytes.
  expect(await counts(slicing)).toEqual({ ...whole, firsts: 5, rare: 2, judged: 5 });
});

it('a model that makes few rows of many does not read them all for a few leads', async () => {
  warehouse = await Warehouse.open(':memory:', { threads: 1 });
  await warehouse.run(tables);
  await warehouse.run(`insert into raw.events select 100 + range, 'lead ' || range, 1, 'x' from range(20)`);
  const planned = await plan(warehouse, 'compared', true);
  await runModels(warehouse, planned, options({ 'raw.events': '0' }));
  await warehouse.run(`update raw.events set moment = 2 where event_id in (100, 101)`);
  const { runs } = await runModels(warehouse, planned, options({ 'raw.events': '1' }));
  expect(runs.find(({ name }) => name === 'rare')).toMatchObject({ mode: 'incremental', partitions: 2, rows: 0 });
});

it.each(Object.keys(logs) as Log[])('the models of that test may be cut, the log being %s', async (log) => {
  warehouse = await Warehouse.open(':memory:', { threads: 1 });
  await warehouse.run(tables);
  const planned = await plan(warehouse, log, true);
  const models = await inspectModels(warehouse, planned, []);
  const outside = await columnsOfTables(warehouse, new Set(['raw.events', 'raw.merges', 'raw.limits']));
  const functions = await readFunctionKinds(warehouse);
  expect(checkPartitions(planned, { models, tables: outside, functions })).toEqual([]);
});
