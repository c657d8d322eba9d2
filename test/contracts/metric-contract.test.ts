import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { metricOf, read } from './metric-world.ts';

/** The rules without where they stand; those that are implied are left out. */
const rulesOf = (contract: string, defaults?: string, keys = '') => {
  const text = contract === '' ? keys : `${keys}\ncontract: ${contract}`;
  return metricOf('mqls', text, defaults)
    .contract.map(({ place: _place, at: _at, ...rule }) => rule)
    .filter(({ kind }) => kind !== 'dated' && kind !== 'restatement');
};

describe('a contract', () => {
  test('has a short and a long form of each rule', () => {
    const range = { kind: 'range', low: 0, high: null };
    expect(rulesOf('{ range: [0, null], severity: warn }')).toEqual([{ ...range, severity: 'warn' }]);
    expect(rulesOf('{ range: { between: [0, null], severity: error }, severity: warn }')).toEqual([
      { ...range, severity: 'error' },
    ]);
    expect(
      rulesOf('{ complete: true, freshness: 3d, unique: true, adds_up: true, reconciles_with: select 1 }'),
    ).toEqual([
      { kind: 'complete', severity: 'error' },
      { kind: 'freshness', severity: 'error', maxAgeHours: 72 },
      { kind: 'unique', severity: 'error' },
      { kind: 'adds_up', severity: 'error' },
      { kind: 'reconciles_with', severity: 'error', select: 'select 1' },
    ]);
    expect(
      rulesOf(
        `{
        complete: { periods: 13, severity: warn }, freshness: { max_age: 36h }, volume: { within: 50 % }, unique: { severity: warn },
        reconciles_with: { select: "select 1;", within: 0.5 % }
      }`.replaceAll('\n', ' '),
      ),
    ).toEqual([
      { kind: 'complete', severity: 'warn', periods: 13 },
      { kind: 'freshness', severity: 'error', maxAgeHours: 36 },
      { kind: 'volume', severity: 'error', within: 0.5, ofLast: 8 },
      { kind: 'unique', severity: 'warn' },
      { kind: 'reconciles_with', severity: 'error', select: 'select 1', within: 0.005 },
    ]);
    expect(
      rulesOf(
        `{
        references: [{ columns: [lead_id], to: leads }, { columns: [a], to: b, to_columns: [c], severity: warn }],
        agrees_with: [{ metric: others, within: 1 % }], change: { within: 30 % }, sql: [{ name: x, select: select 1 }]
      }`.replaceAll('\n', ' '),
      ),
    ).toEqual([
      { kind: 'references', severity: 'error', columns: ['lead_id'], to: 'leads', toColumns: ['lead_id'] },
      { kind: 'references', severity: 'warn', columns: ['a'], to: 'b', toColumns: ['c'] },
      { kind: 'agrees_with', severity: 'error', metric: 'others', within: 0.01 },
      { kind: 'change', severity: 'error', within: 0.3 },
      { kind: 'sql', severity: 'error', name: 'x', select: 'select 1' },
    ]);
  });

  test('implies that rows lie in a period, and what is published stands', () => {
    const implied = (contract: string) =>
      metricOf('mqls', contract).contract.map(({ place, at: _at, ...rule }) => ({ ...rule, line: place.line }));
    expect(implied('')).toEqual([
      { kind: 'dated', severity: 'error', line: 1 },
      { kind: 'restatement', severity: 'error', within: 0.01, line: 1 },
    ]);
    expect(implied('contract: { severity: warn, restatement: { within: 0 %, severity: error } }')).toEqual([
      { kind: 'dated', severity: 'warn', line: 1 },
      { kind: 'restatement', severity: 'error', within: 0, line: 12 },
    ]);
    expect(implied('contract: { restatement: false }')).toEqual([{ kind: 'dated', severity: 'error', line: 1 }]);
  });
});

describe('defaults of handover.yml', () => {
  const defaults = `    severity: warn
    range: [0, null]
    change: { within: 30 %, severity: error }
    unique: true`;

  test('hold where a metric says nothing, key by key', () => {
    expect(rulesOf('', defaults)).toEqual([
      { kind: 'range', severity: 'warn', low: 0, high: null },
      { kind: 'unique', severity: 'warn' },
      { kind: 'change', severity: 'error', within: 0.3 },
    ]);
    expect(rulesOf('{ range: [0, 1], unique: false, severity: error }', defaults)).toEqual([
      { kind: 'range', severity: 'error', low: 0, high: 1 },
      { kind: 'change', severity: 'error', within: 0.3 },
    ]);
  });

  test("are found where they stand, and the metric's own in its file", () => {
    const { contract } = metricOf('mqls', 'contract: { range: [0, 1] }', defaults);
    const places = contract.map(({ kind, place }) => `${kind} ${place.file}:${place.line}:${place.column}`);
    expect(places).toEqual([
      'dated metrics/mqls.yml:1:1',
      'range metrics/mqls.yml:12:20',
      'unique handover.yml:7:13',
      'change handover.yml:6:13',
      'restatement metrics/mqls.yml:1:1',
    ]);
  });

  test('are left out where they cannot be asked', () => {
    const keys = 'type: derived\nexpression: a / b\nunit: number';
    expect(rulesOf('', `${defaults}\n    adds_up: true\n    freshness: 3d`, keys).map(({ kind }) => kind)).toEqual([
      'range',
    ]);
  });
});

