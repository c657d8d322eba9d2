import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { silent } from '../../src/diagnostics/progress.ts';
import { checkPartitions } from '../../src/models/check-partitions.ts';
import { clockContent } from '../../src/models/clock.ts';
import { inspectModels } from '../../src/models/inspect.ts';
import { parseModels } from '../../src/models/parse.ts';
import { type PlannedModel, planModels } from '../../src/models/plan.ts';
import { runModels } from '../../src/models/run.ts';
import { columnsOfTables } from '../../src/models/table-columns.ts';
import { readModel } from '../../src/project/model-file.ts';
import { readFunctionKinds } from '../../src/warehouse/functions.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

// Models that compare as_of with columns of their inputs hold what a full run gives, whichever way as_of moves.

const cutBy = (inputs: string) => `partition_by: lead\ninputs: { ${inputs} }`;

const sources = {
  logged: { sql: 'select * from raw.events', yml: 'materialized: view' },
  seen: {
    sql: `with events as (select * from logged)
select events.lead, events.event_id, events.moment from events inner join run.clock on events.moment <= clock.as_of`,
    yml: `materialized: incremental\n${cutBy('logged: lead')}`,
  },
  duties: {
    sql: `select lead, min(moment) as first_at, count(*) as events, max(moment) + interval 2 hours as due_at,
  case when count(*) > 2 then min(moment) + interval 4 hours end as ends_at, min(moment)::date as day
from seen group by lead`,
    yml: `materialized: incremental\n${cutBy('seen: lead')}`,
  },
  overdue: {
    sql: 'select lead, due_at, due_at < clock.as_of as is_overdue from duties cross join run.clock',
    yml: `materialized: view\n${cutBy('duties: lead')}`,
  },
  late_inline: {
    sql: 'select duties.lead, now >= ends_at as has_ended from duties cross join run.clock as clock(now)',
    yml: 'materialized: ephemeral',
  },
  judged: {
    sql: `with judged as (
  select logged.lead, logged.event_id, overdue.is_overdue, late_inline.has_ended, duties.due_at, clock.as_of,
    clock.as_of between duties.first_at and duties.due_at as is_open,
    count(*) filter (where logged.moment > clock.as_of) over (partition by logged.lead) as yet_to_come
  from logged cross join run.clock
  left join duties on logged.lead = duties.lead
  left join overdue on duties.lead = overdue.lead
  left join late_inline on late_inline.lead = logged.lead
)
select * exclude (as_of), coalesce(due_at <= as_of, false) as is_counted from judged`,
    yml: `materialized: incremental\n${cutBy('logged: lead, duties: lead, overdue: lead')}`,
  },
  // These do more with as_of than compare it with an instant of an input.
  aged: {
    sql: 'select lead, clock.as_of - first_at as age from duties cross join run.clock',
    yml: `materialized: incremental\n${cutBy('duties: lead')}`,
  },
  dated: {
    sql: 'select lead, day < clock.as_of as is_past from duties cross join run.clock',
    yml: `materialized: incremental\n${cutBy('duties: lead')}`,
  },
  totals: { sql: 'select is_overdue, count(*) as leads from judged group by is_overdue', yml: 'materialized: table' },
} as const;

/** Those that are computed for some leads alone when as_of moves, and those that never are. */
const cut = ['seen', 'judged'];
const whole = ['aged', 'dated'];

const tables = `create schema raw; create schema run;
create table run.clock as select timestamptz '2026-03-01 05:00:00Z' as as_of;
create table raw.events as
  select range as event_id, chr(97 + (range % 12)::integer) as lead,
    timestamptz '2026-03-01 00:00:00Z' + to_hours((range * 5) % 23) as moment
  from range(40);
insert into raw.events values (99, null, timestamptz '2026-03-01 03:00:00Z')`;

async function plan(on: Warehouse): Promise<readonly PlannedModel[]> {
  const problems: Diagnostic[] = [];
  const files = Object.entries(sources).flatMap(([base, { sql, yml }]) =>
    readModel(
      {
        base,
        folders: ['marts'],
        sqls: [{ version: undefined, sql: { path: `${base}.sql`, text: sql } }],
        yml: { path: `${base}.yml`, text: `name: ${base}\ndescription: x\n${yml}` },
      },
      {},
      problems,
    ),
  );
  const planned = planModels(await parseModels(on, files, problems), new Set(['raw.events', 'run.clock']), problems);
  expect(problems).toEqual([]);
  return planned;
}

