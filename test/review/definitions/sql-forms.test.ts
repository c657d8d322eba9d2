import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { effectOf } from '../../../src/review/definitions/sql-extent.ts';
import { readSqlForms, type SqlForms } from '../../../src/review/definitions/sql-forms.ts';
import { Warehouse } from '../../../src/warehouse/warehouse.ts';

let parser: Warehouse;
beforeAll(async () => {
  parser = await Warehouse.open(':memory:', { threads: 1 });
});
afterAll(() => parser.close());

const formsOf = (...texts: string[]): Promise<SqlForms> => readSqlForms(parser, new Set(texts));

describe('the form of an expression', () => {
  it.each([
    ['formatting', 'a and  b', 'A\n  AND b'],
    ['comments', 'a = 1', 'a -- the first\n = /* one */ 1'],
    ['brackets', 'a and b and c', '(a and (b)) and c'],
    ['nested brackets', 'a and b and c', 'a and (b and c)'],
    ['order of and', 'a and b = 1', 'b = 1 and a'],
    ['order of or', 'a or b', 'b or a'],
    ['order of an in-list', "a in ('x', 'y')", "a in ('y', 'x')"],
    ['sides of an equation', 'a = 1', '1 = a'],
    ['sides of a comparison', 'a > 1', '1 < a'],
    ['sides of a closed comparison', 'a <= 1', '1 >= a'],
    ['a comment at the end', 'a', 'a -- all of it'],
    ['a select', 'select count(*) from t where a and b', 'SELECT COUNT(*)\nFROM t WHERE b AND a'],
    [
      'a select with ctes',
      'with t as (select 1 as x) select x from t',
      'with t as (\n select 1 as x\n)\nselect x from t',
    ],
  ])('is one whatever the %s', async (_, left, right) => {
    const forms = await formsOf(left, right);
    expect(forms.formOf(left)).toBe(forms.formOf(right));
  });

  it.each([
    ['a constant', 'a > 1', 'a > 2'],
    ['long whole numbers', 'a = 123456789012345678', 'a = 123456789012345679'],
    ['very long ones', 'a = 1234567890123456789012345678901234567', 'a = 1234567890123456789012345678901234568'],
    ['decimals', 'a = 0.12345678901234567890123', 'a = 0.12345678901234567890124'],
    ['infinity and a number', 'a < 1e400', 'a < 1e300'],
    ['the case of a text', "a = 'x'", "a = 'X'"],
    ['spaces in a text', "a = 'x y'", "a = 'x  y'"],
    ['a text and a number', "a = '1'", 'a = 1'],
    ['sides of a difference', 'a - b', 'b - a'],
    ['what is sought in a list', 'a in (b, c)', 'b in (a, c)'],
    ['and with or', 'a and b or c', 'a and (b or c)'],
    ['something that looks like a place', `a = '"query_location":1'`, `a = '"query_location":2'`],
  ])('differs by %s', async (_, left, right) => {
    const forms = await formsOf(left, right);
    expect(forms.formOf(left)).not.toBe(forms.formOf(right));
  });

  it('is that of its words where it cannot be parsed, whatever it holds', async () => {
    const texts = [
      'a and',
      'a  and',
      '1) , (2',
      '1); drop table x; select (1',
      '',
      'a\0b',
      `${'('.repeat(15_000)}a`,
      '}{"',
    ];
    const forms = await formsOf(...texts);
    expect(forms.formOf('a and')).toBe(forms.formOf('a  and'));
    expect(new Set(texts.map((text) => forms.formOf(text))).size).toBe(texts.length - 1);
    expect(forms.conditionsOf('a  and').map(({ text }) => text)).toEqual(['a and']);
  });

  it('is that of its words where it is longer than people write', async () => {
    const long = Array.from({ length: 4000 }, (_, place) => `a${place}`).join(' and ');
    const [spread, other] = [long.replaceAll(' ', '\n'), `b and ${long}`];
    const forms = await formsOf(long, spread, other);
    expect(forms.formOf(spread)).toBe(forms.formOf(long));
    expect(forms.formOf(other)).not.toBe(forms.formOf(long));
    expect(forms.conditionsOf(long)).toHaveLength(1);
  });

  it('is the same for operands in any order, with any spaces and brackets', async () => {
    const operands = [
      "a = 'x and y'",
      'not b',
      'c in (1, 2)',
      'd between 1 and 2',
      "e like '%x%'",
      'f is null',
      '(g or h)',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(operands, { minLength: 1 }),
        fc.array(fc.constantFrom(' ', '\n', '  \t', ' /* note */ '), { minLength: 16, maxLength: 16 }),
        async (chosen, gaps) => {
          const plain = [...chosen].sort().join(' and ');
          const other = chosen.map((text, place) => `${gaps[place]}(${text})${gaps[place + 8]}`).join('AND');
          const forms = await formsOf(plain, other);
          expect(forms.formOf(other)).toBe(forms.formOf(plain));
          const told = ({ conditionsOf }: SqlForms, text: string) =>
            conditionsOf(text)
              .map(({ form }) => form)
              .sort();
          expect(told(forms, plain)).toHaveLength(chosen.length);
          if (!other.includes('/*')) expect(told(forms, other)).toEqual(told(forms, plain));
        },
      ),
      { numRuns: 60, seed: 20_261_126 },
    );
  });
});

