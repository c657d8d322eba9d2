import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteIdentifier, quoteLiteral, Warehouse } from '../../src/warehouse/warehouse.ts';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await Warehouse.open(':memory:');
});
afterAll(() => warehouse.close());

describe('rows', () => {
  it.each([
    ["timestamptz '2026-03-29 03:30:00+02'", '2026-03-29T01:30:00Z'],
    ["timestamptz '2026-03-29 01:30:00.000001+00'", '2026-03-29T01:30:00.000001Z'],
    ["timestamptz '1969-12-31 23:59:59.9+00'", '1969-12-31T23:59:59.9Z'],
    ["timestamp '2026-03-29 01:30:00'", '2026-03-29T01:30:00'],
    ["timestamptz 'infinity'", 'infinity'],
    ["timestamptz '-infinity'", '-infinity'],
    ["date '2026-03-29'", '2026-03-29'],
    ['42::bigint', 42],
    ['0.1::decimal(4,2) + 0.2', 0.3],
    ['[1, null]', [1, null]],
    [`'{"a": 1}'::json`, '{"a": 1}'],
    ['null::timestamptz', null],
    ['true', true],
  ])('reads %s exactly', async (sql, expected) => {
    expect(await warehouse.rows(`select ${sql} as value`)).toEqual([{ value: expected }]);
  });

  it('refuses to round a whole number that is too large', async () => {
    await expect(warehouse.rows('select 9007199254740993 as value')).rejects.toThrow('too large to be exact');
  });

  it('binds parameters', async () => {
    expect(await warehouse.rows('select $1::text as a, $2::int + 1 as b', ["it's", 2])).toEqual([{ a: "it's", b: 3 }]);
  });
});

describe('insert', () => {
  it('replaces a table by the rows given, whatever characters they hold', async () => {
    const rows = [
      { name: `O'Neill "x"; drop table t`, size: 3 },
      { name: null, size: null },
    ];
    await warehouse.insert('t', { name: 'text', size: 'integer' }, [{ name: 'old', size: 1 }]);
    await warehouse.insert('t', { name: 'text', size: 'integer' }, rows);
    expect(await warehouse.rows('from t')).toEqual(rows);
  });

  it('holds each value to its last digit', async () => {
    const columns = {
      ...{ name: 'text', amount: 'decimal(18, 2)', share: 'double', big: 'bigint', is_late: 'boolean' },
      ...{ day: 'date', due_at: 'timestamptz', tags: 'varchar[]' },
    };
    const row = {
      ...{ name: 'å\n\\"\u0001😀', amount: 0.1, share: 100 / 111, big: 9007199254740991n, is_late: true },
      ...{ day: '2026-03-29', due_at: '2026-03-29T01:30:00.000001Z', tags: '[a, b]' },
    };
    await warehouse.insert('t', columns, [row, { name: '\ud800' }]);
    expect(await warehouse.rows('from t')).toEqual([
      { ...row, big: Number(row.big), tags: ['a', 'b'] },
      { ...Object.fromEntries(Object.keys(columns).map((name) => [name, null])), name: '\ufffd' },
    ]);
    expect(await warehouse.columns('from t')).toMatchObject([
      ...[{ type: 'VARCHAR' }, { type: 'DECIMAL(18,2)' }, { type: 'DOUBLE' }, { type: 'BIGINT' }, { type: 'BOOLEAN' }],
      ...[{ type: 'DATE' }, { type: 'TIMESTAMP WITH TIME ZONE' }, { type: 'VARCHAR[]' }],
    ]);
  });

  it('makes an empty table of no rows', async () => {
    await warehouse.insert('t', { name: 'text' }, []);
    expect(await warehouse.rows('from t')).toEqual([]);
  });
});

describe('errors', () => {
  it('come in parts: kind, message, place in bytes, what would have fitted', async () => {
    const error = await warehouse.rows('select nam from (select 1 as name)').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'Binder', position: 7, candidates: ['name'], missing: 'nam' });
  });
});

it('quotes names and literals', () => {
  expect(quoteIdentifier('a"b')).toBe('"a""b"');
  expect(quoteLiteral("a'b")).toBe("'a''b'");
});
