import { longDate } from '../../agreement/document-format.ts';
import type { Agreement } from '../../project/agreement.ts';
import type { Metric } from '../../project/metric.ts';
import type { Project } from '../../project/project.ts';
import type { DefinitionChange, FieldChange } from '../types.ts';
import { termsIn } from './agreement-fields.ts';
import { type Term, wordsOf } from './agreement-term.ts';
import { type About, definitionChange } from './definition-change.ts';
import { differencesOf, type Field, type FieldDifference, toFieldChange } from './fields.ts';
import { agreementRules } from './rules-agreements.ts';

type Side = Pick<Project, 'agreements' | 'metrics'>;

/**
 * What the agreements say otherwise, by the day they take effect; those that are gone last. One under another id with the
 * same first day is the same one renamed. A new one is told by what it changes of the one before it.
 * `today`: YYYY-MM-DD; what begins later changes nothing that was judged. Pure.
 */
export function compareAgreements(
  before: Side,
  after: Side,
  { today }: { readonly today: string },
): DefinitionChange[] {
  const pairs = pairsOf(before.agreements, after.agreements);
  const gone = before.agreements.filter((agreement) => !pairs.some(([old]) => old === agreement));
  return [
    ...pairs.flatMap(([old, now]) => {
      if (old === undefined) return addedChange(now, { before, after, today });
      return changeOf(old, now, { before: before.metrics, after: after.metrics });
    }),
    ...gone.flatMap((agreement) => removedChange(agreement, after.agreements)),
  ];
}

type Pair = readonly [old: Agreement | undefined, now: Agreement];

function pairsOf(before: readonly Agreement[], after: readonly Agreement[]): Pair[] {
  const left = new Set(before);
  const take = (isIt: (old: Agreement) => boolean): Agreement | undefined => {
    const found = [...left].find(isIt);
    if (found !== undefined) left.delete(found);
    return found;
  };
  const named = new Map(after.map((now) => [now, take(({ id }) => id === now.id)]));
  return after.map((now) => [named.get(now) ?? take(({ effectiveFrom }) => effectiveFrom === now.effectiveFrom), now]);
}

function changeOf(
  old: Agreement,
  now: Agreement,
  metrics: { readonly before: readonly Metric[]; readonly after: readonly Metric[] },
): DefinitionChange[] {
  if (old.at([]).source === now.at([]).source) return [];
  const fields = fieldChanges(termsIn(old, metrics.before), termsIn(now, metrics.after));
  const isRenamed = old.id !== now.id;
  const about = {
    ...aboutOf(now),
    previousName: isRenamed ? old.id : null,
    effectiveFrom: [old.effectiveFrom, now.effectiveFrom].sort()[0] ?? null,
  };
  return definitionChange(about, isRenamed ? 'renamed' : 'changed', fields);
}

/** Names and days differ between any two agreements, and approvals are of one alone. */
const ofEachOne: readonly string[] = ['id', 'effective_from', 'title', 'approvals'];

function addedChange(
  now: Agreement,
  { before, after, today }: { readonly before: Side; readonly after: Side; readonly today: string },
): DefinitionChange[] {
  const last =
    before.agreements
      .map(({ effectiveFrom }) => effectiveFrom)
      .sort()
      .at(-1) ?? '';
  const isAhead = now.effectiveFrom > today && now.effectiveFrom > last;
  const previous = after.agreements.filter(({ effectiveFrom }) => effectiveFrom < now.effectiveFrom).at(-1);
  const day = longDate(now.effectiveFrom, 'en');
  const words =
    previous === undefined ? `is new, in force from ${day}` : `is new, and follows ${previous.id} on ${day}`;
  const whole = wholeChange({ after: now }, isAhead ? 'ahead' : 'added', words);
  const asIf = (change: FieldDifference): string => (isAhead ? `ahead.${change.field}` : change.field);
  const ofItsTime = (agreement: Agreement): Term[] => since(now.effectiveFrom, termsIn(agreement, after.metrics));
  const parts = previous === undefined ? [] : fieldChanges(ofItsTime(previous), ofItsTime(now), ofEachOne, asIf);
  return definitionChange(aboutOf(now), 'added', [whole, ...parts]);
}

