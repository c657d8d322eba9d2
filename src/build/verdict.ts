import { type ContractResult, toDiagnostic } from '../contracts/check.ts';
import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { notSelected } from '../models/reasons.ts';
import type { ModelRun } from '../models/run.ts';
import type { WarehouseFiles } from '../state/files.ts';
import { readPublished } from '../state/published.ts';

/**
 * Stops the build when a contract of severity error does not hold; what was published stays.
 * @throws DiagnosticsError of kind `violation`, naming metric or model, rule, observed and expected.
 */
export function failOnViolations(contracts: readonly ContractResult[], files: WarehouseFiles): void {
  const broken = contractDiagnostics(contracts);
  if (broken.every(({ severity }) => severity === 'warning')) return;
  failOnErrors([...broken, whatStays(files)], 'violation');
}

/** Contracts that do not hold, as diagnostics; `warn` becomes a warning. All of one model stand together. */
export function contractDiagnostics(contracts: readonly ContractResult[]): Diagnostic[] {
  const violated = contracts.filter((contract) => !contract.passed);
  const models = [...new Set(violated.map(({ model }) => model))];
  return models.flatMap((model) => violated.filter((contract) => contract.model === model).map(toDiagnostic));
}

/**
 * Stops the build when a model could not be computed, with what is wrong with each; what was published stays.
 * @throws DiagnosticsError of kind `invalid`.
 */
export function failOnModels(models: readonly ModelRun[], files: WarehouseFiles): void {
  const problems = models.flatMap(({ problem }) => problem ?? []);
  if (problems.length === 0) return;
  const skipped = models
    .filter(({ status, because }) => status === 'skipped' && !because.includes(notSelected))
    .map(({ name }) => name);
  const left: Diagnostic[] =
    skipped.length === 0
      ? []
      : [{ code: 'skipped', severity: 'warning', message: `not run because of it: ${skipped.join(', ')}` }];
  const fix = 'Mend it and run "handover retry": what ran stays.';
  failOnErrors([...left, { ...whatStays(files), fix }, ...problems]);
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
