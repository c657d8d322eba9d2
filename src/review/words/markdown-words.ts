import { oneLine } from '../../diagnostics/escape.ts';
import { valueInWords } from '../../ledger/words.ts';
import type { Unit } from '../../project/metric.ts';
import type { DefinitionChange, FieldChange, Noise } from '../types.ts';

/** `1 lead`, `1,240 leads`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** With one full stop at its end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.?!]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** SQL, a path or a name as `asWords` shows code. */
export function quoted(text: string, most = 160): string {
  return `\`${oneLine(text, most).replaceAll('`', "'")}\``;
}

/** `41.2 %`, `35 minutes` */
export function value(amount: number | null, unit: Unit): string {
  return valueInWords(amount, unit, 'en');
}

/** `41.2 % (40 of 97)`, `35 minutes (n = 97)`; a count or a sum rests on nothing but itself. */
export function sampled(
  amount: number | null,
  unit: Unit,
  { numerator, denominator }: { readonly numerator: number | null; readonly denominator: number | null },
): string {
  const text = value(amount, unit);
  if (amount === null || denominator === null) return text;
  const [part, whole] = [numerator, denominator].map((count) => (count ?? 0).toLocaleString('en'));
  return unit === 'percent' && numerator !== null ? `${text} (${part} of ${whole})` : `${text} (n = ${whole})`;
}

/** `+1.2 points` between percentages, `−35 minutes`; never a zero where something moved. */
export function difference(amount: number | null, unit: Unit): string {
  if (amount === null) return '–';
  const size = inDifferences(valueInWords(Math.abs(amount), unit, 'en'));
  const isTooSmall = amount !== 0 && Number.parseFloat(size) === 0;
  if (isTooSmall) return `under ${inDifferences(valueInWords(unit === 'percent' ? 0.001 : 0.01, unit, 'en'))}`;
  return amount === 0 ? 'none' : `${amount > 0 ? '+' : '−'}${size}`;
}

/** Between two rates lie points: from 40 % to 44 % is no rise by 4 %. */
function inDifferences(text: string): string {
  return text.replace(/ %$/, ' points');
}

const noiseWords: Readonly<Record<Noise, string>> = {
  beyond: 'yes',
  within: 'no, within chance',
  too_few: 'too few to tell',
  untold: 'has no interval',
};

/** The answer to "more than chance?". */
export function noise(word: Noise): string {
  return noiseWords[word];
}

const statusWords: ReadonlyMap<string, string> = new Map([
  ['kept', 'kept'],
  ['missed', 'missed'],
  ['open', 'open'],
  ['no_data', 'no data'],
]);

/** What became of a target: `kept → missed`, `still kept`; a dash where there is none. */
export function targetVerdict(before: string | null, after: string | null): string {
  const word = (status: string | null): string =>
    status === null ? 'no target' : (statusWords.get(status) ?? 'another');
  if (before === null && after === null) return '–';
  return before === after ? `still ${word(after)}` : `${word(before)} → ${word(after)}`;
}

/** A map and no object: a promise may be called `constructor`. */
const promiseWords: ReadonlyMap<string, string> = new Map([
  ['follow_up', 'follow-up'],
  ['icp_match', 'ICP match'],
  ['mql_criteria', 'MQL criteria met'],
]);

/** A promise's name for people. */
export function promise(name: string): string {
  return promiseWords.get(name) ?? name.replaceAll('_', ' ');
}

/** `breaking`; of what cannot be told, that it counts as that. */
export function classOf({ class: name, isUnknown }: DefinitionChange | FieldChange): string {
  return isUnknown ? 'unknown, counts as breaking' : name;
}

/** `version 1 → 2`, `for periods from 2026-10-01`; empty where there is nothing to say. */
export function versionsOf({ kind, versionBefore, versionAfter, effectiveFrom }: DefinitionChange): string {
  const raised =
    versionBefore === versionAfter || versionBefore === null || versionAfter === null
      ? []
      : [`version ${versionBefore} → ${versionAfter}`];
  const from = kind === 'agreement' ? 'in force from' : 'for periods from';
  return [...raised, ...(effectiveFrom === null ? [] : [`${from} ${effectiveFrom}`])].join(', ');
}

/** The fields of a change, gravest first, what is known before what is not; mere words only where there is nothing else. */
export function gravestFields({ class: gravest, fields: all }: DefinitionChange): readonly FieldChange[] {
  const fields = all.filter(({ class: name }) => gravest === 'cosmetic' || name !== 'cosmetic');
  const rank = ({ class: name, isUnknown }: FieldChange): number =>
    name === 'breaking' ? (isUnknown ? 1 : 0) : name === 'additive' ? 2 : 3;
  return [...fields].sort((left, right) => rank(left) - rank(right));
}
