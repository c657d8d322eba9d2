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
    ...result.warnings.map(({ message }) => `warning ${message}`),
    `data as of ${result.asOf}`,
    ...violated.map((contract) => `  warning ${contract.message} (expected ${contract.expected})`),
    `published ${result.published}`,
  ].join('\n');
}

/** A preview for the person who saved a file: per model what became of its rows, then which metric values moved. */
export function describeChanges({ models, changes, metricChanges, contracts }: BuildResult): string {
  const ran = new Map(models.filter(({ status }) => status === 'ran').map((model) => [model.name, model]));
  const violated = contractDiagnostics(contracts).map(({ severity, message }) => `${severity} ${message}`);
  const lines = [...changes.flatMap((change) => describeModelChange(change, ran.get(change.model)?.because[0]))];
  if (lines.length === 0)
    lines.push(ran.size === 0 ? 'no model had to run' : `${[...ran.keys()].join(', ')} ran for the first time`);
  return [...lines, ...metricChanges.map(describeMetricChange), ...violated].join('\n');
}

type Change = BuildResult['changes'][number];

function describeModelChange(change: Change, because: string | undefined): string[] {
  const { model, rowsBefore, rowsAfter, added, removed, changed, columns, columnsAdded, columnsRemoved } = change;
  const rows =
    rowsBefore === rowsAfter ? `${number(rowsAfter)} rows` : `${number(rowsBefore)} → ${number(rowsAfter)} rows`;
  const parts = [`+${number(added)}`, `−${number(removed)}`, ...(changed === null ? [] : [`~${number(changed)}`])];
  const isSame = added + removed + (changed ?? 0) === 0;
  const schema = [
    ...columnsAdded.map((name) => `+ column ${name}`),
    ...columnsRemoved.map((name) => `− column ${name}`),
  ];
  return [
    `${model}  ${rows}  ${isSame ? 'the same rows' : parts.join(' ')}${because === undefined ? '' : `  because ${because}`}`,
    ...schema.map((line) => `  ${line}`),
    ...columns.map(
      ({ column, rows: count, top }) =>
        `  ${column}: ${number(count)} ${count === 1 ? 'row' : 'rows'}: ${top.map(({ before, after, rows: times }) => `${before} → ${after}${times === 1 ? '' : ` (${number(times)})`}`).join(', ')}${top.reduce((sum, { rows: times }) => sum + times, 0) < count ? ', …' : ''}`,
    ),
  ];
}

function describeMetricChange({ metric, values, changed, newest }: BuildResult['metricChanges'][number]): string {
  const value = (found: number | null): string => (found === null ? 'none' : String(Number(found.toPrecision(4))));
  const told =
    newest === null ? '' : `; ${newest.grain} of ${newest.period}: ${value(newest.before)} → ${value(newest.after)}`;
  return `metric ${metric}  ${number(changed)} of ${number(values)} values changed${told}`;
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
