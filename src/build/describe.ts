import { failOnErrors } from '../diagnostics/diagnostic.ts';
import type { LoadResult } from '../load/load.ts';
import type { BuildResult } from './build.ts';
import type { Check } from './doctor.ts';
import type { ForgetResult } from './forget.ts';
import { contractDiagnostics } from './verdict.ts';

/** A build in a few lines for a person: what came in, what came out, what to look at. */
export function describeBuild(result: BuildResult): string {
  const violated = contractDiagnostics(result.contracts);
  const { contracts, unpublished } = result;
  const numbers = `${number(result.values)} metric values, ${contracts.length - violated.length} of ${contracts.length} contracts hold`;
  return [
    describeLoad(result.load),
    `data as of ${result.asOf}`,
    describeModels(result.models),
    ...(unpublished === undefined ? [numbers] : []),
    ...violated.map((contract) => `  warning ${contract.message} (expected ${contract.expected})`),
    unpublished === undefined ? `published ${result.published}` : `nothing was published: ${unpublished}`,
  ].join('\n');
}

/** The same for a later build that finds nothing to do. */
export function describeUnchanged(result: BuildResult): string {
  const violated = contractDiagnostics(result.contracts);
  return [
    `data as of ${result.asOf}`,
    ...violated.map((contract) => `  warning ${contract.message} (expected ${contract.expected})`),
    `published ${result.published}`,
  ].join('\n');
}

/** What ran, and which of it took longest. */
function describeModels(models: BuildResult['models']): string {
  const count = (status: string): number => models.filter((model) => model.status === status).length;
  const ran = models.filter(({ status, mode }) => status === 'ran' && mode !== null);
  const slowest = [...ran].sort((left, right) => right.milliseconds - left.milliseconds).slice(0, 3);
  const parts = [
    `${ran.length} of ${models.length} models ran`,
    ...(count('skipped') === 0 ? [] : [`${count('skipped')} are not up to date`]),
    ...(slowest.length < 2
      ? []
      : [`slowest ${slowest.map((model) => `${model.name} ${(model.milliseconds / 1000).toFixed(2)} s`).join(', ')}`]),
  ];
  return parts.join('; ');
}

/** The four counts, which add up to the rows read. */
export function describeLoad(load: LoadResult): string {
  const { read, loaded, duplicate, superseded, rejected } = load.rows;
  const counts = `${number(read)} rows read: ${number(loaded)} loaded, ${number(duplicate)} duplicate, ${number(superseded)} superseded, ${number(rejected)} rejected`;
  return rejected === 0 ? counts : `${counts} (see: handover show load_rejects)`;
}

/** Throws what a check found wrong, all at once. */
export function failedChecks(checks: readonly Check[]): void {
  failOnErrors(
    checks
      .filter(({ ok }) => !ok)
      .map(({ check, found, fix }) => ({
        code: 'doctor',
        severity: 'error' as const,
        message: `${check}: ${found}`,
        ...(fix === null ? {} : { fix }),
      })),
  );
}

/** What was removed, what could not be, and what only people can do. */
export function describeForgotten(result: ForgetResult, { hasSite }: { readonly hasSite: boolean }): string {
  const files = ({ path, rows }: ForgetResult['left'][number]): string =>
    `  ${path}: ${number(rows)} ${rows === 1 ? 'row' : 'rows'}`;
  return [
    `forgotten: ${result.ids.join(', ')} of source "${result.source}"`,
    ...(result.rewritten.length === 0 ? [] : ['taken out of dumps:', ...result.rewritten.map(files)]),
    `taken out of the published tables: ${number(result.publishedRows)} rows${hasSite ? '; the site was built again' : ''}`,
    ...(result.left.length === 0
      ? []
      : [
          'still in files that are not the project’s to change, or in rows of other leads too; no load takes it from there:',
          ...result.left.map(files),
        ]),
    'forgotten.csv keeps it out of later loads: commit it. Published counts stay until the next build.',
    ...(result.rewritten.length === 0 ? [] : ['Earlier commits and backups of these dumps still hold it.']),
  ].join('\n');
}

function number(value: number): string {
  return value.toLocaleString('en');
}
