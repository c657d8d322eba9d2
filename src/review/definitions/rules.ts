import type { ChangeRule } from './fields.ts';
import { agreementRules } from './rules-agreements.ts';
import { contractRules } from './rules-contracts.ts';
import { metricRules } from './rules-metrics.ts';
import { modelRules } from './rules-models.ts';
import { otherRules } from './rules-others.ts';

/** What every kind of change does; what no rule names counts as breaking. Documented in docs/review-rules.md. */
export const changeRules: readonly ChangeRule[] = [
  ...agreementRules,
  ...metricRules,
  ...contractRules,
  ...modelRules,
  ...otherRules,
];
