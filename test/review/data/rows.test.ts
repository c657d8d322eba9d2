import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keepRowsInFile } from '../../../src/build/compare.ts';
import { compareModelRows } from '../../../src/review/data/rows.ts';
import type { RowsReview } from '../../../src/review/types.ts';
import { Warehouse } from '../../../src/warehouse/warehouse.ts';

/** What becomes of a table when the second select takes the place of the first. */
async function compared(
  before: string,
  after: string,
  grain: readonly string[] = ['id'],
): Promise<RowsReview | undefined> {
  const work = await Warehouse.open(':memory:', { threads: 1 });
  onTestFinished(() => work.close());
  return compareIn(work, before, after, grain);
}

async function compareIn(work: Warehouse, before: string, after: string, grain: readonly string[]) {
  await work.run(`drop schema if exists review cascade; create or replace table deals as ${before}`);
  await keepRowsInFile(work, 'deals');
  await work.run(`create or replace table deals as ${after}`);
  return compareModelRows(work, { name: 'deals', isPublic: true, grain });
}

const rows = (values: string, columns = 'id, region, amount'): string => `from (values ${values}) as t(${columns})`;

describe('compareModelRows', () => {
  it('pairs rows by key, and tells of each column in how many rows it is the same', async () => {
    const review = await compared(
      rows(`('a', 'north', 1), ('b', 'north', 2), ('c', null, 3), ('d', 'south', 4), ('e', 'west', 5)`),
      rows(`('b', 'east', 2), ('c', null, 30), ('d', 'north', 40), ('e', 'west', 5), ('f', 'west', 6)`),
    );
    // Of b, c, d and e: b and d have another region, c and d another amount.
    expect(review).toEqual({
      model: 'deals',
      isPublic: true,
      key: ['id'],
      ...{ rowsBefore: 5, rowsAfter: 5, onlyBefore: 1, onlyAfter: 1, changed: 3 },
      columns: [
        { column: 'region', changed: 2, matchRate: 0.5 },
        { column: 'amount', changed: 2, matchRate: 0.5 },
      ],
      schema: [],
      samples: [
        {
          kind: 'only_before',
          key: { id: 'a' },
          cells: { region: { before: 'north', after: null }, amount: { before: '1', after: null } },
        },
        {
          kind: 'only_after',
          key: { id: 'f' },
          cells: { region: { before: null, after: 'west' }, amount: { before: null, after: '6' } },
        },
        { kind: 'changed', key: { id: 'b' }, cells: { region: { before: 'north', after: 'east' } } },
        { kind: 'changed', key: { id: 'c' }, cells: { amount: { before: '3', after: '30' } } },
        {
          kind: 'changed',
          key: { id: 'd' },
          cells: { region: { before: 'south', after: 'north' }, amount: { before: '4', after: '40' } },
        },
      ],
    });
  });

  it('says nothing where all is the same in another order, or nothing was kept', async () => {
    const [one, other] = [rows(`('a', 'n', 1), (null, 'n', 2)`), rows(`(null, 'n', 2), ('a', 'n', 1)`)];
    expect(await compared(one, other)).toBeUndefined();
    expect(await compared(one, other, [])).toBeUndefined();
    const work = await Warehouse.open(':memory:', { threads: 1 });
    onTestFinished(() => work.close());
    await work.run('create table deals as select 1 as id');
    expect(await compareModelRows(work, { name: 'deals', isPublic: true, grain: ['id'] })).toBeUndefined();
  });

  it('compares rows whole of a key that is not unique, so that nothing is counted twice', async () => {
    // Key a: one of three rows goes and one comes. Key b is doubled by the head. Key c is told apart and changes.
    const review = await compared(
      rows(`('a', 'n', 1), ('a', 'n', 2), ('a', 'n', 2), ('b', 'n', 3), ('c', 'n', 4)`),
      rows(`('a', 'n', 2), ('a', 'n', 2), ('a', 'n', 9), ('b', 'n', 3), ('b', 'n', 3), ('c', 'n', 5)`),
    );
    expect(review).toMatchObject({ rowsBefore: 5, rowsAfter: 6, onlyBefore: 1, onlyAfter: 2, changed: 1 });
    // Both have a twice, b and c.
    expect(review?.columns).toEqual([{ column: 'amount', changed: 1, matchRate: 0.75 }]);
    expect(
      review?.samples.map(({ kind, key, cells }) => [kind, key.id, cells.amount?.before, cells.amount?.after]),
    ).toEqual([
      ['only_before', 'a', '1', null],
      ['only_after', 'a', null, '9'],
      ['only_after', 'b', null, '3'],
      ['changed', 'c', '4', '5'],
    ]);
  });

  it('compares rows whole where no key is stated, or the base lacks a column of it', async () => {
    const [before, after] = [rows(`('a', 'n', 1), ('a', 'n', 1), ('b', 'n', 2)`), rows(`('a', 'n', 1), ('b', 'n', 3)`)];
    const counts = { key: [], rowsBefore: 3, rowsAfter: 2, onlyBefore: 2, onlyAfter: 1, changed: null, columns: [] };
    expect(await compared(before, after, [])).toMatchObject(counts);
    const review = await compared(before, `select *, row_number() over () as row_no ${after}`, ['id', 'row_no']);
    expect(review).toMatchObject({ ...counts, schema: [{ column: 'row_no', before: null, after: 'BIGINT' }] });
  });

  it('takes floating numbers for the same that differ by less than a billionth, and no others', async () => {
    const of = (...values: string[]): string =>
      rows(values.map((value, index) => `(${index}, ${value}::double)`).join(', '), 'id, amount');
    const before = of('1e9', '1e9', '0.1', '1', `'inf'`, `'inf'`, `'nan'`, `'nan'`, 'null', '0', '-5');
    const after = of('1e9 + 0.5', '1e9 + 2', '0.2 - 0.1', '1.00001', `'inf'`, '1', `'nan'`, '1', '0', '1e-300', '5');
    const review = await compared(before, after);
    expect(review?.columns).toEqual([{ column: 'amount', changed: 7, matchRate: 1 - 7 / 11 }]);
    expect(review?.samples.map(({ key }) => key.id)).toEqual(['1', '3', '5', '7', '8']);
    // A whole number that becomes a floating one is told of once, as a column.
    expect(await compared(rows('(1, 7)', 'id, amount'), rows('(1, 7.0::double)', 'id, amount'))).toMatchObject({
      changed: 0,
      schema: [{ column: 'amount', before: 'INTEGER', after: 'DOUBLE' }],
    });
  });

  it('compares what cannot be compared otherwise as text, keys too', async () => {
    const review = await compared(
      `select 1 as id, 10 as amount, 'x' as gone, {'a': 1} as s, [1, 2] as l, map {'a': 1} as m, '{"a": 1}'::json as j`,
      `select '1' as id, 'ten' as amount, {'a': 1, 'b': 2} as s, [1, 3] as l, map {'a': 1} as m, '{"a": 1}'::json as j, true as new`,
    );
    expect(review).toMatchObject({ rowsBefore: 1, rowsAfter: 1, onlyBefore: 0, onlyAfter: 0, changed: 1 });
    expect(review?.columns.map(({ column }) => column)).toEqual(['amount', 's', 'l']);
    expect(review?.schema).toEqual([
      { column: 'id', before: 'INTEGER', after: 'VARCHAR' },
      { column: 'amount', before: 'INTEGER', after: 'VARCHAR' },
      { column: 's', before: 'STRUCT(a INTEGER)', after: 'STRUCT(a INTEGER, b INTEGER)' },
      { column: 'new', before: null, after: 'BOOLEAN' },
      { column: 'gone', before: 'VARCHAR', after: null },
    ]);
  });

  it('shows five rows of a kind, the first by key, and cuts long cells', async () => {
    const review = await compared(
      `select id, 'old' as text from range(8) as t(id)`,
      `select id, if(id = 3, 'old', repeat('æ', 60 + id::integer)) as text from range(8) as t(id)`,
    );
    expect(review?.changed).toBe(7);
    expect(review?.samples.map(({ key }) => key.id)).toEqual(['0', '1', '2', '4', '5']);
    expect(review?.samples.slice(0, 2).map(({ cells }) => cells.text?.after)).toEqual([
      'æ'.repeat(60),
      `${'æ'.repeat(59)}…`,
    ]);
  });

  it('does not stumble over names of columns', async () => {
    const columns = (value: number): string =>
      `select 1 as "key_0", ${value} as "before_0", 1 as "has_row", 2 as "a ""quoted"" ; name", 3 as "__proto__", 4 as "Pairs"`;
    const review = await compared(columns(1), columns(2), ['KEY_0']);
    expect(review).toMatchObject({ key: ['key_0'], changed: 1, onlyBefore: 0, onlyAfter: 0 });
    expect(review?.samples).toEqual([
      { kind: 'changed', key: { key_0: '1' }, cells: { before_0: { before: '1', after: '2' } } },
    ]);
  });

  it('counts as counting by hand does, with any keys and values', async () => {
    const work = await Warehouse.open(':memory:', { threads: 1 });
    onTestFinished(() => work.close());
    const cell = fc.constantFrom('1', '2', 'null');
    const table = fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(table, table, fc.constantFrom(['k'], ['k', 'v'], []), async (before, after, grain) => {
        const select = (values: readonly (readonly string[])[]): string =>
          values.length === 0
            ? 'select 1 as k, 1 as v, 1 as w where false'
            : rows(
                values.map((row) => `(${row.map((value) => `${value}::integer`).join(', ')})`).join(', '),
                'k, v, w',
              );
        const review = await compareIn(work, select(before), select(after), grain);
        const expected = countByHand(before, after, grain.length);
        const found = review ?? { onlyBefore: 0, onlyAfter: 0, changed: grain.length === 0 ? null : 0 };
        expect([found.onlyBefore, found.onlyAfter, found.changed]).toEqual(expected);
      }),
      { numRuns: 60, seed: 20_261_126 },
    );
  });
});

