import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { RowSample, RowsReview } from '../types.ts';
import type { RowPairs } from './rows-sql.ts';

/** Rows of each kind that are shown, their columns, and characters of a cell. */
const [mostRows, mostColumns, mostCharacters] = [5, 12, 60];

const conditions = {
  only_before: 'not has_after',
  only_after: 'not has_before',
  changed: 'is_both and is_changed',
} as const;

/** A few rows that differ, the first by key: of changed ones the cells that do. */
export async function readSamples(
  work: Warehouse,
  pairs: RowPairs,
  { onlyBefore, onlyAfter, changed }: Pick<RowsReview, 'onlyBefore' | 'onlyAfter' | 'changed'>,
): Promise<RowSample[]> {
  const counts = { only_before: onlyBefore, only_after: onlyAfter, changed: changed ?? 0 };
  const samples: RowSample[] = [];
  for (const kind of ['only_before', 'only_after', 'changed'] as const) {
    if (counts[kind] > 0) samples.push(...(await readKind(work, pairs, kind)));
  }
  return samples;
}

async function readKind(
  work: Warehouse,
  { sql, key, values }: RowPairs,
  kind: RowSample['kind'],
): Promise<RowSample[]> {
  const cells = values.flatMap((_, index) => [
    `differs_${index} as differs_${index}`,
    `${text(`before_${index}`)} as before_${index}`,
    `${text(`after_${index}`)} as after_${index}`,
  ]);
  const keys = key.map((_, index) => `${text(`key_${index}`)} as key_${index}`);
  const order = [
    ...key.map((_, index) => `pairs.key_${index}`),
    ...values.flatMap((_, index) => [`pairs.before_${index}::varchar`, `pairs.after_${index}::varchar`]),
  ];
  const rows = await work.rows<Record<string, string | boolean | null>>(`
    ${sql}
    select ${[...keys, ...cells].join(', ') || '1 as nothing'}
    from pairs
    where ${conditions[kind]}
    ${order.length === 0 ? '' : `order by ${order.join(', ')}`}
    limit ${mostRows}`);
  return rows.map((row) => {
    const cell = (name: string): string | null => (typeof row[name] === 'string' ? row[name] : null);
    const shown = values
      .map(({ name }, index) => ({ name, index }))
      .filter(({ index }) => kind !== 'changed' || row[`differs_${index}`] === true)
      .slice(0, mostColumns);
    return {
      kind,
      key: Object.fromEntries(key.map(({ name }, index) => [name, cell(`key_${index}`)])),
      cells: Object.fromEntries(
        shown.map(({ name, index }) => [name, { before: cell(`before_${index}`), after: cell(`after_${index}`) }]),
      ),
    };
  });
}

/** SQL of a value as text, cut where it is long. */
function text(column: string): string {
  const whole = `pairs.${column}::varchar`;
  return `if(length(${whole}) > ${mostCharacters}, left(${whole}, ${mostCharacters - 1}) || '…', ${whole})`;
}
