import type { ContractResult } from '../build/check-contracts.ts';
import { formatJunit } from './print-junit.ts';
import { formatRows } from './print-rows.ts';

export type CheckFormat = 'table' | 'json' | 'csv' | 'junit' | 'markdown';

/** Results of contracts as text for stdout. Ends with a line break. */
export function formatChecks(results: readonly ContractResult[], format: CheckFormat): string {
  switch (format) {
    case 'junit':
      return formatJunit(results);
    case 'markdown':
      return formatMarkdown(results);
    case 'table':
      return formatRows(['status', 'of', 'rule', 'observed', 'expected'], results.map(toLine), format);
    default:
      return formatRows(columns, results.map(toRow), format);
  }
}

/** `2 of 41 contracts do not hold: 1 error, 1 warning`. */
export function summaryOf(results: readonly ContractResult[]): string {
  const errors = results.filter(({ passed, severity }) => !passed && severity === 'error').length;
  const warnings = results.filter(({ passed, severity }) => !passed && severity === 'warn').length;
  const all = plural(results.length, 'contract');
  if (results.length === 0) return 'no contracts';
  if (errors + warnings === 0) return results.length === 1 ? '1 contract holds' : `all ${all} hold`;
  const kinds = [
    ...(errors === 0 ? [] : [plural(errors, 'error')]),
    ...(warnings === 0 ? [] : [plural(warnings, 'warning')]),
  ];
  return `${errors + warnings} of ${all} ${errors + warnings === 1 ? 'does' : 'do'} not hold: ${kinds.join(', ')}`;
}

/** What a result is about: a metric, a model or all the data. */
function subjectOf({ metric, model }: ContractResult): string {
  return metric ?? model ?? 'the data';
}

/** Where the rule is written: `metrics/win_rate.yml:25`. */
function placeOf({ place }: ContractResult): string {
  return place === undefined ? '' : `${place.file}:${place.line}`;
}

const columns = [
  ...['metric', 'model', 'rule', 'severity', 'status', 'observed', 'expected', 'sample', 'rows_in', 'file', 'line'],
];

function toRow(result: ContractResult) {
  const { metric, model, rule, severity, observed, expected, sample, rowsIn, place } = result;
  return {
    ...{ metric, model, rule, severity, status: statusOf(result), observed, expected, sample },
    ...{ rows_in: rowsIn, file: place?.file ?? null, line: place?.line ?? null },
  };
}

function toLine(result: ContractResult) {
  const { rule, observed, expected } = result;
  return {
    ...{ status: statusOf(result), of: subjectOf(result), rule },
    ...{ observed: shorten(observed, 80), expected: shorten(expected, 60) },
  };
}

function statusOf({ passed, severity }: ContractResult): string {
  if (passed) return 'holds';
  return severity === 'error' ? 'fails' : 'warns';
}

function shorten(text: string, length: number): string {
  const letters = [...text.replaceAll(/\s+/g, ' ').replaceAll(/\p{Cc}/gu, '')];
  return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : letters.join('');
}

/** A comment on a pull request has room for so many rows, each of some hundred letters. */
const rowsAtMost = 50;

/** What does not hold in a table, errors first; what holds is only counted, folded away below it. */
function formatMarkdown(results: readonly ContractResult[]): string {
  const broken = results.filter(({ passed }) => !passed);
  const ordered = [
    ...broken.filter(({ severity }) => severity === 'error'),
    ...broken.filter(({ severity }) => severity === 'warn'),
  ];
  const holding = results.filter(({ passed }) => passed);
  const more = ordered.length - rowsAtMost;
  const parts = [
    `**${summaryOf(results)}**`,
    ...(ordered.length === 0 ? [] : [brokenTable(ordered.slice(0, rowsAtMost))]),
    ...(more <= 0 ? [] : [`… and ${more} more`]),
    ...(holding.length === 0
      ? []
      : [`<details><summary>${holding.length} hold</summary>`, holdingTable(holding), '</details>']),
  ];
  return `${parts.join('\n\n')}\n`;
}

function brokenTable(results: readonly ContractResult[]): string {
  const rows = results.map((result) => {
    const { rule, observed, expected } = result;
    return [statusOf(result), subjectOf(result), rule, observed, expected, placeOf(result)];
  });
  return markdownTable(['status', 'of', 'rule', 'observed', 'expected', 'where'], rows);
}

function holdingTable(results: readonly ContractResult[]): string {
  const subjects = [...new Set(results.map(subjectOf))];
  const count = (subject: string): number => results.filter((result) => subjectOf(result) === subject).length;
  return markdownTable(
    ['of', 'rules'],
    subjects.map((subject) => [subject, String(count(subject))]),
  );
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const body = rows.map((cells) => line(cells.map((cell) => markdownText(shorten(cell, 300)))));
  return [line(head), line(head.map(() => '---')), ...body].join('\n');
}

/** A text that renders as itself: no markup, no link, and nobody is called by an at sign. */
function markdownText(text: string): string {
  return text
    .replaceAll(/[\\|*`[\]~#]|(?<!\w)_|_(?!\w)/g, (mark) => `\\${mark}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;');
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
