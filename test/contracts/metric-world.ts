import { onTestFinished } from 'vitest';
import { checkContracts } from '../../src/contracts/check.ts';
import type { ContractResult } from '../../src/contracts/rule.ts';
import { type Diagnostic, DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { readConfig } from '../../src/project/config-file.ts';
import type { Metric } from '../../src/project/metric.ts';
import { readMetric } from '../../src/project/metric-file.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, openWarehouse } from '../metrics/project.ts';
import { readOne } from './world.ts';

/** A Monday: the week of 2026-03-09 is the last one that is over, February the last month, 2025's the last quarter. */
const asOf = '2026-03-16T06:00:00Z';

/** The file of a metric that counts rows of the model `cycles` by mql_at, with what a test adds to it. */
function metricText(name: string, keys: string): string {
  const has = (key: string): boolean => new RegExp(`^${key}:`, 'm').test(keys);
  return [
    `name: ${name}`,
    'label: { en: A label, da: En etiket }',
    'description: { en: A text., da: En tekst. }',
    'owner: marketing',
    ...(has('type') ? [] : ['type: count', 'model: cycles', 'time: mql_at']),
    ...(has('unit') ? [] : ['unit: count']),
    'direction: up',
    ...(has('grains') ? [] : ['grains: [week]']),
    ...(has('changes') ? [] : ['changes: [{ version: 1, why: First version }]']),
    keys,
  ].join('\n');
}

/** A metric, or what is wrong with its file. `defaults`: what handover.yml says below `contracts: metrics:`. */
export function read(name: string, keys: string, defaults?: string): { metric?: Metric; problems: Diagnostic[] } {
  const problems: Diagnostic[] = [];
  const lines = ['name: case', ...(defaults === undefined ? [] : ['contracts:', '  metrics:', defaults])];
  const config = readConfig({ path: 'handover.yml', text: lines.join('\n') }, problems);
  const text = metricText(name, keys);
  const metric = readMetric({ path: `metrics/${name}.yml`, text }, problems, config?.contracts.metrics);
  return { problems, ...(metric === undefined ? {} : { metric }) };
}

export function metricOf(name: string, keys: string, defaults?: string): Metric {
  const { metric, problems } = read(name, keys, defaults);
  if (metric === undefined || problems.length > 0) throw new DiagnosticsError(problems);
  return metric;
}

/** Columns of main.metric_values; of the others a row has what a plain count would have. */
export type Planted = Readonly<Record<string, string | number | boolean | null>>;

/** A row of main.metric_values: the total of a week. */
export function week(start: string, sampleSize: number, rest: Planted = {}): Planted {
  return {
    metric: 'mqls',
    version: 1,
    grain: 'week',
    period_start: start,
    dimension: 'all',
    dimension_value: 'all',
    numerator: sampleSize,
    value: sampleSize,
    sample_size: sampleSize,
    pending: 0,
    is_complete: start < '2026-03-16',
    maturity: 'mature',
    is_in_force: true,
    ...rest,
  };
}

export interface MetricWorld {
  readonly metrics: readonly Metric[];
  /** Instead of what the metrics give. */
  readonly values?: readonly Planted[];
  /** Rows of the model cycles: lead_id, cycle_no, mql_at, team. */
  readonly rows?: string;
}

/** The results of metrics' rules, in their order: `mqls range` → what it says. */
export async function checked(world: MetricWorld): Promise<ContractResult[]> {
  const { results } = await checkWorld(world);
  return results.filter(({ metric, rule }) => metric !== null && !rule.startsWith('dated'));
}

export async function checkWorld(world: MetricWorld): Promise<{ warehouse: Warehouse; results: ContractResult[] }> {
  const warehouse = await openWarehouse(asOf);
  onTestFinished(() => warehouse.close());
  const rows = world.rows ?? `('a', 1, timestamptz '2026-03-03 09:00:00Z', 'dk')`;
  await warehouse.run(`
    create table main.cycles as
    select *, 'north' as region from (values ${rows}) as rows (lead_id, cycle_no, mql_at, team);
    create table main.leads as from (values ('a'), ('b')) as rows (lead_id)`);
  await evaluated(warehouse, world.metrics);
  if (world.values !== undefined) await plant(warehouse, world.values);
  const config = readConfig({ path: 'handover.yml', text: 'name: case' }, []);
  if (config === undefined) throw new Error('no config');
  const models = [...readOne('cycles', 'grain: [lead_id, cycle_no]'), ...readOne('leads', 'grain: [lead_id]')];
  const project = { config, models, metrics: world.metrics };
  return { warehouse, results: await checkContracts(warehouse, project, { asOf, now: asOf }) };
}

async function plant(warehouse: Warehouse, values: readonly Planted[]): Promise<void> {
  await warehouse.run('delete from main.metric_values');
  for (const row of values) {
    const names = Object.keys(row);
    const places = names.map((_name, index) => `$${index + 1}`);
    await warehouse.run(
      `insert into main.metric_values (${names.join(', ')}) values (${places.join(', ')})`,
      Object.values(row),
    );
  }
}

/** What the rules say, without where. */
export const told = (results: readonly ContractResult[]) =>
  results.map(({ rule, passed, observed, expected }) => [passed ? 'holds' : 'breaks', rule, observed, expected]);
