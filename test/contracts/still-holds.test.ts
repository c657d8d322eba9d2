import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CheckOptions, checkContracts } from '../../src/contracts/check.ts';
import type { ContractResult } from '../../src/contracts/rule.ts';
import { type Diagnostic, DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { silent } from '../../src/diagnostics/progress.ts';
import { changedRows } from '../../src/models/changed-rows.ts';
import { parseModels } from '../../src/models/parse.ts';
import { type PlannedModel, planModels } from '../../src/models/plan.ts';
import { runModels } from '../../src/models/run.ts';
import { readConfig } from '../../src/project/config-file.ts';
import { readModel } from '../../src/project/model-file.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, openWarehouse } from '../metrics/project.ts';
import { metricOf } from './metric-world.ts';

// What a check finds that looks at changed rows alone where these can tell, after any history of changes, is what a check
// of all rows finds: results, what was observed, and the rows that are kept.

const asOf = '2026-03-16T06:00:00Z';

const sources = {
  raw_events: { sql: 'select * from raw.events', yml: 'materialized: view' },
  raw_leads: { sql: 'select * from raw.leads', yml: 'materialized: view' },
  parents: {
    sql: 'select lead, no, word from raw_leads cross join raw.limits where no <= limits.most',
    yml: `grain: [lead, no]
materialized: incremental
partition_by: lead
inputs: { raw_leads: lead }
columns: { word: { description: d, unique: true } }`,
  },
  children: {
    sql: `select event_id, lead, no, other, word, moment, timestamptz '2026-03-01 00:00:00Z' + to_days(10 * moment) as at
from raw_events`,
    yml: `grain: [event_id]
materialized: incremental
partition_by: lead
inputs: { raw_events: lead }
columns: { word: { description: d, not_null: true, accepted_values: ACCEPTED } }
contract:
  expressions:
    - { name: early, that: moment < 80 }
    - { name: numbers, that: "case when word = '1x' then word::integer > 0 else true end" }
  relationships:
    - { columns: [lead, no], to: parents }
    - { columns: [other], to: parents, to_columns: [lead], severity: warn }
    - { columns: [no], to: parents, to_columns: [no] }
    - { columns: [lead], to: totals }`,
  },
  doubles: {
    sql: 'select *, 2 * moment as twice, row_number() over (partition by lead order by event_id, moment) as place from children',
    yml: `grain: [lead, place]
materialized: view
partition_by: lead
inputs: { children: lead }
columns: { event_id: { description: d, unique: true } }
contract:
  expressions: [{ name: few, that: doubles.place < 6 }]
  relationships: [{ columns: [other], to: parents, to_columns: [lead] }]`,
  },
  totals: {
    sql: 'select lead, count(*) as events from children where moment <> 3 group by lead',
    yml: `grain: [lead]
materialized: table
contract: { expressions: [{ name: few, that: events < 6 }], relationships: [{ columns: [lead], to: parents }] }`,
  },
} as const;

type Models = Readonly<Record<string, { readonly sql: string; readonly yml: string }>>;

const counted = metricOf(
  'counted',
  `type: count
model: children
time: at
filter: children.word <> 'b'
contract: { unique: true, references: [{ columns: [lead, no], to: parents }] }`,
);

type Step =
  | { readonly kind: 'event'; readonly id: number; readonly row: string }
  | { readonly kind: 'again'; readonly row: string }
  | { readonly kind: 'remove'; readonly id: number }
  | { readonly kind: 'lead'; readonly lead: string; readonly no: number; readonly word: string }
  | { readonly kind: 'lose'; readonly lead: string; readonly no: number }
  | { readonly kind: 'limit'; readonly most: number }
  /** Most of what breaks rules goes. */
  | { readonly kind: 'mend' }
  /** Other words of a rule; models that run while nobody checks. */
  | { readonly kind: 'rule' | 'unchecked' };

const lead = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const rare = <T>(usual: T, ...odd: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 10, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
const id = fc.integer({ min: 0, max: 20 });
const row = fc
  .tuple(
    fc.oneof({ weight: 12, arbitrary: lead }, { weight: 1, arbitrary: fc.constant(null) }),
    rare<number | null>(1, 2, null),
    fc.oneof({ weight: 8, arbitrary: lead }, { weight: 1, arbitrary: fc.constantFrom('z', null) }),
    rare<string | null>('a', 'b', 'c', '1x', 'x@y.dk', 'a+b', null),
    rare(3, 4, 5, 90),
  )
  .map((values) => values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(', '));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('event'), id, row }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('again'), row }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove'), id }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('lead'), lead, no: rare(1, 2), word: fc.constantFrom('p', 'q', 'r') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose'), lead, no: fc.constant(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('limit'), most: fc.constantFrom(1, 2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('rule', 'unchecked') }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('mend') }) },
);

