import type { Translate } from './catalogue.ts';

const known: ReadonlySet<string> = new Set([
  ...['applicant', 'competitor', 'duplicate', 'no_authority', 'no_budget', 'no_decision', 'no_need', 'no_show'],
  ...['opted_out', 'price', 'spam', 'timing', 'too_small', 'unresponsive'],
]);

/** Why a lead was closed, within a sentence; a project's own reasons are shown as they are called. */
export function reasonWords(reason: string, t: Translate): string {
  if (reason === '(none)') return t('reason.none');
  if (reason === '(recycled)') return t('reason.recycled');
  return known.has(reason) ? t(`reason.${reason}`) : reason.replaceAll('_', ' ');
}

/** The same at the head of a row. */
export function tellReason(reason: string, t: Translate): string {
  const words = reasonWords(reason, t);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