/** Rows only before, only after and changed, one at a time. `width`: how many of the first columns are the key. */
function countByHand(
  before: readonly (readonly string[])[],
  after: readonly (readonly string[])[],
  width: number,
): [number, number, number | null] {
  const keyOf = (row: readonly string[]): string => row.slice(0, width).join();
  const times = (table: typeof before, key: string): number => table.filter((row) => keyOf(row) === key).length;
  const isPaired = (row: readonly string[]): boolean =>
    width > 0 && times(before, keyOf(row)) < 2 && times(after, keyOf(row)) < 2;
  const partner = (row: readonly string[], table: typeof before) => table.find((other) => keyOf(other) === keyOf(row));
  const counts: [number, number, number] = [0, 0, 0];
  const left = after.filter((row) => !isPaired(row)).map((row) => row.join());
  for (const row of before) {
    if (isPaired(row)) {
      const other = partner(row, after);
      if (other === undefined) counts[0] += 1;
      else if (other.join() !== row.join()) counts[2] += 1;
    } else {
      const place = left.indexOf(row.join());
      if (place < 0) counts[0] += 1;
      else left.splice(place, 1);
    }
  }
  counts[1] = left.length + after.filter((row) => isPaired(row) && partner(row, before) === undefined).length;
  return [counts[0], counts[1], width === 0 ? null : counts[2]];
}
