import { createHash } from 'node:crypto';
import type { Agreement } from '../../project/agreement.ts';
import { termsIn } from './agreement-fields.ts';
import { canonical, toFieldChange } from './fields.ts';
import { agreementRules } from './rules-agreements.ts';

/**
 * What both sides approve: eight hexadecimal digits of everything in an agreement that is more than words, as the rules of
 * change have it. Formatting, order and wording mean nothing to it, nor do approvals; nor does the `id`, since the same
 * promises under another name are the same promises, and the day from which they hold tells versions apart. It begins with
 * a letter, so that YAML never reads it as a number. Pure.
 */
export function termsOf(agreement: Agreement): string {
  const said = termsIn(agreement, [])
    .filter((term) => term.field !== 'id' && !isCosmetic(term))
    .map(({ path, value }) => `${path}: ${canonical(value)}`)
    .sort();
  const digits = createHash('sha256').update(said.join('\n')).digest('hex').slice(0, 8);
  const letter = 'abcdef'.charAt(Number.parseInt(digits.charAt(0), 16) % 6);
  return `${letter}${digits.slice(1)}`;
}

/** By the rule for that it is new: those of words make no difference between that and another change. */
function isCosmetic(after: ReturnType<typeof termsIn>[number]): boolean {
  const change = { kind: 'agreement' as const, field: after.field, path: after.path, before: undefined, after };
  return toFieldChange(change, '', agreementRules).class === 'cosmetic';
}
