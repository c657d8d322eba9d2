import { isOfRows, type MetricSpec } from './metric.ts';
import type { MetricRule } from './metric-contract.ts';

type Kind = MetricRule['kind'];

/** Whether a rule can be asked of a metric of its type. */
export function appliesTo(kind: Kind, spec: MetricSpec): boolean {
  return whyNot(kind, spec) === undefined;
}

/** Why a rule can say nothing of a metric of its type; undefined when it can. */
export function whyNot(kind: Kind, spec: MetricSpec): string | undefined {
  switch (kind) {
    case 'dated':
    case 'unique':
    case 'references':
    case 'freshness':
      return isOfRows(spec) ? undefined : `a ${named(spec)} metric has no rows of its own`;
    case 'volume':
      return isOfRows(spec) || spec.type === 'cumulative' ? undefined : `a ${named(spec)} metric counts no rows`;
    case 'complete':
      return spec.type === 'cumulative' ? 'a period without rows shows the rows of those before it' : undefined;
    case 'change':
      return whyChangeIsNotTold(spec);
    case 'adds_up':
      return whyPartsDoNotAdd(spec);
    case 'reconciles_with':
      return whyPeriodsDoNotAdd(spec);
    default:
      return undefined;
  }
}

/** Every row has one value of each dimension; what stands for several rows may be in several parts. */
function whyPartsDoNotAdd(spec: MetricSpec): string | undefined {
  switch (spec.type) {
    case 'count_distinct':
      return 'the same one can be in several parts';
    case 'conversion':
      return spec.counts === 'entities' ? 'the same one can be in several parts' : undefined;
    case 'cumulative':
    case 'derived':
    case 'ratio_of_metrics':
      return `a ${named(spec)} metric has no parts that add up`;
    default:
      return undefined;
  }
}

/** What has no interval, or shares rows with the period before, never tells a change from chance. */
function whyChangeIsNotTold(spec: MetricSpec): string | undefined {
  const isNeverTold =
    ['sum', 'cumulative', 'derived', 'ratio_of_metrics'].includes(spec.type) ||
    (spec.type === 'conversion' && spec.counts === 'conversions');
  return isNeverTold ? `nobody can tell a change of a ${named(spec)} metric from chance` : undefined;
}

function whyPeriodsDoNotAdd(spec: MetricSpec): string | undefined {
  switch (spec.type) {
    case 'count_distinct':
      return 'the same one can be in several periods';
    case 'conversion':
      return spec.counts === 'entities' ? 'the same one can be in several periods' : undefined;
    case 'cumulative':
      return 'its periods overlap';
    case 'derived':
    case 'ratio_of_metrics':
      return `the values of a ${named(spec)} metric do not add up`;
    default:
      return undefined;
  }
}

function named({ type }: MetricSpec): string {
  return type === 'ratio_of_metrics' ? 'ratio' : type;
}
