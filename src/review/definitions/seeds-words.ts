import { listed, quoted, shortened } from './definition-change.ts';
import type { Cells, SeedRow } from './seeds-rows.ts';

/** A row of a seed that came, went or says something else, for people. */
export function rowWords(seed: string, row: SeedRow, key: readonly string[]): string {
  const cells = row.after ?? row.before ?? {};
  if (seed === 'holidays' && 'set' in cells && 'date' in cells) return holidayWords(row, cells);
  if (row.change === 'changed') return changeWords(row, keyWords(cells, key));
  const rest = Object.entries(cells).filter(([name, value]) => value !== null && !key.includes(name));
  const values = shortened(rest.map(([name, value]) => `${name} ${quoted(value ?? '')}`).join(', '), mostCells);
  const what = row.change === 'added' ? 'is added' : 'is gone';
  if (key.length === 0) return `a row ${what}: ${values || 'an empty one'}`;
  return `${keyWords(cells, key)} ${what}${values === '' ? '' : ` (${values})`}`;
}

const mostCells = 160;

/** `owner_id "12"`; of several columns `pipeline_id "default", stage_id "won"`. */
function keyWords(cells: Cells, key: readonly string[]): string {
  return key.map((name) => `${name} ${cellText(cells[name])}`).join(', ');
}

function changeWords({ before, after }: SeedRow, of: string): string {
  const changes = Object.keys(after ?? {}).filter((name) => before?.[name] !== after?.[name]);
  const told = changes.map(
    (name, index) =>
      `${name}${index === 0 ? ` of ${of}` : ''} is ${cellText(after?.[name])} instead of ${cellText(before?.[name])}`,
  );
  return listed(told);
}

/** `the holiday 2026-12-24 of dk is added (Juleaften)` */
function holidayWords(row: SeedRow, cells: Cells): string {
  const name = cells.name_da ?? cells.name_en ?? '';
  const holiday = `the holiday ${shortened(cells.date ?? '', 20)} of ${shortened(cells.set ?? '', 40)}`;
  if (row.change === 'changed') return changeWords(row, holiday);
  return `${holiday} ${row.change === 'added' ? 'is added' : 'is gone'}${name === '' ? '' : ` (${shortened(name, 80)})`}`;
}

function cellText(value: string | null | undefined): string {
  return value === null || value === undefined ? 'nothing' : quoted(value);
}

/** What is left when only some rows are named. */
export function moreWords(more: number): string {
  return `and ${more} more ${more === 1 ? 'row' : 'rows'}`;
}
