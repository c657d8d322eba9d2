import type { LoadResult } from '../load/load.ts';
import type { BuildResult } from './build.ts';
import { contractDiagnostics } from './verdict.ts';

/** A build in a few lines for a person: what came in, what came out, what to look at. */
export function describeBuild(result: BuildResult): string {
  const violated = contractDiagnostics(result.contracts);
  return [
    describeLoad(result.load),
    `data as of ${result.asOf}`,
    `${result.models.length} models, ${number(result.values)} metric values, ${result.contracts.length - violated.length} of ${result.contracts.length} contracts hold`,
    ...violated.map((contract) => `  warning ${contract.message} (expected ${contract.expected})`),
    `published ${result.published}`,
  ].join('\n');
}

/** The four counts, which add up to the rows read. */
export function describeLoad(load: LoadResult): string {
  const { read, loaded, duplicate, superseded, rejected } = load.rows;
  const counts = `${number(read)} rows read: ${number(loaded)} loaded, ${number(duplicate)} duplicate, ${number(superseded)} superseded, ${number(rejected)} rejected`;
  return rejected === 0 ? counts : `${counts} (see: handover show load_rejects)`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
