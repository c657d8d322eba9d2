import type { Agreement, AgreementPromise, Side } from '../project/agreement.ts';
import { conditionsInWords } from './document-conditions.ts';
import { type Block, type Section, type Text, tableOf } from './document-text.ts';
import { type Language, words } from './document-words.ts';
import { type PromisedMetric, type PromiseWords, promiseWords, titleOf } from './wording.ts';

/** What each side promises: a table for each, clause by clause. */
export function promisesSection(agreement: Agreement, metrics: readonly PromisedMetric[], language: Language): Section {
  return {
    id: 'promises',
    title: words[language].promises,
    isWide: true,
    blocks: (['marketing', 'sales'] as const).flatMap((side) => promisesOf(agreement, side, metrics, language)),
  };
}

function promisesOf(agreement: Agreement, side: Side, metrics: readonly PromisedMetric[], language: Language): Block[] {
  const promises = agreement.promises.filter((promise) => promise.side === side);
  if (promises.length === 0) return [];
  const { clause, promise, target } = words[language];
  const rows = promises.map((made) => promiseRow(made, metrics, language));
  return [{ kind: 'heading', text: [words[language][side]] }, tableOf([clause, promise, target], rows)];
}

function promiseRow(promise: AgreementPromise, metrics: readonly PromisedMetric[], language: Language): Text[] {
  const metric = metrics.findLast(({ name }) => name === promise.metric);
  const { name, target, tiers } = promiseWords(promise, metric, language);
  const efforts = tiers.map((entry) => tierText(entry, language));
  return [[{ code: promise.id }], [efforts.length === 0 ? name : `${name}: ${efforts.join('; ')}`], [target]];
}

/** Who the tier is for, also as the condition by which it is told. */
function tierText({ tier, effort }: PromiseWords['tiers'][number], language: Language): string {
  if (tier.id === undefined) return effort;
  const title = titleOf(tier, language);
  const who = tier.when.length === 0 ? title : `${title} (${conditionsInWords(tier.when, language)})`;
  return `${who} ${effort}`;
}
