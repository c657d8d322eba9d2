import { expect, it } from 'vitest';
import { differenceOf } from '../../src/models/unit-test-difference.ts';

const columns = [
  { name: 'id', type: 'VARCHAR' },
  { name: 'rate', type: 'DOUBLE' },
  { name: 'note', type: 'VARCHAR' },
];

it('is none when only floats differ, by less than a billionth', () => {
  const rows = { missing: [['a', '0.1', null]], extra: [['a', '0.10000000000000001', null]] };
  expect(differenceOf(columns, [], rows)).toBeUndefined();
  expect(differenceOf(columns, [], { missing: [['a', '0', null]], extra: [['a', '-0.0', null]] })).toBeUndefined();
  expect(differenceOf(columns, [], { missing: [['a', 'inf', null]], extra: [['a', '-inf', null]] })).toBeDefined();
  expect(differenceOf(columns, [], { missing: [['a', null, null]], extra: [['a', '0', null]] })).toBeDefined();
});

it('a row within the tolerance is taken once only', () => {
  const rows = {
    missing: [['a', '1.0', 'x']],
    extra: [
      ['a', '1.0000000001', 'x'],
      ['a', '1.0000000002', 'x'],
    ],
  };
  expect(differenceOf(columns, [], rows)).toMatchObject({ changed: [], missing: [], extra: [expect.anything()] });
});

it('pairs by the grain, even rows that have nothing else in common', () => {
  const missing = [
    ['a', '1', 'x'],
    ['b', '2', 'y'],
  ];
  const extra = [
    ['b', '9', 'z'],
    ['c', '1', 'x'],
  ];
  expect(differenceOf(columns, ['ID'], { missing, extra })).toEqual({
    columns: ['id', 'rate', 'note'],
    key: ['id'],
    changed: [{ expected: ['b', '2', 'y'], found: ['b', '9', 'z'] }],
    missing: [['a', '1', 'x']],
    extra: [['c', '1', 'x']],
  });
});

it('pairs by likeness where the grain is not compared or does not tell rows apart, the most alike first', () => {
  const missing = [
    ['a', '1', 'x'],
    ['a', '2', 'y'],
  ];
  const extra = [
    ['a', '2', 'z'],
    ['a', '7', 'x'],
  ];
  const pairs = [
    { expected: ['a', '1', 'x'], found: ['a', '7', 'x'] },
    { expected: ['a', '2', 'y'], found: ['a', '2', 'z'] },
  ];
  expect(differenceOf(columns, ['id'], { missing, extra })).toMatchObject({ key: [], changed: pairs });
  expect(differenceOf(columns, ['day'], { missing, extra })).toMatchObject({ key: [], changed: pairs });
});

it('leaves rows apart that are less than half alike, unless they are the only ones', () => {
  const extra = [
    ['c', '3', 'z'],
    ['d', '4', 'x'],
  ];
  const missing = [['a', '1', 'x']];
  expect(differenceOf(columns, [], { missing, extra })).toMatchObject({ changed: [], missing, extra });
  expect(differenceOf(columns, [], { missing, extra: [['d', '4', 'y']] })).toMatchObject({
    changed: [{ expected: ['a', '1', 'x'], found: ['d', '4', 'y'] }],
  });
});
