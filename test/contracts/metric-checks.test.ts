import { describe, expect, test } from 'vitest';
import { checkMetricContracts } from '../../src/contracts/check.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { metricOf } from './metric-world.ts';
import { readOne } from './world.ts';

const columns = new Map([
  [
    'cycles',
    new Map([
      ['lead_id', 'VARCHAR'],
      ['cycle_no', 'BIGINT'],
      ['mql_at', 'TIMESTAMP WITH TIME ZONE'],
    ]),
  ],
  [
    'leads',
    new Map([
      ['lead_id', 'VARCHAR'],
      ['number', 'INTEGER'],
    ]),
  ],
]);

const problemsOf = (contract: string, { grain = '[lead_id]', defaults = '' } = {}): Diagnostic[] => {
  const keys = contract === '' ? '' : `contract: ${contract}`;
  const metrics = [
    metricOf('mqls', keys, defaults === '' ? undefined : `    ${defaults}`),
    metricOf('others', '', defaults === '' ? undefined : `    ${defaults}`),
  ];
  const models = [
    ...readOne('cycles', `grain: ${grain}`),
    ...readOne('leads', 'grain: [lead_id]'),
    ...readOne('nowhere', 'materialized: ephemeral'),
  ];
  return checkMetricContracts({ models, metrics }, columns);
};

const told = (problems: readonly Diagnostic[]) =>
  problems.map(({ file, line, column, message, expected, fix }) => [
    `${file}:${line}:${column} ${message}`,
    fix ?? expected ?? '',
  ]);

describe('what a contract says of other models and metrics', () => {
  test('is right', () => {
    const contract = `{ unique: true, references: [{ columns: [cycle_no], to: leads, to_columns: [number] }], agrees_with: [{ metric: others }] }`;
    expect(problemsOf(contract)).toEqual([]);
  });

  test.each([
    ['{ agrees_with: [{ metric: other }] }', '12:37 unknown metric "other"', 'Did you mean "others"?'],
    ['{ agrees_with: [{ metric: mqls }] }', '12:37 "mqls" agrees with itself', 'another metric'],
    [
      '{ references: [{ columns: [lead], to: leads }] }',
      '12:38 unknown column "lead" in model "cycles"',
      'one of lead_id, cycle_no, mql_at',
    ],
    ['{ references: [{ columns: [lead_id], to: leeds }] }', '12:52 unknown model "leeds"', 'Did you mean "leads"?'],
    [
      '{ references: [{ columns: [lead_id], to: nowhere }] }',
      '12:52 "nowhere" is ephemeral: no table or view of it is there to be looked at',
      'Write "materialized: view" in nowhere.yml.',
    ],
    [
      '{ references: [{ columns: [lead_id], to: leads, to_columns: [number] }] }',
      '12:72 "lead_id" is VARCHAR, "number" of leads is INTEGER',
      'Cast one of them in its model.',
    ],
  ])('%s', (contract, message, help) => {
    expect(told(problemsOf(contract)).slice(0, 1)).toEqual([[`metrics/mqls.yml:${message}`, help]]);
  });

  test('a key that the model does not have', () => {
    expect(told(problemsOf('{ unique: true }', { grain: '[]' }))).toEqual([
      [
        'metrics/mqls.yml:12:21 "cycles" does not say what one row of it is',
        '"grain:" in cycles.yml, the columns that tell its rows apart',
      ],
    ]);
  });

  test('what handover.yml asks of all is asked where it can be', () => {
    expect(problemsOf('', { grain: '[]', defaults: 'unique: true' })).toEqual([]);
    expect(problemsOf('', { defaults: 'agrees_with: [{ metric: others }]' })).toEqual([]);
  });
});
