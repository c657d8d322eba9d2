import type { DefinitionChange, FieldChange } from '../types.ts';
import { type ChangeRule, differencesOf, type Field, type FieldDifference, gravest, toFieldChange } from './fields.ts';

/** Whose change it is, and where it stands. */
export type About = Pick<DefinitionChange, 'kind' | 'name' | 'title' | 'file' | 'line'> &
  Partial<Pick<DefinitionChange, 'previousName' | 'versionBefore' | 'versionAfter' | 'effectiveFrom'>>;

/** A definition's change from its fields; none when nothing differs. Pure. */
export function definitionChange(
  about: About,
  change: DefinitionChange['change'],
  fields: readonly FieldChange[],
): DefinitionChange[] {
  const found = gravest(fields.map((field) => field.class));
  if (found === undefined) return [];
  return [
    {
      previousName: null,
      versionBefore: null,
      versionAfter: null,
      effectiveFrom: null,
      ...about,
      change,
      fields,
      class: found,
      isUnknown: fields.some(({ isUnknown }) => isUnknown),
    },
  ];
}

/** In order of name, the same wherever it runs. */
export function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : Number(left.name > right.name);
}

/** What one field of a definition says otherwise. */
interface Saying {
  readonly words: (change: FieldDifference) => string;
  readonly rules: readonly ChangeRule[];
}

/** What differs between two definitions of one name. Pure. */
export function changedDefinition(
  about: About,
  before: readonly Field[],
  after: readonly Field[],
  { words, rules }: Saying,
): DefinitionChange[] {
  const differences = differencesOf(about.kind, before, after);
  const whole = differences.filter(isWhole).map(({ path }) => `${path}.`);
  const fields = differences
    .filter(({ path }) => !whole.some((start) => path.startsWith(start)))
    .map((change) => toFieldChange(change, words(change), rules));
  return definitionChange(about, 'changed', fields);
}

/** A part that is there at all, or is not (`presence`): then nothing is said of what is in it. */
function isWhole({ before, after }: FieldDifference): boolean {
  return (before === undefined || after === undefined) && (before ?? after)?.value === presence;
}

/** The value of a field that stands for a part of a definition. */
export const presence = true;

/** A definition that is new, gone or called otherwise as a whole; the rule is that of the field `added`, `removed` or `renamed`. */
export function wholeChange(
  about: About,
  change: 'added' | 'removed' | 'renamed',
  words: string,
  rules: readonly ChangeRule[],
  field: string = change,
): DefinitionChange[] {
  const whole = toFieldChange({ kind: about.kind, field, path: '', before: undefined, after: undefined }, words, rules);
  return definitionChange(about, change, [whole]);
}

/** A field of plain data. */
export function fieldOf(path: string, field: string, value: unknown, text: string = String(value)): Field {
  return { path, field, value, text };
}

/** `a`, `b` and `c`; more than `most` are counted. */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.length > most ? [...names.slice(0, most), `${names.length - most} more`] : names;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** A text as it is quoted in a sentence, on one line and not too long. */
export function quoted(text: string, most = 80): string {
  return `"${shortened(text, most)}"`;
}

export function shortened(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const letters = [...line];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : line;
}

const longestCode = 160;

/** A name or SQL as it is told apart from words: on one line in backticks, cut where it is long. */
export function code(text: string): string {
  // Backticks end what is code; a letter that looks like one does not.
  return `\`${shortened(text, longestCode).replaceAll('`', 'ˋ')}\``;
}
