import type { Metric, RowSpec } from '../project/metric.ts';
import { quoteIdentifier, quoteLiteral } from '../warehouse/warehouse.ts';
import { isCounted, metricsOn, rulesOf, ruleText } from './metric-rule.ts';
import { type RowRules, rowRule } from './row-rule.ts';
import { hasColumn } from './rule.ts';

/** Every row that a metric counts lies in a period that the calendar knows; one that does not would vanish unseen. */
export const dated: RowRules = (context, model) =>
  metricsOn(context, model)
    .filter((metric) => hasColumn(context, model, metric.time))
    .flatMap((metric) => rulesOf(metric.contract, 'dated').map(({ severity }) => ({ metric, severity })))
    .map(({ metric, severity }) => {
      const time = quoteIdentifier(metric.time);
      const { from, to } = context.periods;
      const isOutside = `(${time} < timestamptz ${quoteLiteral(from)} or ${time} >= timestamptz ${quoteLiteral(to)})`;
      const rule = rowRule(
        { ...model, name: metric.model },
        {
          rule: ruleText(context, metric, `dated(${metric.time})`),
          metric: metric.name,
          severity,
          breaks: `${isOutside} and ${isCounted(metric)}`,
          suspects: [isOutside],
          shows: `cast(${time} as varchar)`,
          trouble: 'in no period',
          holds: 'every row lies in a period',
          expected: 'instants from 1970 to 2099',
          at: placeOf(metric),
        },
      );
      // Its filter may name the model: a metric on the bare name of versions is looked at there.
      return metric.model === model.name ? rule : { ...rule, signs: [] };
    });

function placeOf(metric: Metric & RowSpec): ReturnType<Metric['at']> {
  if (metric.type === 'duration' && metric.time === metric.start) return metric.at(['start']);
  return metric.at([metric.type === 'conversion' ? 'from' : 'time']);
}
