import { isCounted, metricsOn, rulesOf, ruleText } from './metric-rule.ts';
import { referenceRule, references, targetOf } from './relationships.ts';
import type { RowRule, RowRules } from './row-rule.ts';

/** What the rows that a metric counts name of another model is there. */
export const metricReferences: RowRules = (context, model) =>
  metricsOn(context, model).flatMap((metric) =>
    rulesOf(metric.contract, 'references').flatMap((spec): RowRule[] => {
      const target = targetOf(context, model, spec);
      if (target === undefined) return [];
      const rule = ruleText(context, metric, `references(${references(spec, target)})`);
      const { severity, place } = spec;
      const own = { rule, metric: metric.name, severity, place };
      return [{ ...own, ...referenceRule({ ...model, name: metric.model }, target, spec, isCounted(metric)) }];
    }),
  );