describe('the conditions of an expression', () => {
  const textsOf = async (text: string) => (await formsOf(text)).conditionsOf(text).map((condition) => condition.text);

  it('are told as they were written', async () => {
    expect((await textsOf("not is_excluded AND lead_type = 'demo' and\n  Amount   >= 10")).sort()).toEqual([
      'Amount >= 10',
      "lead_type = 'demo'",
      'not is_excluded',
    ]);
  });

  it.each([
    ["a = 'x and y' and b", ["a = 'x and y'", 'b']],
    ['a between 1 and 2 and b', ['a between 1 and 2', 'b']],
    ['(a and b) and c', ['a', 'b', 'c']],
    ['(a or b) and c', ['(a or b)', 'c']],
    ["æ = 'ø😀' and b", ['b', "æ = 'ø😀'"]],
    ["b and d >= date '2026-01-01'", ['b', "d >= date '2026-01-01'"]],
    ['case when a and b then c else d end and e', ['case when a and b then c else d end', 'e']],
    ['a and a', ['a']],
    ['true', []],
    ['true and a', ['a']],
    ['a or b', ['a or b']],
    // The last `and` stands in a comment: better told whole than wrong.
    ['a and /* and */ b', ['a and /* and */ b']],
    ["(a like '(%') and (b)", ["(a like '(%') and (b)"]],
  ])('of %s', async (text, expected) => {
    expect((await textsOf(text)).sort()).toEqual(expected);
  });
});

describe('what a condition lets through', () => {
  it.each([
    ['a > 1', 'a > 2', 'fewer'],
    ['a > 1', 'a >= 1', 'more'],
    ['a > 1.5', 'a > 1.25', 'more'],
    ['a <= 10', '9 >= a', 'fewer'],
    ['a between 1 and 5', 'a between 2 and 5', 'fewer'],
    ['a between 1 and 5', 'a between 2 and 6', undefined],
    ['a > -1', 'a > -2', 'more'],
    ["a in ('x', 'y')", "a in ('x', 'y', 'z')", 'more'],
    ["a = 'x'", "a in ('y', 'x')", 'more'],
    ["a not in ('x', 'y')", "a <> 'x'", 'more'],
    ["a in ('x', 'y')", "a in ('x', 'z')", undefined],
    ["d >= date '2026-01-01'", "d >= date '2026-02-01'", 'fewer'],
    ["d >= '2026-01-01'", "d >= '2026-02-01'", 'fewer'],
    ["d >= date '2026-01-01'", "d >= '2026-02-01'", undefined],
    ["d > 'b'", "d > 'c'", undefined],
    ['a or b', 'a or b or c', 'more'],
    ['a or b', 'c or d', undefined],
    ['a > 1', 'b > 2', undefined],
    ['a > 1', 'a < 2', undefined],
    ['f(a) > 1', 'f(a) > 0', 'more'],
    ['a > b', 'a > c', undefined],
  ])('%s → %s: %s', async (before, after, effect) => {
    const forms = await formsOf(before, after);
    const [was, is] = [before, after].map((text) => forms.conditionsOf(text)[0]?.extent);
    expect(effectOf(was, is)).toBe(effect);
    const opposite = effect === 'more' ? 'fewer' : effect === 'fewer' ? 'more' : undefined;
    expect(effectOf(is, was)).toBe(opposite);
  });
});