const tables = `create schema raw;
create table raw.events (event_id integer, lead varchar, no integer, other varchar, word varchar, moment integer);
create table raw.leads (lead varchar, no integer, word varchar);
create table raw.limits as select 2 as most;
insert into raw.events select range, chr(97 + (range % 6)::integer), 1, chr(97 + (range % 5)::integer), 'a', range % 4 from range(20);
insert into raw.leads select chr(97 + range::integer), 1, 'w' || range from range(6)`;

function sqlOf(change: Step): { readonly table: string; readonly sql: string } | undefined {
  switch (change.kind) {
    case 'event':
      return {
        table: 'events',
        sql: `delete from raw.events where event_id = ${change.id};
          insert into raw.events values (${change.id}, ${change.row})`,
      };
    case 'again':
      return { table: 'events', sql: `insert into raw.events values (7, ${change.row})` };
    case 'remove':
      return { table: 'events', sql: `delete from raw.events where event_id = ${change.id}` };
    case 'lead':
      return {
        table: 'leads',
        sql: `delete from raw.leads where lead = '${change.lead}' and no = ${change.no};
          insert into raw.leads values ('${change.lead}', ${change.no}, '${change.word}' || '${change.lead}')`,
      };
    case 'lose':
      return { table: 'leads', sql: `delete from raw.leads where lead = '${change.lead}' and no = ${change.no}` };
    case 'mend':
      return {
        table: 'events',
        sql: `delete from raw.events
          where lead is null or no is distinct from 1 or other = 'z' or moment > 80 or word is null or word not in ('a', 'b')
            or event_id = 7 or lead not in (select lead from raw.leads)`,
      };
    case 'limit':
      return { table: 'limits', sql: `update raw.limits set most = ${change.most}` };
    default:
      return undefined;
  }
}

async function plan(on: Warehouse, accepted: string, models: Models = sources): Promise<PlannedModel[]> {
  const problems: Diagnostic[] = [];
  const files = Object.entries(models).flatMap(([base, { sql, yml }]) => {
    const text = `name: ${base}\ndescription: x\n${yml.replace('ACCEPTED', accepted)}`;
    const sqls = [{ version: undefined, sql: { path: `${base}.sql`, text: sql } }];
    return readModel({ base, folders: ['marts'], sqls, yml: { path: `${base}.yml`, text } }, {}, problems);
  });
  const known = new Set(['raw.events', 'raw.leads', 'raw.limits']);
  const planned = planModels(await parseModels(on, files, problems), known, problems);
  if (problems.length > 0) throw new DiagnosticsError(problems);
  return planned;
}

/** One of two worlds with the same rows: in it models run, and contracts are checked. */
async function openWorld() {
  const warehouse = await openWarehouse(asOf);
  await warehouse.run(tables);
  await evaluated(warehouse, []);
  const config = readConfig({ path: 'handover.yml', text: 'name: case' }, []);
  if (config === undefined) throw new Error('no config');
  return {
    warehouse,
    run: (planned: readonly PlannedModel[], contents: ReadonlyMap<string, string>, isFullRefresh: boolean) =>
      runModels(warehouse, planned, {
        ...{ progress: silent, clock: () => 0, tables: contents, isFullRefresh },
        keep: new Set(['metric_values', 'metric_definitions', 'metrics', 'contract_results']),
        explain: (table) => `${table} changed`,
      }),
    check: (planned: readonly PlannedModel[], options: Partial<CheckOptions>) =>
      checkContracts(
        warehouse,
        { config, models: planned.map(({ file }) => file), metrics: [counted] },
        { asOf, now: asOf, ...options },
      ),
  };
}

