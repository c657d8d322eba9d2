import type { DataReview, RowsReview } from '../types.ts';
import { quoted } from './markdown-words.ts';
import { firstRows, type TableSheet } from './sheet.ts';
import type { Audience } from './sheets.ts';
import { isTold, typeName } from './told.ts';

const columnsShown = 4;

const number = (name: string) => ({ name, isNumber: true });

/** What became of the rows of models, by their keys. */
export function rowsSheet({ rows }: DataReview, audience: Audience): TableSheet {
  return {
    kind: 'table',
    title: 'Rows of models',
    intro: [],
    isFolded: true,
    floor: 2_500,
    noun: ['model', 'models'],
    columns: [
      { name: 'Model' },
      { name: 'Told apart by' },
      number('Rows'),
      number('Only before'),
      number('Only after'),
      number('Changed'),
      { name: 'Columns that differ (same in)' },
    ],
    ...firstRows(rows, 40, (row) => [
      `${quoted(row.model)}${row.isPublic ? '' : ' (not published)'}`,
      row.key.length === 0 ? 'the whole row' : row.key.map((name) => quoted(name)).join(', '),
      row.rowsBefore === row.rowsAfter ? count(row.rowsAfter) : `${count(row.rowsBefore)} → ${count(row.rowsAfter)}`,
      count(row.onlyBefore),
      count(row.onlyAfter),
      row.changed === null ? '–' : count(row.changed),
      columnsOf(row, audience),
    ]),
  };
}

function count(rows: number): string {
  return rows.toLocaleString('en');
}

/** Those that differ most. */
function columnsOf({ columns }: RowsReview, audience: Audience): string {
  if (columns.length === 0) return '–';
  const shown = [...columns]
    .sort((left, right) => left.matchRate - right.matchRate)
    .filter(({ column }) => isTold(column, audience))
    .slice(0, columnsShown)
    .map(({ column, matchRate }) => `${quoted(column)} ${percent(matchRate)}`);
  const rest = columns.length - shown.length;
  return [...shown, ...(rest === 0 ? [] : [shown.length === 0 ? `${rest} columns` : `and ${rest} more`])].join(', ');
}

/** All but all is not all. */
function percent(rate: number): string {
  const rounded = Math.floor(rate * 1000) / 10;
  return `${rounded.toFixed(1)} %`;
}

/** Columns that come, go or change their type. */
export function schemaSheet({ rows }: DataReview, audience: Audience): TableSheet {
  const changes = rows.flatMap(({ model, schema }) => schema.map((change) => ({ model, ...change })));
  const told = changes.filter(({ column }) => isTold(column, audience));
  return {
    kind: 'table',
    title: 'Columns that come, go or change their type',
    intro: [],
    isFolded: true,
    floor: 1_500,
    noun: ['column', 'columns'],
    columns: [{ name: 'Model' }, { name: 'Column' }, { name: 'Before' }, { name: 'After' }],
    ...firstRows(told, 60, ({ model, column, before, after }) => [
      quoted(model),
      quoted(column),
      typeName(before, audience),
      typeName(after, audience),
    ]),
    total: changes.length,
  };
}
