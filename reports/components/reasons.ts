import type { Translate } from './catalogue.ts';

// Reasons for which leads are closed, as the sample and the mappings that come with Handover have them.
const known = new Set([
  ...['no_need', 'no_budget', 'no_authority', 'too_small', 'opted_out', 'spam', 'competitor', 'applicant', 'duplicate'],
  ...['unresponsive', 'price', 'timing', 'no_decision', 'no_show'],
]);

/** A reason in the reader's language; one that only the company knows as its CRM has it, at the start of a line. */
export function tellReason(reason: string, t: Translate): string {
  if (known.has(reason)) return t(`quarterly.reason.${reason}`);
  const told = reason.replaceAll('_', ' ');
  return told.charAt(0).toUpperCase() + told.slice(1);
}