async function found(warehouse: Warehouse, results: readonly ContractResult[]) {
  const kept: Record<string, unknown> = {};
  for (const { rowsIn } of results) if (rowsIn !== null) kept[rowsIn] = await warehouse.rows(`from ${rowsIn}`);
  return { results, kept };
}

test('rules asked of changed rows alone give what they give asked of all', { timeout: 240_000 }, async () => {
  const seen = { changes: 0, unknown: 0, broken: 0, mended: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 6 }),
      async (builds) => {
        const one = await openWorld();
        const other = await openWorld();
        try {
          const contents = new Map(['events', 'leads', 'limits'].map((name) => [`raw.${name}`, '0']));
          let accepted = '[a, b]';
          let wasBroken = 0;
          for (const [index, steps] of [[], ...builds].entries()) {
            for (const change of steps) {
              if (change.kind === 'rule') accepted = accepted === '[a, b]' ? '[a, b, c]' : '[a, b]';
              const { table, sql } = sqlOf(change) ?? {};
              if (table === undefined || sql === undefined) continue;
              await one.warehouse.run(sql);
              await other.warehouse.run(sql);
              contents.set(`raw.${table}`, String(index));
            }
            const planned = await plan(one.warehouse, accepted);
            const { outputs, inputs } = await one.run(planned, contents, false);
            if (steps.some(({ kind }) => kind === 'unchecked')) continue;
            const tell = changedRows(one.warehouse, planned, { outputs, inputs });
            const results = await one.check(planned, {
              contents: outputs,
              changeSince: async (model, from) => {
                const change = await tell(model, from);
                seen[change === undefined ? 'unknown' : 'changes']++;
                return change;
              },
            });
            const models = await plan(other.warehouse, accepted);
            await other.run(models, contents, true);
            const whole = await other.check(models, {});
            expect(await found(one.warehouse, results)).toEqual(await found(other.warehouse, whole));
            const broken = results.filter(({ passed }) => !passed).length;
            if (broken > wasBroken) seen.broken++;
            if (broken < wasBroken) seen.mended++;
            wasBroken = broken;
          }
        } finally {
          one.warehouse.close();
          other.warehouse.close();
        }
      },
    ),
    { numRuns: 15, seed: 9 },
  );
  // Histories in which nothing is told by changed rows, nothing breaks or nothing is mended would prove nothing.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(4);
});

test('a view is asked of its own rows, though what it reads was cut for another meanwhile', async () => {
  const world = await openWorld();
  try {
    const { warehouse } = world;
    const planned = await plan(warehouse, '[a, b]', {
      ...sources,
      targets: {
        sql: 'select lead, place from doubles',
        yml: 'grain: [lead, place]\nmaterialized: view\npartition_by: lead\ninputs: { doubles: lead }',
      },
      pointers: {
        sql: `select doubles.lead, place, case when parents.word = 'lost' then 'z' else 'a' end as pointer
from doubles inner join parents on doubles.lead = parents.lead`,
        yml: `grain: [lead, place]
materialized: view
partition_by: lead
inputs: { doubles: lead, parents: lead }
contract: { relationships: [{ columns: [pointer], to: targets, to_columns: [lead] }] }`,
      },
    });
    const verdict = async (build: string): Promise<boolean | undefined> => {
      const contents = new Map(Object.entries({ 'raw.events': build, 'raw.leads': build, 'raw.limits': '0' }));
      const { outputs, inputs } = await world.run(planned, contents, false);
      const changeSince = changedRows(warehouse, planned, { outputs, inputs });
      const results = await world.check(planned, { contents: outputs, changeSince });
      return results.find(({ model, rule }) => model === 'pointers' && rule.startsWith('relationship'))?.passed;
    };
    expect(await verdict('0')).toBe(true);
    await warehouse.run(`
      insert into raw.events values (30, 'b', 1, 'a', 'a', 2);
      update raw.leads set word = 'lost' where lead = 'c'`);
    expect(await verdict('1')).toBe(false);
  } finally {
    world.warehouse.close();
  }
});
