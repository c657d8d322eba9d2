import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Grain, MetricSpec, Unit } from '../project/metric.ts';
import { SqlError, type Warehouse } from '../warehouse/warehouse.ts';

/** A version of a metric, as main.metric_definitions has it. */
export interface Definition {
  readonly metric: string;
  readonly version: number;
  readonly owner: 'marketing' | 'sales';
  readonly unit: Unit;
  readonly direction: 'up' | 'down';
  readonly label_en: string;
  readonly label_da: string;
  readonly minimum_sample: number;
  readonly dimensions: readonly string[];
  readonly grains: readonly Grain[];
  /** Whether it is the highest version. */
  readonly is_current: boolean;
  /** The MetricSpec as JSON. */
  readonly spec: string;
}

const names = [
  'metric',
  'version',
  'owner',
  'unit',
  'direction',
  'label_en',
  'label_da',
  'minimum_sample',
  'dimensions',
  'grains',
  'is_current',
  'spec',
];

/**
 * What was published, and how far the data reach.
 * @throws DiagnosticsError when the file was made by a version of this tool that wrote definitions otherwise.
 */
export async function readDefinitions(
  warehouse: Warehouse,
): Promise<{ readonly definitions: readonly Definition[]; readonly asOf: string }> {
  try {
    const definitions = await warehouse.rows<Definition>(
      `select ${names.join(', ')} from main.metric_definitions order by metric, version`,
    );
    const [clock] = await warehouse.rows<{ as_of: string }>('select as_of from run.clock');
    return { definitions, asOf: clock?.as_of ?? '' };
  } catch (error) {
    if (!(error instanceof SqlError) || !(error.kind === 'Binder' || error.kind === 'Catalog')) throw error;
    throw new DiagnosticsError([
      {
        code: 'outdated-file',
        severity: 'error',
        message: 'the published file was made by another version of handover, which kept metrics otherwise',
        fix: 'Build it again: handover build.',
      },
    ]);
  }
}

/** The definition itself; evaluating metrics wrote it. */
export function specOf({ spec }: Definition): MetricSpec {
  return JSON.parse(spec) as MetricSpec;
}
