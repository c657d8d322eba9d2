import { asWords, printable } from '../../diagnostics/escape.ts';
import type { Review } from '../types.ts';
import { type Piece, withinLimit } from './markdown-fit.ts';
import { verdictOf } from './markdown-verdict.ts';
import { counted } from './markdown-words.ts';
import type { Sheet, TableSheet } from './sheet.ts';
import { sheetsOf } from './sheets.ts';

/** GitHub takes 65,536 characters, of which whoever posts it may add some. */
const mostCharacters = 59_500;

/** By it a workflow finds the comment that it posted earlier. */
export const commentMarker = '<!-- handover-diff -->';

const wordsInCell = 220;
const wordsInItem = 700;
const wordsInSentence = 400;

/**
 * A review as a comment on a pull request of GitHub or GitLab: the verdict, what is missing, what matters; the rest
 * folded. At most 60,000 characters whatever the change, and nothing in it that may not be seen by everybody for ever:
 * no lead, no row, no message of a run, no dimension value that only the head knows. Pure.
 */
export function toMarkdown(review: Review): string {
  const { headline, sentences } = verdictOf(review);
  const verdict = [
    `**${asWords(headline, wordsInSentence)}**`,
    ...sentences.map((text) => asWords(text, wordsInSentence)),
  ];
  const start = `${commentMarker}\n\n${verdict.join(' ')}\n`;
  return `${start}${withinLimit(sheetsOf(review, 'posted').map(pieceOf), mostCharacters - start.length)}`;
}

function pieceOf(sheet: Sheet): Piece {
  const { title, intro, isFolded, floor, noun } = sheet;
  const { rows, total } = rowsOf(sheet);
  const heading = isFolded
    ? `\n<details>\n<summary>${asWords(title, wordsInCell)}</summary>\n`
    : `\n### ${asWords(title, wordsInCell)}\n`;
  const before = intro.map((text) => `\n${asWords(text, wordsInSentence)}\n`).join('');
  const isTable = sheet.kind === 'table' && rows.length > 0;
  return {
    open: `${heading}${before}\n${isTable ? tableHead(sheet) : ''}`,
    close: isFolded ? '\n</details>\n' : '',
    rows,
    total,
    floor,
    more: (left, isAlone) => `\n${leftOut(left, isAlone, noun)}\n`,
  };
}

function leftOut(left: number, isAlone: boolean, [one, many]: Sheet['noun']): string {
  return isAlone
    ? `${counted(left, one, many)}, not shown here.`
    : `… and ${counted(left, `more ${one}`, `more ${many}`)}.`;
}

/** Rows as lines; of a great many only as many as could ever be shown. */
function rowsOf(sheet: Sheet): Pick<Piece, 'rows' | 'total'> {
  switch (sheet.kind) {
    case 'table':
      return {
        rows: drawn(sheet.rows, (cells) => ({
          text: line(cells.map((cell) => asWords(cell, wordsInCell))),
          counts: 1,
        })),
        total: sheet.total,
      };
    case 'list':
      return {
        rows: drawn(sheet.items, ({ text, depth, isCounted }) => ({
          text: `${'  '.repeat(depth)}- ${asWords(text, wordsInItem)}\n`,
          counts: isCounted ? 1 : 0,
        })),
        total: sheet.total,
      };
    case 'chart':
      return { rows: [{ text: fenced(sheet.text), counts: 1 }], total: 1 };
  }
}

function drawn<Of>(items: readonly Of[], draw: (item: Of) => Piece['rows'][number]): Piece['rows'] {
  const rows: Piece['rows'][number][] = [];
  let letters = 0;
  for (const item of items) {
    const row = draw(item);
    letters += row.text.length;
    if (letters > mostCharacters) break;
    rows.push(row);
  }
  return rows;
}

function tableHead({ columns }: TableSheet): string {
  return `${line(columns.map(({ name }) => name))}${line(columns.map(({ isNumber }) => (isNumber ? '--:' : '---')))}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** In a fence longer than any run of backticks in it; Mermaid reads entities as the characters they name. */
function fenced(diagram: string): string {
  const text = printable(diagram.trim())
    .replaceAll('<', '&lt;')
    .replace(/^\s*[/`~][\s/`~]*/gm, ' ');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}mermaid\n${text}\n${fence}\n`;
}
