import { isOfRows, type Metric, versionedName } from '../project/metric.ts';
import type { MetricRule } from '../project/metric-contract.ts';
import { quoteLiteral } from '../warehouse/warehouse.ts';
import type { OdcsQuality } from './odcs.ts';
import { severityOf } from './odcs-models.ts';

type Said = Pick<OdcsQuality, 'description' | 'dimension'> & {
  readonly method?: 'reconciliation';
  /** A number that must be 0. */
  readonly query?: string;
};

/** What a version of a metric promises of its values. A rule that a select over published tables can tell has one. */
export function metricQuality(metric: Metric): OdcsQuality[] {
  return metric.contract.map((rule): OdcsQuality => {
    const { query, ...said } = sayRule(metric, rule);
    const common = {
      name: `${versionedName(metric)} ${rule.kind === 'sql' ? rule.name : rule.kind}`,
      ...said,
      severity: severityOf(rule.severity),
      customProperties: [
        { property: 'metric', value: metric.name },
        { property: 'metricVersion', value: metric.version },
      ],
    };
    return query === undefined ? { ...common, type: 'text' } : { ...common, type: 'sql', query, mustBe: 0 };
  });
}

function sayRule(metric: Metric, rule: MetricRule): Said {
  switch (rule.kind) {
    case 'dated':
      return { dimension: 'completeness', description: 'Every row that is counted lies in a period.' };
    case 'unique':
      return { dimension: 'uniqueness', description: 'No row is counted twice.' };
    case 'adds_up':
      return { dimension: 'consistency', description: 'The parts of each dimension add up to the whole.' };
    case 'range':
      return {
        dimension: 'conformity',
        description: `Every value is ${between(rule.low, rule.high)}.`,
        query: outside(metric, rule.low, rule.high),
      };
    case 'complete': {
      const which =
        rule.periods === undefined ? 'Every period that is over' : `Each of the last ${rule.periods} periods`;
      return { dimension: 'completeness', description: `${which} has rows.` };
    }
    case 'freshness': {
      const newest = isOfRows(metric) ? `The newest ${metric.time} of ${metric.model}` : 'The newest row';
      return {
        dimension: 'timeliness',
        description: `${newest} is at most ${rule.maxAgeHours} hours older than the data.`,
      };
    }
    case 'volume':
      return {
        dimension: 'coverage',
        description: `The sample of the last period that is over is within ${percent(rule.within)} of the median of the ${rule.ofLast} before it.`,
      };
    case 'reconciles_with':
      return {
        dimension: 'accuracy',
        method: 'reconciliation',
        description: `All periods add up to what this select finds${give(rule.within)}: ${oneLine(rule.select)}`,
      };
    case 'references':
      return {
        dimension: 'consistency',
        description: `Every ${rule.columns.join(', ')} that is counted is found in ${rule.to} (${rule.toColumns.join(', ')}).`,
      };
    case 'agrees_with':
      return { dimension: 'consistency', description: `It says what ${rule.metric} says${give(rule.within)}.` };
    case 'change':
      return {
        description: `From the period before, the last one that is over moves by at most ${percent(rule.within)}, unless chance explains it.`,
      };
    case 'restatement':
      return {
        dimension: 'consistency',
        description: `A value that was published stays what it was, give or take ${restated(metric, rule.within)}.`,
      };
    case 'sql':
      return {
        description: `No row breaks "${rule.name}".`,
        query: `select count(*) from (${oneLine(rule.select)}) as broken`,
      };
  }
}

function outside({ name, version }: Metric, low: number | null, high: number | null): string {
  const sides = [...(low === null ? [] : [`value < ${low}`]), ...(high === null ? [] : [`value > ${high}`])];
  const breaks = sides.length === 0 ? 'false' : `(${sides.join(' or ')})`;
  return `select count(*) from metric_values where metric = ${quoteLiteral(name)} and version = ${version} and ${breaks}`;
}

function between(low: number | null, high: number | null): string {
  if (low !== null && high !== null) return `between ${low} and ${high}`;
  return low !== null ? `${low} or more` : high !== null ? `${high} or less` : 'any number';
}

function give(within: number | undefined): string {
  return within === undefined ? '' : `, give or take ${percent(within)}`;
}

function restated({ unit }: Metric, within: number): string {
  if (unit !== 'percent') return percent(within);
  const points = number(within * 100);
  return `${points} percentage ${points === '1' ? 'point' : 'points'}`;
}

function percent(share: number): string {
  return `${number(share * 100)} %`;
}

/** 0.07 × 100 is 7.000000000000001. */
function number(amount: number): string {
  return String(Number(amount.toPrecision(12)));
}

/** A select without what would end it: a closing semicolon, or a comment that runs to the end of a line. */
function oneLine(select: string): string {
  const text = select.trim().replace(/;\s*$/, '');
  return text.includes('--') ? `${text}\n` : text.replaceAll(/\s+/g, ' ');
}
