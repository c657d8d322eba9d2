import { createColors } from 'picocolors';
import type { Difference, UnitTestResult } from '../build/test.ts';
import { formatDiagnostic } from '../diagnostics/print.ts';

type Cell = string | null;

/** One line of a difference: a mark, and its cells as they are printed. */
interface Line {
  readonly mark: '~' | '-' | '+' | ' ';
  readonly cells: readonly string[];
}

const rowsAtMost = 20;
const charactersAtMost = 60;

/** A failed test as a person reads it: which it is and where, and the rows that differ. */
export function formatFailure(result: UnitTestResult, options: { color: boolean }): string {
  const { checked, difference, problem, leftEmpty } = result;
  const { test, model } = checked;
  const colors = createColors(options.color);
  const { file, line, column } = test.at(['name']);
  const subject = test.cte === undefined ? model.file.name : `${model.file.name}, ${test.cte}`;
  return [
    `${colors.red('fails')} ${colors.bold(`${file}:${line}:${column}`)} ${subject}: ${test.name}`,
    ...(problem === undefined ? [] : [formatDiagnostic(problem, options)]),
    ...(difference === undefined ? [] : [`  ${describe(difference)}`, ...table(difference, options)]),
    ...(leftEmpty.length === 0
      ? []
      : [`  ${colors.dim('no row came out; the test leaves empty:')} ${leftEmpty.join(', ')}`]),
  ].join('\n');
}

/** Why a test failed, in a line; empty when it passed. */
export function reasonOf({ difference, problem }: UnitTestResult): string {
  return problem?.message ?? (difference === undefined ? '' : describe(difference));
}

function describe({ changed, missing, extra }: Difference): string {
  const parts = [
    count(changed.length, 'differs', 'differ'),
    count(missing.length, 'is missing', 'are missing'),
    count(extra.length, 'was not expected', 'were not expected'),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function count(rows: number, one: string, many: string): string {
  return rows === 0 ? '' : rows === 1 ? `1 row ${one}` : `${rows} rows ${many}`;
}

function table(difference: Difference, { color }: { color: boolean }): string[] {
  const colors = createColors(color);
  const shown = shownColumns(difference);
  const lines = linesOf(difference, shown);
  const some = lines.slice(0, rowsAtMost);
  const header: Line = { mark: ' ', cells: shown.map((index) => difference.columns[index] ?? '') };
  const widths = shown.map((_, index) =>
    Math.max(...[header, ...some].map(({ cells }) => widthOf(cells[index] ?? ''))),
  );
  const tint = { '~': colors.yellow, '-': colors.red, '+': colors.green, ' ': colors.dim };
  const text = ({ mark, cells }: Line): string =>
    tint[mark](`    ${mark} ${cells.map((cell, index) => pad(cell, widths[index] ?? 0)).join('  ')}`.trimEnd());
  return [
    colors.dim(`    ${legendOf(difference)}`),
    text(header),
    ...some.map(text),
    ...(lines.length > some.length ? [`      … and ${lines.length - some.length} more`] : []),
  ];
}

function legendOf({ changed, missing, extra }: Difference): string {
  return [
    ...(changed.length > 0 ? ['~ expected → found'] : []),
    ...(missing.length > 0 ? ['- expected and missing'] : []),
    ...(extra.length > 0 ? ['+ found and not expected'] : []),
  ].join('   ');
}

/** Where rows only differ in some columns, these and those that say which row it is; else all. */
function shownColumns({ columns, key, changed, missing, extra }: Difference): number[] {
  const all = columns.map((_, index) => index);
  if (missing.length + extra.length > 0 || key.length === 0) return all;
  return all.filter(
    (index) =>
      key.includes(columns[index] ?? '') || changed.some(({ expected, found }) => expected[index] !== found[index]),
  );
}

function linesOf({ changed, missing, extra }: Difference, shown: readonly number[]): Line[] {
  const whole = (mark: Line['mark'], row: readonly Cell[]): Line => ({
    mark,
    cells: shown.map((index) => shorten(row[index] ?? null)),
  });
  return [
    ...changed.map(({ expected, found }): Line => {
      const cells = shown.map((index) => changeOf(expected[index] ?? null, found[index] ?? null));
      return { mark: '~', cells };
    }),
    ...missing.map((row) => whole('-', row)),
    ...extra.map((row) => whole('+', row)),
  ];
}

function changeOf(expected: Cell, found: Cell): string {
  return expected === found ? shorten(found) : `${shorten(expected)} → ${shorten(found)}`;
}

function shorten(cell: Cell): string {
  if (cell === null) return 'null';
  const text = cell === '' ? "''" : cell.replaceAll('\n', '⏎');
  return widthOf(text) > charactersAtMost ? `${[...text].slice(0, charactersAtMost - 1).join('')}…` : text;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

function widthOf(text: string): number {
  return [...text].length;
}
