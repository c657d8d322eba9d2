import { afterEach, describe, expect, test } from 'vitest';
import { type ContractResult, checkContracts } from '../../src/contracts/check.ts';
import { type Diagnostic, DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { defaultsOf, readConfig } from '../../src/project/config-file.ts';
import type { Metric } from '../../src/project/metric.ts';
import { readModel } from '../../src/project/model-file.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse } from '../metrics/project.ts';

let warehouse: Warehouse;
afterEach(() => warehouse?.close());

interface Case {
  /** What the model's .yml says below name and description. */
  readonly model?: string;
  readonly config?: string;
  readonly metrics?: readonly Metric[];
  readonly rows?: string;
  readonly now?: string;
  /** Whether readers get the model: only then are personal data looked for. */
  readonly isPublic?: boolean;
}

const twoAnswers = `
    ('a', 1, 'met', timestamptz '2026-03-02 08:00:00Z'),
    ('b', 1, 'late', timestamptz '2026-03-03 08:00:00Z')`;

async function check(options: Case): Promise<ContractResult[]> {
  const asOf = '2026-03-16T06:00:00Z';
  warehouse = await openWarehouse(asOf);
  await warehouse.run(
    `create table main.answers as
    from (values ${options.rows ?? twoAnswers}) as rows (lead_id, cycle_no, status, due_at)`,
  );
  const problems: Diagnostic[] = [];
  const config = readConfig({ path: 'handover.yml', text: options.config ?? 'name: case' }, problems);
  const folder = options.isPublic ? 'marts' : 'intermediate';
  const [model] = readModel(
    {
      base: 'answers',
      folders: [folder],
      sqls: [{ version: undefined, sql: { path: 'models/marts/answers.sql', text: 'select 1' } }],
      yml: {
        path: 'models/marts/answers.yml',
        text: `name: answers\ndescription: One row per answer\n${options.model ?? ''}`,
      },
    },
    defaultsOf(config, [folder]),
    problems,
  );
  if (config === undefined || model === undefined || problems.length > 0) throw new DiagnosticsError(problems);
  const metrics = options.metrics ?? [];
  await evaluated(warehouse, metrics);
  return checkContracts(
    warehouse,
    { config, models: [model], metrics },
    { asOf, now: options.now ?? '2026-03-16T08:00:00Z' },
  );
}

const told = (results: readonly ContractResult[]) =>
  results.map(({ rule, passed, observed, expected }) => ({ rule, passed, observed, expected }));

describe('columns', () => {
  test('are there, with the declared type however it is written', async () => {
    const results = await check({
      model: `columns:
  lead_id: { description: d, type: text }
  cycle_no: { description: d, type: integer }
  due_at: { description: d, type: timestamptz }`,
    });
    expect(told(results)).toEqual([
      {
        rule: 'columns',
        passed: true,
        observed: 'all as declared',
        expected: 'the declared 3 columns, where a type is stated of that type',
      },
    ]);
  });

  test('that are missing, of another type or of no type at all are told together, other rules of a missing one keep quiet', async () => {
    const results = await check({
      model: `columns:
  cycle_no: { description: d, type: text }
  lead: { description: d, not_null: true, unique: true, accepted_values: [x] }
  status: { description: d, type: txt }`,
    });
    expect(told(results)).toEqual([
      {
        rule: 'columns',
        passed: false,
        observed:
          '"cycle_no" is INTEGER, declared VARCHAR; missing "lead"; "status" is VARCHAR, declared "txt", a type that DuckDB does not know',
        expected: 'the declared 3 columns, where a type is stated of that type',
      },
    ]);
    expect(results[0]?.place).toMatchObject({ file: 'models/marts/answers.yml', line: 4 });
  });
});

describe('keys', () => {
  const model = 'grain: [lead_id, cycle_no]\ncolumns: { status: { description: d, unique: true } }';

  test('hold', async () => {
    const results = await check({ model });
    expect(results.every(({ passed }) => passed)).toBe(true);
    expect(results.map(({ rule }) => rule)).toEqual([
      'columns',
      'unique(lead_id, cycle_no)',
      'unique(status)',
      'not-null(lead_id)',
      'not-null(cycle_no)',
    ]);
  });

  test('that occur twice or are null are shown', async () => {
    const results = await check({
      model,
      rows: `('a', 1, 'met', null), ('a', 1, 'late', null), (null, 2, 'met', null), (null, 2, null, null)`,
    });
    expect(told(results.filter(({ passed }) => !passed))).toEqual([
      {
        rule: 'unique(lead_id, cycle_no)',
        passed: false,
        observed: '1 key more than once: a, 1 (2 rows)',
        expected: 'one row per lead_id, cycle_no',
      },
      {
        rule: 'unique(status)',
        passed: false,
        observed: '1 key more than once: met (2 rows)',
        expected: 'one row per status',
      },
      {
        rule: 'not-null(lead_id)',
        passed: false,
        observed: '2 rows: lead_id = null, cycle_no = 2',
        expected: 'lead_id in every row',
      },
    ]);
  });
});

test('accepted values: another one is shown, null is not one', async () => {
  const [, result] = await check({
    model: `columns: { status: { description: d, accepted_values: [met, "it's"] } }`,
    rows: `('a', 1, 'met', null), ('b', 1, 'maet', null), ('c', 1, null, null), ('d', 1, 'it''s', null)`,
  });
  expect(result).toMatchObject({
    rule: 'accepted-values(status)',
    passed: false,
    observed: '1 row: "maet"',
    expected: "one of met, it's",
    sample: '"maet"',
  });
});

describe('freshness', () => {
  const config = 'name: case\ncontracts: { freshness: { max_age: 36h, severity: warn } }';

  test.each([
    ['2026-03-17T18:00:00Z', true, 'data as of 2026-03-16T06:00:00Z, 36 h before this run'],
    ['2026-03-17T18:00:01Z', false, 'data as of 2026-03-16T06:00:00Z, 37 h before this run'],
    ['2026-04-16T06:00:00Z', false, 'data as of 2026-03-16T06:00:00Z, 31 days before this run'],
  ])('at %s holds: %s', async (now, passed, observed) => {
    expect(await check({ config, now })).toEqual([
      expect.objectContaining({ rule: 'freshness', severity: 'warn', passed, observed, expected: 'at most 36 h' }),
    ]);
  });

  test('nobody asked: nothing is checked', async () => {
    expect(await check({})).toEqual([]);
  });
});

describe('metrics', () => {
  const rate = (range: string) =>
    metric(
      'rate',
      `type: ratio\nmodel: answers\ntime: due_at\nnumerator: status = 'met'\ngrains: [week]
      contract: { range: ${range}, severity: warn }`,
    );

  test('a value outside its range is shown with its period', async () => {
    const results = await check({ metrics: [rate('[0.6, 1]')] });
    expect(results.find(({ rule }) => rule === 'range')).toMatchObject({
      metric: 'rate',
      model: 'answers',
      severity: 'warn',
      passed: false,
      observed: '1 of 1 values outside: 0.5 in week 2026-03-02',
      expected: 'from 0.6 to 1',
    });
  });

  test('a period without a value breaks no range, and an open side has no limit', async () => {
    const results = await check({ metrics: [rate('[0, null]')] });
    expect(results.find(({ rule }) => rule === 'range')).toMatchObject({ passed: true, expected: 'at least 0' });
  });

  test('a row that would vanish because no period holds it is a violation; one without a time is not', async () => {
    const results = await check({
      metrics: [rate('[0, 1]')],
      rows: `${twoAnswers}, ('c', 1, 'met', timestamptz '2930-01-01 00:00:00Z'), ('d', 1, 'met', null)`,
    });
    expect(results.find(({ rule }) => rule === 'dated(due_at)')).toMatchObject({
      passed: false,
      observed: '1 row in no period: 2930-01-01 00:00:00+00',
    });
  });
});

describe('personal data', () => {
  const lead = (id: string, status: string): string => `('${id}', 1, '${status}', timestamptz '2026-03-02 08:00:00Z')`;
  const hash = `hashed:${'0a'.repeat(32)}`;

  test('are in no text of a published model', async () => {
    const [result] = await check({ isPublic: true, rows: lead('L-1', 'met @ 10:00+01:00, + 5, a@b') });
    expect(result).toMatchObject({ rule: 'personal', passed: true });
  });

  test.each(['anna@example.com', 'call +45 12 34 56 78', hash])('%s is found, and never shown', async (text) => {
    const found = await check({
      isPublic: true,
      model: 'grain: [lead_id]',
      rows: `${twoAnswers}, ${lead('L-9', text)}`,
    });
    expect(told(found.filter(({ rule }) => rule === 'personal'))).toMatchObject([
      { passed: false, observed: '1 row: status of lead_id = L-9' },
    ]);
  });

  test('a lead may be known by a hash, not by an e-mail address', async () => {
    const known = await check({ isPublic: true, rows: lead(hash, 'met') });
    expect(known).toMatchObject([{ rule: 'personal', passed: true }]);
    warehouse.close();
    const addressed = await check({ isPublic: true, model: 'grain: [lead_id]', rows: lead('anna@example.com', 'met') });
    expect(addressed.find(({ rule }) => rule === 'personal')).toMatchObject({
      passed: false,
      observed: '1 row: lead_id of lead_id = ***',
    });
  });

  test('a column that a source calls personal is not published, whatever it holds', async () => {
    const config = 'name: case\nsources: { crm: { files: x.csv, personal: { status: hash } } }';
    expect(await check({ isPublic: true, config })).toMatchObject([
      { rule: 'personal(status)', passed: false },
      { rule: 'personal', passed: true },
    ]);
    warehouse.close();
    expect(await check({ config })).toEqual([]);
  });
});

test('every result is a row of contract_results', async () => {
  await check({ model: 'grain: [lead_id]', config: 'name: case\ncontracts: { freshness: { max_age: 3d } }' });
  const rows = await warehouse.rows('select metric, model, rule, severity, passed, file from main.contract_results');
  expect(rows).toEqual([
    { metric: null, model: null, rule: 'freshness', severity: 'error', passed: true, file: 'handover.yml' },
    {
      metric: null,
      model: 'answers',
      rule: 'unique(lead_id)',
      severity: 'error',
      passed: true,
      file: 'models/marts/answers.yml',
    },
    {
      metric: null,
      model: 'answers',
      rule: 'not-null(lead_id)',
      severity: 'error',
      passed: true,
      file: 'models/marts/answers.yml',
    },
  ]);
});
