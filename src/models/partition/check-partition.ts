import type { Known } from '../lineage/context.ts';
import { resolveStatement } from '../lineage/resolve-query.ts';
import { Checker } from './checker.ts';
import { noOuter } from './keys.ts';
import { type PartitionProblem, reasons } from './problems.ts';
import { isKeyAt } from './query-rows.ts';

export type { PartitionProblem } from './problems.ts';

export interface PartitionOptions extends Known {
  /** The column of the result that tells the partition. */
  readonly partitionBy: string;
  /** The models that are cut to some keys, each by which of its columns; lower case. */
  readonly inputs: ReadonlyMap<string, string>;
}

/**
 * Why a model cannot be computed for some keys alone, by running its SQL (one statement of `json_serialize_sql`) over
 * those rows of its inputs that have these keys. Empty when that is sure to give what a run over all rows gives for
 * these keys; what cannot be shown to be safe is refused. Key columns have to be of one type, and equal only when they
 * are the same; null is a key like any other. Pure.
 */
export function checkPartition(statement: unknown, options: PartitionOptions): readonly PartitionProblem[] {
  const { partitionBy, inputs } = options;
  const query = resolveStatement(statement, options);
  const checker = new Checker(inputs, partitionBy);
  const rows = checker.query(query, noOuter);
  for (const input of inputs.keys()) {
    if (!checker.read.has(input)) checker.refuse(reasons.unread(input), undefined);
  }
  if (rows.kind === 'refused' || checker.problems.length > 0) return inOrder(checker.problems);
  const place = query.columns.findIndex(({ name }) => name?.toLowerCase() === partitionBy.toLowerCase());
  if (rows.kind === 'whole') checker.refuse(reasons.nothingCut(partitionBy), query.position);
  else if (place < 0) checker.refuse(reasons.noOutput(partitionBy), query.position);
  else if (!isKeyAt(rows, query, place)) checker.refuse(reasons.notKey(partitionBy), query.position);
  return inOrder(checker.problems);
}

/** Each problem once, in the order of the text. */
function inOrder(problems: readonly PartitionProblem[]): readonly PartitionProblem[] {
  const once = new Map(problems.map((problem) => [`${problem.position} ${problem.reason}`, problem]));
  return [...once.values()].sort((left, right) => (left.position ?? 0) - (right.position ?? 0));
}
