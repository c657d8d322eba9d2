import { describe, expect, test } from 'vitest';
import { checked, metricOf, told } from './metric-world.ts';

const mqls = (contract: string, keys = '') => metricOf('mqls', `${keys}\ncontract: ${contract}`);
const row = (lead: string, day: string, { cycle = 1, team = 'dk' } = {}) =>
  `('${lead}', ${cycle}, timestamptz '${day} 09:00:00Z', '${team}')`;

describe('unique', () => {
  const rows = [row('a', '2026-03-03'), row('b', '2026-03-04'), row('b', '2026-03-05', { team: 'se' })].join(', ');

  test('names keys that are counted twice', async () => {
    const [values] = await checked({ metrics: [mqls('{ unique: { severity: warn } }')], rows });
    expect(values).toMatchObject({
      rule: 'unique(lead_id, cycle_no)',
      severity: 'warn',
      passed: false,
      observed: '1 key more than once: b, 1 (2 rows)',
      rowsIn: 'audit.cycles__unique_lead_id_cycle_no_2',
    });
    expect(values?.place).toMatchObject({ file: 'metrics/mqls.yml', line: 13 });
  });

  test('looks only at rows that the metric counts', async () => {
    const metrics = [mqls('{ unique: true }', `filter: team = 'dk' -- of Denmark`)];
    expect(told(await checked({ metrics, rows }))[0]).toEqual([
      'holds',
      'unique(lead_id, cycle_no)',
      'every key once',
      'one row per lead_id, cycle_no',
    ]);
  });
});

describe('references', () => {
  const contract = '{ references: [{ columns: [lead_id], to: leads }] }';

  test('hold where each row that is counted has its match', async () => {
    const rows = [row('a', '2026-03-03'), row('b', '2026-03-03'), row('x', '2026-03-03', { team: 'se' })].join(', ');
    const metrics = [mqls(contract, `filter: team = 'dk'`)];
    expect(told(await checked({ metrics, rows }))).toEqual([
      ['holds', 'references(lead_id to leads)', 'every row has its match', 'lead_id to be found in leads'],
    ]);
  });

  test('name what is not there', async () => {
    const rows = [row('a', '2026-03-03'), row('x', '2026-03-03'), row('y', '2026-03-03')].join(', ');
    const [result] = await checked({ metrics: [mqls(contract)], rows });
    expect(result).toMatchObject({
      metric: 'mqls',
      model: 'cycles',
      passed: false,
      observed: '2 rows without a match in leads: lead_id = x; lead_id = y',
      rowsIn: 'audit.cycles__references_lead_id_to_leads',
    });
  });
});

describe('freshness', () => {
  const check = (age: string, rows: string, keys = '') =>
    checked({ metrics: [mqls(`{ freshness: ${age} }`, keys)], rows });

  test('holds to the hour', async () => {
    // As of 16 March, 06:00; 09:00 on the 13th is 69 hours before.
    const rows = [row('a', '2026-03-01'), row('b', '2026-03-13')].join(', ');
    expect(told(await check('69h', rows))).toEqual([
      [
        'holds',
        'freshness',
        'newest row 2026-03-13T09:00:00Z, 69 h before 2026-03-16T06:00:00Z',
        'a row at most 69 h before the data end',
      ],
    ]);
    expect((await check('68h', rows))[0]).toMatchObject({ passed: false });
  });

  test('is not that of a row that the metric does not count, nor of one of the future', async () => {
    const rows = [row('a', '2026-03-01'), row('b', '2026-03-15', { team: 'se' }), row('c', '2026-04-01')].join(', ');
    expect((await check('{ max_age: 3d, severity: warn }', rows, `filter: team = 'dk'`))[0]).toMatchObject({
      severity: 'warn',
      passed: false,
      observed: 'newest row 2026-03-01T09:00:00Z, 15 days before 2026-03-16T06:00:00Z',
    });
  });

  test('does not hold where there is no row', async () => {
    expect((await check('3d', row('a', '2026-03-15'), `filter: team = 'no'`))[0]).toMatchObject({
      passed: false,
      observed: 'no row at all',
    });
  });
});

describe('complete', () => {
  test('sees the week without a row, though it has a value of zero', async () => {
    const rows = [row('a', '2026-02-24'), row('b', '2026-03-10')].join(', ');
    expect((await checked({ metrics: [mqls('{ complete: true }')], rows }))[0]).toMatchObject({
      passed: false,
      observed: '1 of 3 periods without rows: week 2026-03-02',
    });
  });
});

describe('adds_up', () => {
  test.each([
    ['type: sum\nvalue: cycle_no * 0.1\nunit: amount'],
    ['type: average\nvalue: cycle_no * 0.1\nunit: number'],
    ['type: ratio\nnumerator: cycle_no > 1\npending: cycle_no = 3\nunit: percent'],
    ['type: percentile\nvalue: nullif(cycle_no, 2)\npercentile: 0.5\nunit: number'],
    [
      'type: conversion\nfrom: mql_at\nto: { model: cycles, time: mql_at, filter: cycle_no > 0 }\nby: [lead_id]\nwindow_days: 30\nunit: percent',
    ],
  ])('holds of every type whose rows have one part: %s', async (type) => {
    const time = type.includes('conversion') ? '' : '\ntime: mql_at';
    const metrics = [mqls('{ adds_up: true }', `${type}\nmodel: cycles${time}\ndimensions: [team, region]`)];
    const rows = ['dk', 'se', 'no'].map((team, index) => row(`l${index}`, '2026-03-03', { cycle: index + 1, team }));
    expect(told(await checked({ metrics, rows: rows.join(', ') }))[0]?.slice(0, 3)).toEqual([
      'holds',
      'adds-up',
      '6 sums of parts are the whole',
    ]);
  });
});

describe('all rules at once', () => {
  const everything = `{
    range: [0, 100], complete: true, freshness: 6d, volume: { within: 50 % }, unique: true, adds_up: true,
    reconciles_with: select count(*) from cycles, references: [{ columns: [lead_id], to: leads }],
    change: { within: 30 % }, sql: [{ name: some, select: from cycles where lead_id is null }]
  }`.replaceAll('\n', ' ');

  test('hold of data that are right', async () => {
    const rows = [row('a', '2026-02-24'), row('b', '2026-03-03'), row('a', '2026-03-10', { cycle: 2 })].join(', ');
    const results = await checked({ metrics: [mqls(everything, 'dimensions: [team]')], rows });
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    expect(results.map(({ rule }) => rule)).toEqual([
      'unique(lead_id, cycle_no)',
      'references(lead_id to leads)',
      'range',
      'complete',
      'freshness',
      'volume',
      'unique(values)',
      'adds-up',
      'reconciles-with',
      'change',
      'sql(some)',
    ]);
  });
});
