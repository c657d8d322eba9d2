import { outOfMemory } from '../warehouse/out-of-memory.ts';
import { SqlError } from '../warehouse/warehouse.ts';
import type { ContractResult } from './rule.ts';

/** Kinds of errors that say nothing of the rule: somebody stopped it, or the machine could not. */
const isNoAnswer = /^(Interrupt|Out of Memory|IO|Fatal|Internal)$/i;

/** What DuckDB says of the SQL and the data; anything else goes on up. */
export function failUnlessRefused(
  error: unknown,
  { contractOf, file }: { readonly contractOf: string; readonly file: string },
): SqlError {
  if (error instanceof SqlError && !isNoAnswer.test(error.kind)) return error;
  if (!(error instanceof SqlError)) throw error;
  throw outOfMemory(error, { while: `the contracts of "${contractOf}" were checked`, file }) ?? error;
}

/** Nobody knows whether it holds, which is no matter of warning. */
export function uncheckable(refused: SqlError): Pick<ContractResult, 'severity' | 'passed' | 'observed'> {
  return {
    severity: 'error',
    passed: false,
    observed: `it could not be checked: ${refused.message.split('\n')[0]}`,
  };
}
