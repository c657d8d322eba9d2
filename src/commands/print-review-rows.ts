import { oneLine } from '../diagnostics/escape.ts';
import type { DataOutcome, Flip, RowSample } from '../review/types.ts';
import { promise } from '../review/words/markdown-words.ts';
import { clause, verdict } from '../review/words/told.ts';
import { formatNarrow } from './print-review-table.ts';

const flipsShown = 20;
const samplesShown = 3;
const modelsShown = 5;
const lettersInCell = 60;

/** Verdicts that change, one a row: pseudonymous personal data, for the reviewer's own screen. */
export function flipLines(data: DataOutcome, all: boolean): string[] {
  if (data.kind !== 'compared' || data.flips.list.length === 0) return [];
  const { list, verdicts } = data.flips;
  const shown = all ? list : list.slice(0, flipsShown);
  const columns = ['Promise', 'Lead', 'Cycle or meeting', 'Before', 'After', 'By clause', 'By clause now'];
  const left = Math.max(verdicts, list.length) - shown.length;
  return [
    formatNarrow(
      columns.map((name) => ({ name })),
      shown.map(flipCells),
    ),
    ...(left === 0 ? [] : [`… and ${left.toLocaleString('en')} more${all ? '' : ': --leads'}`]),
  ];
}

function flipCells(flip: Flip): string[] {
  return [
    promise(flip.promise),
    flip.leadId,
    flip.item,
    verdict(flip.before),
    verdict(flip.after),
    clause(flip.clauseBefore),
    clause(flip.clauseAfter),
  ].map(cell);
}

/** A few rows of the first models that differ. */
export function sampleLines(data: DataOutcome): string[] {
  if (data.kind !== 'compared') return [];
  return data.rows
    .filter(({ samples }) => samples.length > 0)
    .slice(0, modelsShown)
    .flatMap(({ model, samples }) => [
      cell(model),
      ...samples.slice(0, samplesShown).map((row) => `  ${sampleOf(row)}`),
    ]);
}

const kinds: Readonly<Record<RowSample['kind'], string>> = {
  only_before: '- only before',
  only_after: '+ only after',
  changed: '~ changed',
};

function sampleOf({ kind, key, cells }: RowSample): string {
  const keys = Object.entries(key).map(([column, text]) => `${cell(column)} ${cellOf(text)}`);
  const others = Object.entries(cells).map(([column, { before, after }]) => {
    const texts =
      kind === 'changed' ? `${cellOf(before)} → ${cellOf(after)}` : cellOf(kind === 'only_before' ? before : after);
    return `${cell(column)} ${texts}`;
  });
  return [`${kinds[kind]}:`, [keys.join(', '), ...others].filter((text) => text !== '').join('; ')].join(' ');
}

function cellOf(text: string | null): string {
  return text === null ? 'null' : cell(text);
}

function cell(text: string): string {
  return oneLine(text, lettersInCell);
}
