import type { ContractResult } from '../contracts/check.ts';
import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import type { WarehouseFiles } from '../state/files.ts';
import { readPublished } from '../state/published.ts';

/**
 * Stops the build when a contract of severity error does not hold; what was published stays.
 * @throws DiagnosticsError of kind `violation`, naming metric or model, rule, observed and expected.
 */
export function failOnViolations(contracts: readonly ContractResult[], files: WarehouseFiles): void {
  const violations = contractDiagnostics(contracts).filter((diagnostic) => diagnostic.severity === 'error');
  if (violations.length === 0) return;
  failOnErrors([...violations, whatStays(files)], 'violation');
}

/** Contracts that do not hold, as diagnostics; `warn` becomes a warning. */
export function contractDiagnostics(contracts: readonly ContractResult[]): Diagnostic[] {
  return contracts
    .filter((contract) => !contract.passed)
    .map((contract) => ({
      code: 'contract-violated',
      severity: contract.severity === 'error' ? 'error' : 'warning',
      message: `${contract.metric ?? contract.model ?? 'the data'}: ${contract.rule} does not hold: ${contract.observed}`,
      ...(contract.place ?? {}),
      expected: contract.expected,
    }));
}

function whatStays(files: WarehouseFiles): Diagnostic {
  const published = readPublished(files.record);
  return {
    code: 'not-published',
    severity: 'warning',
    message:
      published === undefined
        ? 'nothing was published'
        : `nothing was published; readers still see the data as of ${published.asOf}, published ${published.publishedAt}`,
  };
}