/** Without what is said of days before: a new agreement changes nothing of them. */
function since(day: string, terms: readonly Term[]): Term[] {
  const over = terms.filter(({ until = day }) => until < day).map(({ path }) => path);
  return terms.filter(({ path }) => !over.some((gone) => path === gone || path.startsWith(`${gone}.`)));
}

function removedChange(old: Agreement, left: readonly Agreement[]): DefinitionChange[] {
  const instead = left.filter(({ effectiveFrom }) => effectiveFrom <= old.effectiveFrom).at(-1);
  const judged = instead === undefined ? 'nothing is promised to its leads' : `its leads are judged by ${instead.id}`;
  const whole = wholeChange({ before: old }, 'removed', `is gone: ${judged}`);
  return definitionChange(aboutOf(old), 'removed', [whole]);
}

function aboutOf(agreement: Agreement): About {
  const { id, effectiveFrom } = agreement;
  const { file, line } = agreement.at(['id']);
  return { kind: 'agreement', name: id, title: `the agreement ${id}`, effectiveFrom, file, line };
}

/** The change of an agreement as a whole. */
function wholeChange(
  { before, after }: { readonly before?: Agreement; readonly after?: Agreement },
  field: string,
  words: string,
): FieldChange {
  const toField = (agreement: Agreement | undefined): Field | undefined =>
    agreement && { path: '', field, value: agreement.id, text: `in force from ${agreement.effectiveFrom}` };
  return toFieldChange(
    { kind: 'agreement', field, path: '', before: toField(before), after: toField(after) },
    words,
    agreementRules,
  );
}

function fieldChanges(
  before: readonly Term[],
  after: readonly Term[],
  without: readonly string[] = [],
  fieldOf: (change: FieldDifference) => string = ({ field }) => field,
): FieldChange[] {
  const [earlier, later] = [byPath(before), byPath(after)];
  const differences = differencesOf('agreement', before, after).filter(({ field }) => !without.includes(field));
  return withoutParts(differences)
    .filter((change) => !isSameOrder(change))
    .map((change) => {
      const [old, now] = [earlier.get(change.path), later.get(change.path)];
      const fallback = (now ?? old)?.fallback;
      const standIn = fallback === undefined ? undefined : (now === undefined ? later : earlier).get(fallback);
      const words = wordsOf(old, now, standIn);
      const own = toFieldChange(change, words, agreementRules);
      return own.class === 'cosmetic' || own.isUnknown
        ? own
        : toFieldChange({ ...change, field: fieldOf(change) }, words, agreementRules);
    });
}

function byPath(terms: readonly Term[]): ReadonlyMap<string, Term> {
  return new Map(terms.map((term) => [term.path, term]));
}

/** What comes or goes as a whole is told once, and not part by part. */
function withoutParts(differences: readonly FieldDifference[]): FieldDifference[] {
  const wholes = differences.filter(({ before, after }) => before === undefined || after === undefined);
  const isPartOf = (change: FieldDifference, whole: FieldDifference): boolean =>
    change.path.startsWith(`${whole.path}.`) &&
    (change.before === undefined) === (whole.before === undefined) &&
    (change.after === undefined) === (whole.after === undefined);
  return differences.filter((change) => !wholes.some((whole) => isPartOf(change, whole)));
}

/** That entries of an ordered list came or went is told by themselves: what both have stands in the same order. */
function isSameOrder({ field, before, after }: FieldDifference): boolean {
  if (!field.endsWith('_order')) return false;
  const [old, now] = [before?.value ?? [], after?.value ?? []];
  if (!Array.isArray(old) || !Array.isArray(now)) return false;
  const kept = now.filter((name) => old.includes(name));
  return old.filter((name) => now.includes(name)).every((name, index) => name === kept[index]);
}