const said = (problems: readonly Diagnostic[]) =>
  problems.map(({ line, column, message, expected, fix }) => [`${line}:${column} ${message}`, fix ?? expected ?? '']);

describe('what is wrong with a contract', () => {
  test.each([
    ['{ range: [1, 0] }', '12:20 contract.range: 1 is above 0', 'Put the lower one first.'],
    ['{ range: { between: [5, 2] } }', '12:31 contract.range: 5 is above 2', 'Put the lower one first.'],
    ['{ volume: { within: 0 } }', '12:31 contract.volume.within: must be more than 0', ''],
    ['{ volume: { within: 50 } }', '12:31 contract.volume.within: 50 would be 5000 %', 'Write "50 %" or "5000 %".'],
    [
      '{ change: { within: -5 % } }',
      '12:31 contract.change.within: "-5 %" is not a number or a percentage such as 90 %',
      '',
    ],
    [
      '{ agrees_with: [{ metric: others, within: -1 }] }',
      '12:53 contract.agrees_with.0.within: must be more than 0',
      '',
    ],
    ['{ restatement: -1 }', '12:26 contract.restatement: must be 0 or more', ''],
    ['{ complete: { periods: 0 } }', '12:34 contract.complete.periods: must be 1 or more', ''],
    ['{ volume: { within: 50 %, of_last: 2 } }', '12:46 contract.volume.of_last: must be 3 or more', ''],
    ['{ freshness: 3 days }', '12:24 contract.freshness: an age is a number of hours or days, such as 36h or 3d', ''],
    ['{ reconciles_with: "" }', '12:30 contract.reconciles_with: an SQL select', ''],
    [
      '{ references: [{ columns: [a, b], to: leads, to_columns: [c] }] }',
      '12:68 2 columns cannot match 1 of leads',
      'as many to_columns as columns, in the same order',
    ],
    [
      '{ sql: [{ name: x, select: select 1 }, { name: x, select: select 2 }] }',
      '12:58 a second rule named "x"',
      'Rename one of them.',
    ],
    ['{ rnage: [0, 1] }', '12:13 unknown key "contract.rnage"', 'Did you mean "range"?'],
  ])('%s', (contract, message, help) => {
    expect(said(read('mqls', `contract: ${contract}`).problems)).toEqual([[message, help]]);
  });

  test.each([
    'unique: true',
    'freshness: 3d',
    'volume: { within: 50 % }',
    'adds_up: true',
    'reconciles_with: select 1',
  ])('%s, of a derived metric', (rule) => {
    const keys = `type: derived\nexpression: a / b\nunit: number\ncontract: { ${rule} }`;
    const [problem, ...others] = read('mqls', keys).problems;
    expect(others).toEqual([]);
    expect(problem?.message).toMatch(
      /^contract\.\w+ cannot be asked of "mqls": (a derived metric (has no rows of its own|counts no rows|has no parts that add up)|the values of a derived metric do not add up)$/,
    );
    expect(problem?.fix).toBe('Remove it.');
  });

  test.each([
    ['type: sum\nmodel: cycles\ntime: mql_at\nvalue: cycle_no', 'change: { within: 30 % }', 'sum metric from chance'],
    ['type: derived\nexpression: a / b\nunit: number', 'change: { within: 30 % }', 'derived metric from chance'],
    ['type: cumulative\nmetric: others', 'complete: true', 'shows the rows of those before it'],
  ])('%j with %s, which could never break', (keys, rule, why) => {
    expect(read('mqls', `${keys}\ncontract: { ${rule} }`).problems).toMatchObject([
      { message: expect.stringContaining(why), fix: 'Remove it.' },
    ]);
  });

  test('a sum of things that can be in several parts', () => {
    const keys = 'type: count_distinct\nmodel: cycles\ntime: mql_at\nkey: lead_id\ncontract: { adds_up: true }';
    expect(read('mqls', keys).problems).toMatchObject([
      { message: 'contract.adds_up cannot be asked of "mqls": the same one can be in several parts' },
    ]);
  });

  test('of the defaults is told where they stand, once', () => {
    const { problems } = read('mqls', '', '    range: [1, 0]');
    expect(problems).toMatchObject([{ file: 'handover.yml', line: 4, message: 'contract.range: 1 is above 0' }]);
  });
});
