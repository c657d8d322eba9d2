import type { Metric } from '../project/metric-file.ts';
import { quoteIdentifier } from '../warehouse/warehouse.ts';
import { type ContractContext, type ContractResult, counted, type Rule, sampleSize } from './rule.ts';

/** Every row that a metric counts lies in a period that the calendar knows; one that does not would vanish unseen. */
export const dated: Rule = async (context) => {
  const results: ContractResult[] = [];
  for (const metric of context.project.metrics) results.push(await checkDated(context, metric));
  return results;
};

async function checkDated({ warehouse }: ContractContext, metric: Metric): Promise<ContractResult> {
  const time = quoteIdentifier(metric.time);
  const [found] = await warehouse.rows<{ breaks: number; sample: string[] | null }>(`
    select
        count(*) as breaks,
        min(cast(${time} as varchar), ${sampleSize}) as sample
    from main.${quoteIdentifier(metric.model)}
    where
        ${time} is not null
        and (${metric.filter ?? 'true'}\n)
        and not coalesce(epoch_us(${time}) // 86400000000 
            between (select min(utc_day) from sla.dates) and (select max(utc_day) from sla.dates), false)`);
  const breaks = found?.breaks ?? 0;
  const sample = breaks === 0 ? null : (found?.sample ?? []).join('; ');
  return {
    metric: metric.name,
    model: metric.model,
    rule: `dated(${metric.time})`,
    severity: metric.contract?.severity ?? 'error',
    passed: breaks === 0,
    observed: breaks === 0 ? 'every row lies in a period' : `${counted(breaks, 'row')} in no period: ${sample}`,
    expected: 'instants from 1970 to 2099',
    sample,
    place: metric.at([metric.type === 'conversion' ? 'from' : 'time']),
  };
}
