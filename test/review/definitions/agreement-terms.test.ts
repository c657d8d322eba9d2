import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocument, stringify } from 'yaml';
import type { Agreement } from '../../../src/project/agreement.ts';
import { termsIn } from '../../../src/review/definitions/agreement-fields.ts';
import { termsOf } from '../../../src/review/definitions/agreement-terms.ts';
import { compareAgreements } from '../../../src/review/definitions/agreements.ts';
import { differencesOf, toFieldChange } from '../../../src/review/definitions/fields.ts';
import { agreementRules } from '../../../src/review/definitions/rules-agreements.ts';
import { agreementOf } from '../../agreement/tables-of.ts';
import { agreementWith, fullText, metrics } from './full-agreement.ts';
import { type Leaf, leavesOf, withOther } from './leaves.ts';

const full = agreementOf(fullText);
const plain: unknown = parseDocument(fullText).toJS();

test('every field of an agreement has a rule', () => {
  const unknown = fullTerms.filter((after) => {
    const { field, path } = after;
    return [
      { kind: 'agreement' as const, field, path, before: undefined, after },
      { kind: 'agreement' as const, field, path, before: after, after: undefined },
      { kind: 'agreement' as const, field, path, before: after, after },
    ].some((change) => toFieldChange(change, '', agreementRules).isUnknown);
  });
  expect(unknown.map(({ field }) => field)).toEqual([]);
  expect(new Set(fullTerms.map(({ path }) => path)).size).toBe(fullTerms.length);
  expect(fullTerms.flatMap(({ text, phrases }) => [text, phrases.added, phrases.removed])).not.toContainEqual(
    expect.stringMatching(/undefined|NaN|\[object|^$/),
  );
});

/** Choices that have few names. */
const others: Readonly<Record<string, string>> = {
  marketing: 'sales',
  sales: 'marketing',
  verified: 'recorded',
  assignment: 'mql',
  restarts: 'continues',
  answers: 'beside',
  week: 'month',
  month: 'quarter',
  '2026-q3': '2026-q1',
};

/** The same with another value there. */
function changedAt<Value>(value: Value, leaf: Leaf): Value {
  return withOther(value, leaf, otherThan(leaf.value));
}

function otherThan(value: Leaf['value']): Leaf['value'] {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (value === null) return 'another';
  return (
    others[value] ??
    (/^\d{4}-\d\d-\d\d$/.test(value) ? `${Number(value.slice(0, 4)) + 1}${value.slice(4)}` : `${value}x`)
  );
}

/** What tells parts of the type apart is no value, nor is a place in the file. */
const leaves = leavesOf(full, ['path', 'at', 'kind', 'operator', 'weekday']);
const [fullTerms, terms] = [termsIn(full, metrics), termsOf(full)];

/** What another agreement says otherwise, and whether any of it is more than words and the name. */
function judged(after: Agreement): { readonly count: number; readonly isMeant: boolean } {
  const changes = differencesOf('agreement', fullTerms, termsIn(after, metrics)).map((change) =>
    toFieldChange(change, '', agreementRules),
  );
  return {
    count: changes.length,
    isMeant: changes.some(({ class: kind, path }) => kind !== 'cosmetic' && path !== 'id'),
  };
}

test('no value of an agreement can change unseen, and the terms change unless it is words or the name', () => {
  expect(leaves.length).toBeGreaterThan(130);
  const seen = leaves.map((leaf) => {
    const after = changedAt(full, leaf);
    return { path: leaf.path.join('.'), ...judged(after), isSame: termsOf(after) === terms };
  });
  expect(seen.filter(({ count, isMeant, isSame }) => count === 0 || isMeant === isSame)).toEqual([]);
  const ofWords = seen.filter(({ isSame }) => isSame).map(({ path }) => path.replaceAll(/\.\d+/g, ''));
  expect([...new Set(ofWords)].sort()).toEqual([
    ...['approvals.by', 'approvals.on', 'approvals.terms'],
    ...['calendars.closed.name.da', 'calendars.closed.name.en'],
    ...['calendars.reduced.title.da', 'calendars.reduced.title.en'],
    'id',
    ...['owners.marketing.deputy', 'owners.marketing.title', 'owners.sales.deputy', 'owners.sales.title'],
    ...['playbooks.clauses', 'playbooks.id', 'playbooks.steps.da', 'playbooks.steps.en'],
    ...['playbooks.title.da', 'playbooks.title.en', 'playbooks.url'],
    ...['promises.tiers.title.da', 'promises.tiers.title.en'],
    'review.everyMonths',
    ...['stages.entry.da', 'stages.entry.en', 'stages.meaning.da', 'stages.meaning.en'],
    ...['stages.nextAction.da', 'stages.nextAction.en'],
    ...['title.da', 'title.en'],
  ]);
});

test('words that come or go leave the terms as they are', () => {
  const bare = agreementWith(['approvals', 'playbooks', 'review', 'title'].map((key) => [[key], undefined] as const));
  expect(termsOf(bare)).toBe(terms);
});

test('terms never read as a number in YAML', () => {
  const many = Array.from({ length: 20 }, (_, index) =>
    termsOf(agreementWith([[['policies', 'paused_grace_minutes'], index]])),
  );
  expect(new Set(many).size).toBe(20);
  expect(many.filter((terms) => !/^[a-f][0-9a-f]{7}$/.test(terms))).toEqual([]);
});

/** The same keys in the order of some numbers. */
function reordered(value: unknown, numbers: readonly number[]): unknown {
  if (Array.isArray(value)) return value.map((item) => reordered(item, numbers));
  if (typeof value !== 'object' || value === null) return value;
  const rank = (index: number): number => numbers[index % numbers.length] ?? 0;
  const entries = Object.entries(value).map(([key, item], index) => ({ key, item, rank: rank(index) }));
  return Object.fromEntries(
    entries.sort((left, right) => left.rank - right.rank).map(({ key, item }) => [key, reordered(item, numbers)]),
  );
}

test('the order of keys, layout and comments are no change', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { minLength: 2, maxLength: 9 }),
      fc.constantFrom<'block' | 'flow'>('block', 'flow'),
      fc.integer({ min: 20, max: 200 }),
      (numbers, collectionStyle, lineWidth) => {
        const text = stringify(reordered(plain, numbers), null, {
          collectionStyle,
          lineWidth,
          aliasDuplicateObjects: false,
        });
        const after = agreementOf(`# The agreement\n${text}`);
        const sides = [
          { agreements: [full], metrics },
          { agreements: [after], metrics },
        ] as const;
        expect(compareAgreements(...sides, { today: '2026-08-01' })).toEqual([]);
        expect(termsOf(after)).toBe(terms);
      },
    ),
    { numRuns: 25, seed: 20_261_126 },
  );
});

test('of any two different edits none hides the other', () => {
  const leaf = fc.constantFrom(...leaves);
  fc.assert(
    fc.property(leaf, leaf, (first, second) => {
      fc.pre(first.path.join('.') !== second.path.join('.'));
      const after = changedAt(changedAt(full, first), second);
      const { count, isMeant } = judged(after);
      expect(count).toBeGreaterThan(0);
      expect(termsOf(after) !== terms).toBe(isMeant);
    }),
    { numRuns: 40, seed: 20_261_126 },
  );
});
