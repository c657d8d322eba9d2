import { expect, it } from 'vitest';
import { failOnViolations } from '../../src/build/verdict.ts';
import type { ContractResult } from '../../src/contracts/check.ts';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { warehouseFiles } from '../../src/state/files.ts';

const result = (rule: string, severity: ContractResult['severity'], passed: boolean): ContractResult => ({
  ...{ metric: 'won_deals', model: 'deals', rule, severity, passed },
  ...{ observed: 'this', expected: 'that', sample: null, rowsIn: null },
});

function told(contracts: readonly ContractResult[]): readonly string[] {
  try {
    failOnViolations(contracts, warehouseFiles('nowhere'));
    return [];
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    return [
      error.kind,
      ...error.diagnostics.map(({ severity, message }) => `${severity} ${message.split(':')[1] ?? message}`),
    ];
  }
}

it('lets warnings pass', () => {
  expect(told([result('range', 'error', true), result('change', 'warn', false)])).toEqual([]);
});

it('tells all that does not hold when one rule stops the build, the warnings too', () => {
  const contracts = [result('range', 'error', false), result('change', 'warn', false), result('unique', 'error', true)];
  expect(told(contracts)).toEqual([
    'violation',
    'error  range does not hold',
    'warning  change does not hold',
    'warning nothing was published',
  ]);
});
