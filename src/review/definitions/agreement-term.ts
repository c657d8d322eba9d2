import { counted } from '../../agreement/document-format.ts';
import type { Side } from '../../project/agreement.ts';
import type { LocalText } from '../../project/metric.ts';
import type { Field } from './fields.ts';

/** One thing that an agreement says, with how a change of it reads. */
export interface Term extends Field {
  readonly phrases: Phrases;
  readonly burden?: Burden;
  /** YYYY-MM-DD: the last day that it is about, of what is said of single days. */
  readonly until?: string;
  /** Path of the term that holds where this one is not there. */
  readonly fallback?: string;
}

/** Sentences for people, without a full stop. */
export interface Phrases {
  readonly added: string;
  readonly removed: string;
  /** What it says instead of `from`, by the texts; a number that grew `rises`. Left out: it is there or not. */
  readonly changed?: (from: string, rises: boolean, to: string) => string;
}

/** How much it asks of a side: the more of `amount`, the harder. */
export interface Burden {
  readonly side: Side;
  readonly amount: Amount | undefined;
  /** What holds where nothing is said; left out: it cannot be told. */
  readonly otherwise?: Amount;
  /** It counts in the side's favour: the more of it, the easier. */
  readonly eases?: true;
}

/** Of two sets only a part of the other is less; `all` is more than any. */
export type Amount = number | 'all' | ReadonlySet<string>;

/** Something that is there or not. */
export function presence(
  field: string,
  path: string,
  text: string,
  phrases: Omit<Phrases, 'changed'>,
  burden?: Burden,
): Term {
  return { path, field, value: true, text, phrases, ...(burden === undefined ? {} : { burden }) };
}

/** A text in both languages: a change of it is told and not quoted. */
export function wording(field: string, path: string, value: LocalText | undefined, subject: string): Term[] {
  if (value === undefined) return [];
  return [
    {
      path,
      field,
      value,
      text: `${value.en} / ${value.da}`,
      phrases: {
        added: `${subject} is put into words`,
        removed: `${subject} is no longer put into words`,
        changed: () => `${subject} is worded otherwise`,
      },
    },
  ];
}

/** A name as a part of a path: what could be taken for two parts stands in quotes. */
export function part(name: string): string {
  return /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
}

/** `60 instead of 30 business minutes`, or both with their unit where it differs. */
export function instead(to: string, from: string): string {
  const [amount, ...unit] = to.split(' ');
  const isShared = unit.length > 0 && from.split(' ').slice(1).join(' ') === unit.join(' ');
  return isShared ? `${amount} instead of ${from}` : `${to} instead of ${from}`;
}

/** `1 point`, `2.5 points` */
export function pointsOf(points: number): string {
  return counted(points, ['point', 'points'], 'en');
}

/**
 * Puts a change of a term into words; ends in whom it is easier or harder for, where that can be told.
 * `standIn`: of a term that only one side has, what holds on the other.
 */
export function wordsOf(before: Term | undefined, after: Term | undefined, standIn?: Term): string {
  const speaker = after ?? before;
  if (speaker === undefined) return '';
  const [from, to] = [before ?? standIn, after ?? standIn];
  return `${sentenceOf(speaker, from, to)}${easeOf(speaker, from, to)}`;
}

function sentenceOf({ phrases }: Term, from: Term | undefined, to: Term | undefined): string {
  if (to === undefined) return phrases.removed;
  if (from === undefined || phrases.changed === undefined) return phrases.added;
  const rises = typeof from.value === 'number' && typeof to.value === 'number' && to.value > from.value;
  return phrases.changed(from.text, rises, to.text);
}

function easeOf({ burden }: Term, from: Term | undefined, to: Term | undefined): string {
  if (burden === undefined) return '';
  const { side, otherwise, eases = false } = burden;
  if ([from, to].some((term) => term?.burden !== undefined && term.burden.side !== side)) return '';
  const grows = compare(
    from === undefined ? otherwise : from.burden?.amount,
    to === undefined ? otherwise : to.burden?.amount,
  );
  return grows === 0 ? '' : `: ${grows > 0 === eases ? 'easier' : 'harder'} for ${side}`;
}

/** Above 0: more is asked than before; 0: as much, or it cannot be told. */
function compare(before: Amount | undefined, after: Amount | undefined): number {
  if (before === undefined || after === undefined) return 0;
  if (typeof before === 'number' && typeof after === 'number') return Math.sign(after - before);
  // Of two sets that overlap neither holds the other.
  return Number(holds(after, before)) - Number(holds(before, after));
}

/** Whether the first set has all of the second. */
function holds(set: Amount, other: Amount): boolean {
  if (set === 'all') return true;
  if (typeof set === 'number' || typeof other === 'number' || other === 'all') return false;
  return [...other].every((item) => set.has(item));
}
