import type { Metric } from '../project/metric-file.ts';
import { quoteIdentifier, quoteLiteral } from '../warehouse/warehouse.ts';
import { type RowRules, rowRule } from './row-rule.ts';
import { hasColumn } from './rule.ts';

/** Every row that a metric counts lies in a period that the calendar knows; one that does not would vanish unseen. */
export const dated: RowRules = (context, model) => {
  const names = context.project.models
    .filter(({ name, aliasOf }) => name === model.name || aliasOf === model.name)
    .map(({ name }) => name);
  return context.project.metrics
    .filter((metric) => names.includes(metric.model) && hasColumn(context, model, metric.time))
    .map((metric) => {
      const time = quoteIdentifier(metric.time);
      const { from, to } = context.periods;
      const isOutside = `(${time} < timestamptz ${quoteLiteral(from)} or ${time} >= timestamptz ${quoteLiteral(to)})`;
      const rule = rowRule(
        { ...model, name: metric.model },
        {
          rule: `dated(${metric.time})`,
          metric: metric.name,
          severity: metric.contract?.severity ?? 'error',
          breaks: `${isOutside} and (${metric.filter ?? 'true'}\n)`,
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
};

function placeOf(metric: Metric): ReturnType<Metric['at']> {
  return metric.at([metric.type === 'conversion' ? 'from' : 'time']);
}
