import type { Warehouse } from '../warehouse/warehouse.ts';
import { acceptedValues } from './accepted-values.ts';
import { AuditTables } from './audit.ts';
import { checkRows } from './check-rows.ts';
import { checkValues } from './check-values.ts';
import { checkColumns } from './columns.ts';
import { openContext } from './context.ts';
import { dated } from './dated.ts';
import { questionsOf, readEarlier, writeAnswers } from './earlier.ts';
import { expressions } from './expressions.ts';
import { freshness } from './freshness.ts';
import { metricReferences } from './metric-references.ts';
import { metricUnique } from './metric-unique.ts';
import { notNull } from './not-null.ts';
import { personal, personalColumns } from './personal.ts';
import { relationships } from './relationships.ts';
import { writeResults } from './results.ts';
import { type RowRules, toResult } from './row-rule.ts';
import { type ContractContext, type ContractResult, isChecked } from './rule.ts';
import { type ChangeSince, stillHolding } from './still-holds.ts';
import { canonicalTypes } from './types.ts';
import { unique } from './unique.ts';

export { checkMetricContracts } from './check-metrics.ts';
export { checkModelContracts } from './check-models.ts';
export { contractDifferences } from './columns.ts';
export type { ContractResult } from './rule.ts';
export { toDiagnostic } from './tell.ts';

const rowRules: readonly RowRules[] = [
  ...[unique, notNull, acceptedValues, relationships, expressions, personal],
  ...[dated, metricUnique, metricReferences],
];

export interface CheckOptions {
  /** ISO instants. */
  readonly asOf: string;
  readonly now: string;
  /**
   * What each model holds now, as a hash. A rule that asks the same of a model that holds the same keeps its result, and
   * the rows that broke it. Without it all is checked.
   */
  readonly contents?: ReadonlyMap<string, string>;
  /** With it a rule that held before is asked of the rows alone that changed since, where these can tell. */
  readonly changeSince?: ChangeSince;
  /** Asks everything anew, and remembers the answers. */
  readonly isWhole?: boolean;
}

/**
 * Checks every rule that the project asks for and (re)creates main.contract_results and, for rules that rows break, the
 * tables of schema audit. A rule that does not hold is a result like any other: nothing is thrown for it, the build
 * decides. The models, sla.dates and main.metric_values must be there.
 */
export async function checkContracts(
  warehouse: Warehouse,
  project: ContractContext['project'],
  options: CheckOptions,
): Promise<ContractResult[]> {
  const context = await openContext(warehouse, project, options);
  const models = project.models.filter(isChecked);
  const types = await canonicalTypes(warehouse, models);
  const asked = models.map((model) => ({ model, rules: rowRules.flatMap((rulesOf) => rulesOf(context, model)) }));
  const { contents = new Map<string, string>(), changeSince = unknownChange } = options;
  const questions = questionsOf(asked, contents);
  const { results: answers, heldOn } = await readEarlier(warehouse, options.isWhole ? new Map() : questions);
  const audit = await AuditTables.open(
    warehouse,
    [...answers.values()].flatMap(({ rowsIn }) => rowsIn ?? []),
  );

  const results = [...freshness(context)];
  for (const { model, rules } of asked) {
    const held = rules.filter((rule) => heldOn.has(rule));
    const holding = await stillHolding({ context, contents, changeSince, heldOn }, model, held);
    for (const rule of holding) answers.set(rule, toResult(rule));
    const open = rules.filter((rule) => !answers.has(rule));
    for (const [rule, result] of await checkRows({ context, model, audit }, open)) answers.set(rule, result);
    results.push(
      ...checkColumns(model, context.columns.get(model.name) ?? new Map(), types),
      ...personalColumns(context, model),
      ...rules.flatMap((rule) => answers.get(rule) ?? []),
    );
  }
  results.push(...(await checkValues(context, audit)));
  await writeResults(warehouse, results);
  await writeAnswers(warehouse, questions, answers);
  return results;
}

const unknownChange: ChangeSince = () => Promise.resolve(undefined);
