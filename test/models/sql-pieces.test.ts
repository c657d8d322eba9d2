import { describe, expect, it } from 'vitest';
import { placeOfName, startOfStatement, withoutEnd } from '../../src/models/sql-pieces.ts';

describe('withoutEnd', () => {
  it.each([
    ['select 1', 'select 1'],
    ['select 1;\n', 'select 1'],
    ['select 1 ; ;\n', 'select 1'],
    ['select 1; -- done', 'select 1'],
    ['select 1 /* kept; */ ; /* gone; */', 'select 1 /* kept; */'],
    ['select 1 -- kept; all of it', 'select 1 -- kept; all of it'],
    ["select ';' as a; -- '", "select ';' as a"],
    ["select '; -- a'", "select '; -- a'"],
    ["select 'it''s;' as a;", "select 'it''s;' as a"],
    ["select e'it\\';' as a; -- '", "select e'it\\';' as a"],
    ["select date'2026-03-02' as day; -- it's", "select date'2026-03-02' as day"],
    ['select 1 as "a;""b";', 'select 1 as "a;""b"'],
    ['select $$a;$$ as a; -- $$', 'select $$a;$$ as a'],
    ["select $x$a;$$'$x$ as a; -- '", "select $x$a;$$'$x$ as a"],
    ['select 1 as "blå"; -- æ;', 'select 1 as "blå"'],
    ['select 1; /* never; closed', 'select 1'],
  ])('of %j is %j', (sql, select) => {
    expect(withoutEnd(sql)).toBe(select);
  });
});

it('finds where a statement begins, in bytes', () => {
  const sql = "-- æ;\nselect 'å;' as a;\n;\n/* b */ select 2";
  expect(startOfStatement(sql, 0)).toBe(Buffer.byteLength('-- æ;\n'));
  expect(startOfStatement(sql, 1)).toBe(Buffer.byteLength("-- æ;\nselect 'å;' as a;\n;\n/* b */ "));
  expect(startOfStatement(sql, 2)).toBeUndefined();
});

it('finds a name where it is one', () => {
  const sql = '-- from answers\nselect \'answers\' as a, answers2 from "Answers"';
  expect(placeOfName(sql, 'answers')).toBe(sql.indexOf('"Answers"'));
  expect(placeOfName(sql, 'nowhere')).toBeUndefined();
});
