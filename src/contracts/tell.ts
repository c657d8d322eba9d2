import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ContractResult } from './rule.ts';

/** A rule that does not hold, for people: what, where, what was found, and how to look at it. */
export function toDiagnostic(result: ContractResult): Diagnostic {
  const holds = result.rule === 'columns' ? 'do not hold' : 'does not hold';
  return {
    code: 'contract-violated',
    severity: result.severity === 'error' ? 'error' : 'warning',
    message: `${result.metric ?? result.model ?? 'the data'}: ${result.rule} ${holds}:${observation(result)}`,
    ...(result.place ?? {}),
    expected: result.expected,
  };
}

/** Several findings stand in a line each. */
function observation({ observed, parts = [], rowsIn }: ContractResult): string {
  const found = parts.length > 1 ? parts.map((part) => `\n    ${part}`).join('') : ` ${observed}`;
  return rowsIn === null ? found : `${found}; see: handover show ${rowsIn}`;
}
