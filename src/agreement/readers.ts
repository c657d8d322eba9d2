import type { Agreement } from '../project/agreement.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { documentOf } from './document.ts';
import { toHtmlArticle } from './document-html.ts';
import { toMarkdown } from './document-markdown.ts';
import { type PromisedMetric, wordingOf } from './wording.ts';

/**
 * What readers get of the agreements: main.agreement_promises, one row per agreement and promise, in words, and
 * main.agreement_documents, one per agreement and language, the whole of it.
 */
export async function writePromisesForReaders(
  warehouse: Warehouse,
  agreements: readonly Agreement[],
  metrics: readonly PromisedMetric[],
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
          metrics.findLast((metric) => metric.name === promise.metric),
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
          owner: agreement.owners[promise.side].title,
          wording_en: wording.en,
          wording_da: wording.da,
        };
      }),
    ),
  );
  await writeDocuments(warehouse, agreements, metrics);
}

async function writeDocuments(
  warehouse: Warehouse,
  agreements: readonly Agreement[],
  metrics: readonly PromisedMetric[],
): Promise<void> {
  const rows = agreements.flatMap((agreement, index) => {
    const until = agreements[index + 1]?.effectiveFrom;
    const context = { metrics, ...(until === undefined ? {} : { supersededOn: until }) };
    return (['en', 'da'] as const).map((language) => {
      const document = documentOf(agreement, context, language);
      return {
        agreement: agreement.id,
        effective_from: agreement.effectiveFrom,
        effective_until: until ?? null,
        language,
        title: document.title,
        markdown: toMarkdown(document),
        html: toHtmlArticle(document),
      };
    });
  });
  await warehouse.insert(
    'main.agreement_documents',
    {
      agreement: 'text',
      effective_from: 'date',
      effective_until: 'date',
      language: 'text',
      title: 'text',
      markdown: 'text',
      html: 'text',
    },
    rows,
  );
}
