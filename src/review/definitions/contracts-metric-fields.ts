import type { Metric } from '../../project/metric.ts';
import type { MetricRule } from '../../project/metric-contract.ts';
import { askedField, type Strictness } from './contracts-asked.ts';
import { code, listed } from './definition-change.ts';
import type { Field } from './fields.ts';
import { counted, digits, percent } from './metrics-phrases.ts';
import type { SqlForms } from './sql-forms.ts';

export interface ContractContext {
  readonly forms: SqlForms;
  /** What a metric is called for people. */
  readonly labelOf: (name: string) => string;
}

/** A rule and what it is as a field. */
interface RuleField {
  readonly rule: MetricRule;
  readonly field: Field;
}

/** The rules of a metric's contract, its own and those that it has from elsewhere. */
export function metricRuleFields({ contract }: Metric, context: ContractContext): RuleField[] {
  const seen = new Map<string, number>();
  return contract.map((rule) => {
    const key = [rule.kind, ...partsOf(rule)].join('.');
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    const asked = { severity: rule.severity, says: saysOf(rule, context), strictness: strictnessOf(rule, context) };
    return { rule, field: askedField(count === 1 ? key : `${key}.${count}`, rule.kind, asked, asks(rule, context)) };
  });
}

/** What tells rules of one kind apart. */
function partsOf(rule: MetricRule): string[] {
  if (rule.kind === 'references') return [rule.columns.join(','), rule.to];
  if (rule.kind === 'agrees_with') return [rule.metric];
  return rule.kind === 'sql' ? [rule.name] : [];
}

/** Everything that it says beside its severity, so that what is new counts. */
function saysOf(rule: MetricRule, { forms }: ContractContext): unknown {
  const { kind: _, severity: __, place: ___, at: ____, ...says } = rule;
  if (rule.kind === 'references') {
    const pairs = rule.columns.map((column, index) => [column, rule.toColumns[index]].join(' = ').toLowerCase());
    return { ...says, columns: pairs.sort(), toColumns: null };
  }
  // A rule is known by its name already.
  return 'select' in says ? { ...says, select: forms.formOf(says.select), name: null } : says;
}

function strictnessOf(rule: MetricRule, { forms }: ContractContext): Strictness {
  switch (rule.kind) {
    case 'range': {
      const low = rule.low ?? Number.NEGATIVE_INFINITY;
      return { of: '', bounds: [low, -(rule.high ?? Number.POSITIVE_INFINITY)] };
    }
    case 'complete':
      return { of: '', bounds: [rule.periods ?? Number.POSITIVE_INFINITY] };
    case 'freshness':
      return { of: '', bounds: [-rule.maxAgeHours] };
    case 'volume':
      return { of: String(rule.ofLast), bounds: [-rule.within] };
    case 'reconciles_with':
      return { of: forms.formOf(rule.select), bounds: [-(rule.within ?? 0)] };
    case 'agrees_with':
      return { of: '', bounds: [-(rule.within ?? 0)] };
    case 'change':
    case 'restatement':
      return { of: '', bounds: [-rule.within] };
    default:
      return { of: '', bounds: [] };
  }
}

/** What it asks, after "that". */
function asks(rule: MetricRule, { labelOf }: ContractContext): string {
  switch (rule.kind) {
    case 'dated':
      return 'every row lies in a period';
    case 'unique':
      return 'no row is counted twice';
    case 'adds_up':
      return 'parts add up to the whole';
    case 'range':
      return range(rule);
    case 'complete':
      return rule.periods === undefined
        ? 'every period that is over has rows'
        : `each of the last ${counted(rule.periods, 'period')} has rows`;
    case 'freshness':
      return `the newest row is at most ${counted(rule.maxAgeHours, 'hour')} old`;
    case 'volume':
      return `the last period has as many rows as the median of the ${digits(rule.ofLast)} before it, give or take ${percent(rule.within)}`;
    case 'reconciles_with':
      return `all periods add up to ${code(rule.select)}${within(rule.within)}`;
    case 'references':
      return `${listed(rule.columns.map(code))} of every row ${rule.columns.length === 1 ? 'is' : 'are'} found in ${code(rule.to)}${inColumns(rule)}`;
    case 'agrees_with':
      return `it says the same as ${labelOf(rule.metric)}${within(rule.within)}`;
    case 'change':
      return `the last period is that before it, give or take ${percent(rule.within)}`;
    case 'restatement':
      return `a published value moves by ${percent(rule.within)} at most`;
    case 'sql':
      return `the check "${rule.name}" finds no row`;
  }
}

function range({ low, high }: { readonly low: number | null; readonly high: number | null }): string {
  if (low !== null && high !== null) return `values lie between ${digits(low)} and ${digits(high)}`;
  if (low !== null) return `values are ${digits(low)} or more`;
  return high === null ? 'values are finite' : `values are ${digits(high)} or less`;
}

function within(share: number | undefined): string {
  return share === undefined ? '' : `, give or take ${percent(share)}`;
}

function inColumns({ columns, toColumns }: Extract<MetricRule, { kind: 'references' }>): string {
  return columns.join() === toColumns.join() ? '' : ` as ${listed(toColumns.map(code))}`;
}
