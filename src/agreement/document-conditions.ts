import type { Condition } from '../project/agreement.ts';
import { inDigits, listOf } from './document-format.ts';
import { type Language, type Names, words } from './document-words.ts';

/** `country is DK or SE, and company size is at least 50`. */
export function conditionsInWords(conditions: readonly Condition[], language: Language): string {
  return listOf(
    conditions.map((condition) => conditionInWords(condition, language)),
    'and',
    language,
  );
}

export function conditionInWords(condition: Condition, language: Language): string {
  const { is, atLeast, atMost, filled } = words[language];
  const attribute = readable(condition.attribute, 'subjects', language);
  switch (condition.operator) {
    case 'in':
      return `${attribute} ${is} ${listOf(condition.values.map(withSpaces), 'or', language)}`;
    case 'at_least':
      return `${attribute} ${atLeast} ${inDigits(condition.number, language)}`;
    case 'at_most':
      return `${attribute} ${atMost} ${inDigits(condition.number, language)}`;
    case 'filled':
      return `${attribute} ${filled}`;
  }
}

/** A name of the data in the reader's language where it is well known, else as it is but for underscores. */
export function readable(name: string, kind: Names, language: Language): string {
  const known = words[language][kind];
  return (Object.hasOwn(known, name) ? known[name] : undefined) ?? withSpaces(name);
}

function withSpaces(name: string): string {
  return name.replaceAll('_', ' ');
}
