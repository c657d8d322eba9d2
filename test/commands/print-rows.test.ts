import { describe, expect, it } from 'vitest';
import { formatRows } from '../../src/commands/print-rows.ts';

const columns = ['metric', 'value'];
const rows = [
  { metric: 'win_rate', value: 0.25 },
  { metric: 'says "so", often', value: null },
];

describe('formatRows', () => {
  it('aligns numbers to the right for people and leaves null empty', () => {
    expect(formatRows(columns, rows, 'table')).toBe(
      [
        '┌──────────────────┬───────┐',
        '│ metric           │ value │',
        '├──────────────────┼───────┤',
        '│ win_rate         │  0.25 │',
        '│ says "so", often │       │',
        '└──────────────────┴───────┘',
        '',
      ].join('\n'),
    );
  });

  it('quotes what CSV needs quoted, and keeps numbers exact', () => {
    expect(formatRows(columns, [...rows, { metric: 'x', value: 0.1234567891 }], 'csv')).toBe(
      'metric,value\nwin_rate,0.25\n"says ""so"", often",\nx,0.1234567891\n',
    );
  });

  it('shows people six digits, and the whole part of every number', () => {
    const shown = (value: number) => formatRows(['value'], [{ value }], 'markdown').split('\n')[2];
    expect(shown(0.1234567891)).toBe('| 0.123457 |');
    expect(shown(2422571.4285714286)).toBe('| 2422571.43 |');
    expect(shown(-123456789.5)).toBe('| -123456789.5 |');
  });

  it('prints JSON that reads back as the same rows', () => {
    expect(JSON.parse(formatRows(columns, rows, 'json'))).toEqual(rows);
  });

  it('prints a table for a page, with what Markdown would read taken as text', () => {
    expect(formatRows(columns, [...rows, { metric: 'a | b\\\n<c>', value: 12 }], 'markdown')).toBe(
      [
        '| metric             | value |',
        '| ------------------ | ----: |',
        '| win_rate           |  0.25 |',
        '| says "so", often   |       |',
        '| a \\| b\\\\<br>&lt;c> |    12 |',
        '',
      ].join('\n'),
    );
  });

  it('prints the header of a table without rows', () => {
    expect(formatRows(columns, [], 'csv')).toBe('metric,value\n');
    expect(formatRows(columns, [], 'json')).toBe('[]\n');
  });
});
