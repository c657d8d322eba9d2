import { expect, test } from 'vitest';
import { clause, isTold, typeName, verdict, withoutMessages } from '../../../src/review/words/told.ts';

test.each([
  ['self_booked', 'self booked'],
  ['none', 'none promised'],
  ['other', 'another verdict'],
])('the verdict %j is told as %j', (name, told) => {
  expect(verdict(name)).toBe(told);
});

test.each([
  [null, '–'],
  ['2026-h2 first_response/demo', '2026-h2 first_response/demo'],
  ['other', 'another clause'],
])('the clause %j is told as %j', (name, told) => {
  expect(clause(name)).toBe(told);
});

test('a column that looks like none is told on the reviewer’s own screen alone', () => {
  expect(isTold('first_response_at', 'posted')).toBe(true);
  expect(isTold('jane@example.com', 'posted')).toBe(false);
  expect(isTold('jane@example.com', 'local')).toBe(true);
  expect(typeName("ENUM('Jane')", 'local')).toBe("ENUM('Jane')");
});

test.each([
  [null, 'not there'],
  ['VARCHAR', 'VARCHAR'],
  ['TIMESTAMP WITH TIME ZONE', 'TIMESTAMP WITH TIME ZONE'],
  ['DECIMAL(18,3)[]', 'DECIMAL(18,3)[]'],
  ["ENUM('Jane', 'Joe')", 'ENUM(…)'],
  ['STRUCT("jane@example.com" INTEGER)', 'STRUCT(…)'],
  ['"Jane"', 'another type(…)'],
])('the type %j is posted as %j', (type, told) => {
  expect(typeName(type, 'posted')).toBe(told);
});

test('a problem without what it says keeps its code and place', () => {
  const [problem] = withoutMessages([
    {
      code: 'model-failed',
      severity: 'error',
      message: 'secret',
      source: 'secret',
      expected: 'secret',
      file: 'a.sql',
      line: 2,
    },
  ]);
  expect(problem).toMatchObject({ code: 'model-failed', severity: 'error', file: 'a.sql', line: 2 });
  expect(JSON.stringify(problem)).not.toContain('secret');
});
