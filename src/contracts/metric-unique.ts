import { quoteIdentifier } from '../warehouse/warehouse.ts';
import { isCounted, metricsOn, rulesOf, ruleText } from './metric-rule.ts';
import type { RowRules } from './row-rule.ts';
import { hasColumn } from './rule.ts';
import { onceRule } from './unique.ts';

/** No two of the rows that a metric counts share the grain of its model; a model without one is told of elsewhere. */
export const metricUnique: RowRules = (context, model) => {
  if (model.grain.length === 0 || !model.grain.every((name) => hasColumn(context, model, name))) return [];
  return metricsOn(context, model).flatMap((metric) =>
    rulesOf(metric.contract, 'unique').map(({ severity, place }) => {
      const from = { ...model, name: metric.model };
      const rows = `(select * from main.${quoteIdentifier(metric.model)} where ${isCounted(metric)}) as counted`;
      return {
        rule: ruleText(context, metric, `unique(${model.grain.join(', ')})`),
        metric: metric.name,
        severity,
        place,
        ...onceRule(context, from, { names: model.grain, rows }),
      };
    }),
  );
};
