import type { MetricRule } from '../project/metric-contract.ts';
import { addsUp } from './adds-up.ts';
import { agreesWith } from './agrees-with.ts';
import type { AuditTables } from './audit.ts';
import { change } from './change.ts';
import { complete } from './complete.ts';
import { metricFreshness } from './metric-freshness.ts';
import type { Answer, MetricCheck } from './metric-rule.ts';
import { ownSelects } from './own-select.ts';
import { range } from './range.ts';
import { reconcilesWith } from './reconciles-with.ts';
import type { ContractContext, ContractResult } from './rule.ts';
import { uniqueValues } from './unique-values.ts';
import { volume } from './volume.ts';

const checks: readonly MetricCheck[] = [
  ...[range, complete, metricFreshness, volume, uniqueValues],
  ...[addsUp, reconcilesWith, agreesWith, change],
];

/** Checks what contracts ask of metric values, metric by metric in the order that their files have. */
export async function checkValues(context: ContractContext, audit: AuditTables): Promise<ContractResult[]> {
  const answers: Answer[] = [];
  for (const check of checks) answers.push(...(await check(context)));
  answers.push(...(await ownSelects(context, audit)));
  const results = new Map<MetricRule, ContractResult>(answers.map(({ rule, result }) => [rule, result]));
  return context.project.metrics.flatMap(({ contract }) => contract.flatMap((rule) => results.get(rule) ?? []));
}