async function run(on: Warehouse, planned: readonly PlannedModel[], events: number, isFullRefresh = false) {
  const { runs } = await runModels(on, planned, {
    progress: silent,
    clock: () => 0,
    keep: new Set(),
    tables: new Map([
      ['raw.events', String(events)],
      ['run.clock', await clockContent(on)],
    ]),
    explain: (table) => `${table} changed`,
    isFullRefresh,
  });
  expect(runs.filter(({ status }) => status === 'failed')).toEqual([]);
  return runs;
}

async function rows(on: Warehouse) {
  const all: Record<string, unknown> = {};
  for (const name of Object.keys(sources).filter((model) => model !== 'late_inline')) {
    all[name] = await on.rows(`from (select * from ${name}) order by all`);
  }
  return all;
}

type Step =
  | { readonly kind: 'clock'; readonly minute: number }
  | { readonly kind: 'event'; readonly id: number; readonly lead: string; readonly minute: number }
  | { readonly kind: 'remove'; readonly id: number };

/** Instants that often meet. */
const minute = fc.integer({ min: 0, max: 46 }).map((half) => half * 30);
const id = fc.integer({ min: 0, max: 45 });
const lead = fc.constantFrom(...'abcdefghijkl');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('clock'), minute }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('event'), id, lead, minute }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove'), id }) },
);

const instant = (after: number) => `timestamptz '2026-03-01 00:00:00Z' + to_minutes(${after})`;

function sqlOf(change: Step): string {
  if (change.kind === 'clock') return `update run.clock set as_of = ${instant(change.minute)}`;
  const removed = `delete from raw.events where event_id = ${change.id}`;
  if (change.kind === 'remove') return removed;
  return `${removed}; insert into raw.events values (${change.id}, '${change.lead}', ${instant(change.minute)})`;
}

it('holds what a full run gives, forwards and backwards', { timeout: 120_000 }, async () => {
  const cutRuns = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
      async (builds) => {
        const one = await Warehouse.open(':memory:', { threads: 1 });
        const other = await Warehouse.open(':memory:', { threads: 1 });
        try {
          await one.run(tables);
          await other.run(tables);
          const planned = await plan(one);
          await run(one, planned, 0);
          for (const [index, changes] of builds.entries()) {
            for (const sql of changes.map(sqlOf)) for (const on of [one, other]) await on.run(sql);
            const isMoved = changes.some(({ kind }) => kind === 'clock');
            for (const { name, mode } of await run(one, planned, index + 1)) {
              if (isMoved && mode === 'incremental') cutRuns.set(name, (cutRuns.get(name) ?? 0) + 1);
            }
            await run(other, planned, index + 1, true);
            expect(await rows(one)).toEqual(await rows(other));
          }
        } finally {
          one.close();
          other.close();
        }
      },
    ),
    { numRuns: 30, seed: 9 },
  );
  // A run in which everything was computed anew each time would prove nothing.
  for (const name of cut) expect(cutRuns.get(name), name).toBeGreaterThan(20);
});

async function opened(): Promise<Warehouse> {
  const warehouse = await Warehouse.open(':memory:', { threads: 1 });
  await warehouse.run(tables);
  return warehouse;
}

it('a move of as_of alone concerns the leads of which an instant lies between', async () => {
  const warehouse = await opened();
  try {
    const planned = await plan(warehouse);
    await run(warehouse, planned, 0);
    for (const to of ['05:30', '04:30']) {
      await warehouse.run(`update run.clock set as_of = timestamptz '2026-03-01 ${to}:00Z'`);
      const runs = new Map((await run(warehouse, planned, 0)).map((model) => [model.name, model]));
      for (const name of cut) expect(runs.get(name)).toMatchObject({ mode: 'incremental' });
      for (const name of whole) expect(runs.get(name)).toMatchObject({ mode: 'full' });
    }
    // Of an earlier run that kept no instant it is not known how far as_of moved.
    await warehouse.run(`update state.models set parts = replace(parts, '"as_of ', '"unknown ')`);
    const runs = await run(warehouse, planned, 0);
    expect(runs.filter(({ mode }) => mode === 'incremental').map(({ name }) => name)).not.toContain('seen');
  } finally {
    warehouse.close();
  }
});

it('the models of these tests may be cut', async () => {
  const warehouse = await opened();
  try {
    const planned = await plan(warehouse);
    const models = await inspectModels(warehouse, planned, []);
    const outside = await columnsOfTables(warehouse, new Set(['raw.events', 'run.clock']));
    const functions = await readFunctionKinds(warehouse);
    expect(checkPartitions(planned, { models, tables: outside, functions })).toEqual([]);
  } finally {
    warehouse.close();
  }
});
