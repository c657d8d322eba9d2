import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Agreement } from '../project/agreement.ts';
import type { YamlPath } from '../project/yaml-file.ts';

/**
 * What can be said of the agreements only together, and of the metrics that their promises name.
 * `agreements` by the day they take effect.
 */
export function checkAgreements(agreements: readonly Agreement[], metrics: readonly string[]): Diagnostic[] {
  return [
    ...agreements.flatMap((agreement, index) => compare(agreement, agreements.slice(0, index))),
    ...agreements.flatMap((agreement) => checkMetricNames(agreement, metrics)),
  ];
}

function compare(agreement: Agreement, earlier: readonly Agreement[]): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const report = (code: string, message: string, path: YamlPath, fix: string) =>
    problems.push({ code, severity: 'error', message, ...agreement.at(path), fix });

  const twin = earlier.find((other) => other.id === agreement.id);
  if (twin !== undefined) {
    report(
      'duplicate-agreement',
      `a second agreement "${agreement.id}"; the first is ${fileOf(twin)}`,
      ['id'],
      'Rename one.',
    );
  }
  const sameDay = earlier.find((other) => other.effectiveFrom === agreement.effectiveFrom);
  if (sameDay !== undefined) {
    const message = `two agreements take effect on ${agreement.effectiveFrom}; the other is ${fileOf(sameDay)}`;
    report(
      'same-effective-day',
      message,
      ['effective_from'],
      'Give each its own day: from it on, it alone is in force.',
    );
  }
  const [first] = earlier;
  if (first !== undefined && first.timeZone !== agreement.timeZone) {
    const message = `time zone "${agreement.timeZone}", but "${first.timeZone}" in ${fileOf(first)}`;
    report('different-time-zone', message, ['time_zone'], 'Count periods in one zone; a calendar may have its own.');
  }
  if (first !== undefined && first.fiscalYearStartMonth !== agreement.fiscalYearStartMonth) {
    const message = `another first month of the fiscal year than in ${fileOf(first)}`;
    report('different-fiscal-year', message, ['fiscal_year_starts'], 'Quarters must mean the same in all agreements.');
  }
  return problems;
}

function fileOf(agreement: Agreement): string {
  return agreement.at(['id']).file;
}

/** A promise on a metric that does not exist would never be measured. A project without any metric measures nothing yet. */
function checkMetricNames(agreement: Agreement, metrics: readonly string[]): Diagnostic[] {
  if (metrics.length === 0) return [];
  return agreement.promises
    .filter((promise) => !metrics.includes(promise.metric))
    .map((promise) => {
      const fix = didYouMean(promise.metric, metrics);
      return {
        code: 'unknown-metric',
        severity: 'error',
        message: `unknown metric "${promise.metric}"`,
        ...agreement.at([...promise.path, 'metric']),
        expected: 'the name of a metric in metrics/',
        ...(fix === undefined ? {} : { fix }),
      };
    });
}
