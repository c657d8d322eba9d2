import { createColors } from 'picocolors';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { oneLine, printable } from '../diagnostics/escape.ts';
import { formatDiagnostic } from '../diagnostics/print.ts';
import type { Review } from '../review/types.ts';
import { verdictOf } from '../review/words/markdown-verdict.ts';
import { counted } from '../review/words/markdown-words.ts';
import type { Sheet, TableSheet } from '../review/words/sheet.ts';
import { sheetsOf } from '../review/words/sheets.ts';
import { flipLines, sampleLines } from './print-review-rows.ts';
import { formatNarrow } from './print-review-table.ts';

interface TerminalOptions {
  readonly color: boolean;
  /** Every verdict that changes, not only the first. */
  readonly leads: boolean;
}

const linesShown = 40;
/** Of what a comment would fold. */
const linesOfDetails = 12;
const lettersInItem = 1_000;

/**
 * A review as a person at a terminal reads it, with the leads and rows that no comment may hold. Text of the files and
 * of the data cannot steer the terminal. Ends with a line break.
 */
export function toTerminal(review: Review, options: TerminalOptions): string {
  const colors = createColors(options.color);
  const { headline, sentences } = verdictOf(review);
  const blocks = [
    [colors.bold(plain(headline)), ...sentences.map(plain)].join('\n'),
    ...sheetsOf(review, 'local')
      .filter(({ kind }) => kind !== 'chart')
      .map((sheet) => [colors.bold(sheet.title), ...linesOf(sheet)].join('\n')),
    ...titled('Leads whose verdict changes', flipLines(review.data, options.leads), colors.bold),
    ...titled('Rows that differ', sampleLines(review.data), colors.bold),
    ...titled('What a build says', failureLines(review, options), colors.bold),
    furtherOf(review),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function titled(title: string, lines: readonly string[], bold: (text: string) => string): string[] {
  return lines.length === 0 ? [] : [[bold(title), ...lines].join('\n')];
}

function linesOf(sheet: Sheet): string[] {
  const intro = sheet.intro.map(plain);
  switch (sheet.kind) {
    case 'table':
      return [...intro, ...tableLines(sheet)];
    case 'list': {
      const shown = sheet.items.slice(0, linesIn(sheet));
      const left = sheet.total - shown.filter(({ isCounted }) => isCounted).length;
      return [
        ...intro,
        ...shown.map(({ text, depth }) => `${'  '.repeat(depth)}- ${plain(text)}`),
        ...leftOut(left, sheet),
      ];
    }
    case 'chart':
      return intro;
  }
}

function tableLines(sheet: TableSheet): string[] {
  const shown = sheet.rows.slice(0, linesIn(sheet)).map((cells) => cells.map(plain));
  const left = sheet.total - shown.length;
  return [...(shown.length === 0 ? [] : [formatNarrow(sheet.columns, shown)]), ...leftOut(left, sheet)];
}

function linesIn({ isFolded }: Sheet): number {
  return isFolded ? linesOfDetails : linesShown;
}

function leftOut(left: number, { noun: [one, many] }: Sheet): string[] {
  return left <= 0 ? [] : [`… and ${counted(left, `more ${one}`, `more ${many}`)}`];
}

/** Backticks mark code where that can be shown otherwise. */
function plain(text: string): string {
  return oneLine(text.replaceAll('`', ''), lettersInItem);
}

/** In full, with the lines that they are about. */
function failureLines({ data, problems }: Review, options: TerminalOptions): string[] {
  const ran = data.kind === 'failed' && problems[data.side].length === 0 ? data.problems : [];
  return [...problems.base, ...problems.head, ...ran].map((problem) => formatDiagnostic(harmless(problem), options));
}

function harmless(diagnostic: Diagnostic): Diagnostic {
  const { file, message, expected, fix, source } = diagnostic;
  return {
    ...diagnostic,
    message: printable(message),
    ...(file === undefined ? {} : { file: oneLine(file, lettersInItem) }),
    ...(expected === undefined ? {} : { expected: printable(expected) }),
    ...(fix === undefined ? {} : { fix: printable(fix) }),
    ...(source === undefined ? {} : { source: printable(source) }),
  };
}

/** Where to look further. */
function furtherOf({ data, changes, problems }: Review): string {
  if (problems.head.length > 0) return 'First repair what keeps the head from being built, then compare again.';
  if (changes.length === 0) return 'Nothing to look at further.';
  const leads =
    data.kind === 'compared' && data.flips.verdicts > 0
      ? '; --leads for every lead; handover why LEAD for one of them'
      : '';
  return `More: --format markdown for a pull request, with values by part and the diagram; --format json for everything${leads}`;
}
