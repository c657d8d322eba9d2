import type { ChangeClass, DefinitionKind, FieldChange } from '../types.ts';

/** One thing that a definition says. */
export interface Field {
  /** Where, parts by their names: `promises.first_response.tiers.demo.within_minutes`. */
  readonly path: string;
  /** The same without names, as rules know it: `promises.tiers.within_minutes`. */
  readonly field: string;
  /** What is compared: plain data in which nothing counts that means nothing (order of keys, formatting). */
  readonly value: unknown;
  /** The value for people. */
  readonly text: string;
}

/** A field that only one side has, or that says something else. */
export interface FieldDifference {
  readonly kind: DefinitionKind;
  readonly field: string;
  readonly path: string;
  readonly before: Field | undefined;
  readonly after: Field | undefined;
}

/** A line of the table that says what a change does. The first that fits decides. */
export interface ChangeRule {
  /** Stable: `metric-filter`. */
  readonly id: string;
  readonly kind: DefinitionKind;
  /** `Field.field`, exactly or as a pattern. */
  readonly field: string | RegExp;
  /** Which changes of that field; absent: any. */
  readonly fits?: (change: FieldDifference) => boolean;
  readonly class: ChangeClass;
  /** For the documentation and the reviewer: why it has that class. */
  readonly why: string;
}

export function isNew({ before }: FieldDifference): boolean {
  return before === undefined;
}

export function isGone({ after }: FieldDifference): boolean {
  return after === undefined;
}

/** What differs between two definitions, in order of the newer one, what is gone last. Pure. */
export function differencesOf(
  kind: DefinitionKind,
  before: readonly Field[],
  after: readonly Field[],
): FieldDifference[] {
  const earlier = new Map(before.map((field) => [field.path, field]));
  const later = new Map(after.map((field) => [field.path, field]));
  return [...new Set([...later.keys(), ...earlier.keys()])].flatMap((path) => {
    const [old, now] = [earlier.get(path), later.get(path)];
    const field = (now ?? old)?.field ?? '';
    if (old !== undefined && now !== undefined && canonical(old.value) === canonical(now.value)) return [];
    return [{ kind, field, path, before: old, after: now }];
  });
}

/** Puts a difference into words and its class. Pure. */
export function toFieldChange(change: FieldDifference, words: string, rules: readonly ChangeRule[]): FieldChange {
  const rule = rules.find(
    ({ kind, field, fits }) =>
      kind === change.kind &&
      (typeof field === 'string' ? field === change.field : field.test(change.field)) &&
      (fits?.(change) ?? true),
  );
  return {
    path: change.path,
    before: change.before?.text ?? null,
    after: change.after?.text ?? null,
    words,
    rule: rule?.id ?? 'unknown',
    // Better a review too many than a number that moved without a word.
    class: rule?.class ?? 'breaking',
    isUnknown: rule === undefined,
  };
}

/** The gravest first. */
export const gravity: readonly ChangeClass[] = ['breaking', 'additive', 'cosmetic'];

/** The gravest class; undefined of none. */
export function gravest(classes: readonly ChangeClass[]): ChangeClass | undefined {
  return gravity.find((name) => classes.includes(name));
}

/** JSON in which the order of keys means nothing. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      part !== null && typeof part === 'object' && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
        : part,
    ) ?? 'undefined'
  );
}
