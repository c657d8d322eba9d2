import type { Agreement } from '../project/agreement.ts';
import type { Metric } from '../project/metric-file.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { wordingOf } from './wording.ts';

/** main.agreement_promises: one row per agreement and promise, in words, for the site. */
export async function writePromisesForReaders(
  warehouse: Warehouse,
  agreements: readonly Agreement[],
  metrics: readonly Metric[],
): Promise<void> {
  await warehouse.insert(
    'main.agreement_promises',
    {
      agreement: 'text',
      effective_from: 'date',
      effective_until: 'date',
      side: 'text',
      promise: 'text',
      metric: 'text',
      target: 'double',
      grain: 'text',
      owner: 'text',
      wording_en: 'text',
      wording_da: 'text',
    },
    agreements.flatMap((agreement, index) =>
      agreement.promises.map((promise) => {
        const wording = wordingOf(
          promise,
          metrics.find((metric) => metric.name === promise.metric),
        );
        return {
          agreement: agreement.id,
          effective_from: agreement.effectiveFrom,
          effective_until: agreements[index + 1]?.effectiveFrom ?? null,
          side: promise.side,
          promise: promise.id,
          metric: promise.metric,
          target: promise.target,
          grain: promise.grain ?? null,
          owner: agreement.owners[promise.side],
          wording_en: wording.en,
          wording_da: wording.da,
        };
      }),
    ),
  );
}
