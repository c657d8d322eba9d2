import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { checkImprovements } from '../../src/project/improvement-checks.ts';
import { type Improvement, readImprovement } from '../../src/project/improvement-file.ts';
import { metric } from '../metrics/project.ts';

const base = {
  id: 'call-first',
  title: '{ en: Call first, da: Ring først }',
  agreed_on: '2026-03-02',
  agreed_by: 'SDR Manager',
  metric: 'answered',
  since: '2026-03-09',
};

function text(keys: Readonly<Record<string, string | undefined>> = {}): string {
  return Object.entries({ ...base, ...keys })
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}\n`]))
    .join('');
}

function read(keys: Readonly<Record<string, string | undefined>> = {}, path = 'metrics/improvements/call-first.yml') {
  const problems: Diagnostic[] = [];
  const improvement = readImprovement({ path, text: text(keys) }, problems);
  return { improvement, problems: problems.map(told) };
}

function told({ code, file, line, message, expected, fix }: Diagnostic): string {
  return [`${file}:${line} ${code}: ${message}`, expected, fix].filter((part) => part !== undefined).join(' | ');
}

describe('readImprovement', () => {
  it('reads what is written', () => {
    const keys = { team: 'uk', until: '2026-06-01', expected: '90 %', note: '{ en: Note, da: Note }' };
    const { improvement, problems } = read(keys);
    expect(problems).toEqual([]);
    expect(improvement).toMatchObject({
      id: 'call-first',
      title: { en: 'Call first', da: 'Ring først' },
      agreedOn: '2026-03-02',
      agreedBy: 'SDR Manager',
      metric: 'answered',
      team: 'uk',
      since: '2026-03-09',
      until: '2026-06-01',
      expected: 0.9,
      note: { en: 'Note', da: 'Note' },
    });
  });

  it.each([
    [{ agreed_by: undefined }, ':1 missing-key: missing key "agreed_by"'],
    [{ titel: 'x' }, ':7 unknown-key: unknown key "titel"'],
    [{ since: '9 March' }, ':6 invalid-value: since: not a date such as 2026-07-01'],
    [{ id: 'Call first' }, ':1 invalid-value: id: an id is lower case letters'],
    [{ title: '{ en: Call first }' }, ':2 missing-key: missing key "title.da"'],
    [
      { agreed_by: 'anna@example.com' },
      ':4 personal-data: agreed_by holds an e-mail address or a telephone number | a role',
    ],
    [{ expected: '90,5 %' }, 'Write 90.5 %.'],
    [{ id: '2026' }, ':1 invalid-value: id: expected a text, received 2026 | Put it in quotes: "2026".'],
    [{ expected: 'ninety' }, '"ninety" is not a number or a percentage such as 90 %'],
  ])('refuses %j', (keys, problem) => {
    expect(read(keys).problems).toEqual([expect.stringContaining(problem)]);
  });
});

describe('checkImprovements', () => {
  const rate = 'model: answers\ntime: at\nminimum_sample: 20';
  const metrics = [
    metric('answered', `type: ratio\nnumerator: is_hit\ndimensions: [team]\n${rate}`),
    metric('monthly', `type: ratio\nnumerator: is_hit\ngrains: [month]\n${rate}`),
    metric('to_date', 'type: conversion\nmodel: answers\nfrom: a\nto: b'),
    metric('within_30', 'type: conversion\nmodel: answers\nfrom: a\nto: b\nwindow_days: 30'),
    metric('volume', 'type: count\nmodel: answers\ntime: at'),
  ];
  const check = (...written: readonly Readonly<Record<string, string | undefined>>[]): string[] => {
    const improvements = written.flatMap((keys, index): Improvement[] => {
      const { improvement } = read(keys, `metrics/improvements/${index}.yml`);
      return improvement === undefined ? [] : [improvement];
    });
    expect(improvements).toHaveLength(written.length);
    return checkImprovements(improvements, metrics, [{ teams: [{ team: 'uk', calendar: 'office' }] }]).map(told);
  };

  it('finds nothing in one that is open and others that are closed', () => {
    const closed = { id: 'earlier', agreed_on: '2026-01-05', since: '2026-01-05', until: '2026-01-05' };
    expect(
      check({ team: 'uk', expected: '0.9' }, closed, {
        id: 'again',
        agreed_on: '2026-01-05',
        since: '2026-01-06',
        until: '2026-03-08',
        metric: 'within_30',
      }),
    ).toEqual([]);
  });

  it('refuses a second open one, and names the first', () => {
    const later = { id: 'later', agreed_on: '2026-03-03' };
    expect(check(later, {})).toEqual([
      'metrics/improvements/0.yml:1 second-open-improvement: a second open improvement; ' +
        '"call-first" in metrics/improvements/1.yml is open | one improvement at a time | ' +
        'Close "call-first" with "until: <date>", or wait with this one.',
    ]);
  });

  it.each([
    ['ends after the open one began', { until: '2026-03-09' }, '2026-01-05 to 2026-03-09'],
    ['begins after the open one began', { agreed_on: '2026-03-03', since: '2026-03-20', until: '2026-03-21' }, ''],
  ])('refuses a closed one that %s', (_, keys, period) => {
    const closed = { id: 'closed', agreed_on: '2026-01-05', since: '2026-01-05', ...keys };
    expect(check(closed, {})).toEqual([
      expect.stringContaining(
        period === ''
          ? '0.yml:6 overlapping-improvements: improvement "closed" overlaps "call-first" (since 2026-03-09)'
          : `1.yml:6 overlapping-improvements: improvement "call-first" overlaps "closed" (${period})`,
      ),
    ]);
  });

  it('refuses closed ones that share a day', () => {
    const first = { id: 'a', since: '2026-09-07', until: '2026-09-20' };
    expect(check(first, { id: 'b', agreed_on: '2026-03-03', since: '2026-09-20', until: '2026-10-01' })).toEqual([
      'metrics/improvements/1.yml:6 overlapping-improvements: improvement "b" overlaps "a" (2026-09-07 to 2026-09-20) | ' +
        'one improvement at a time | Let one end before the next begins.',
    ]);
  });

  it('offers no percentage for a share that is too large', () => {
    expect(check({ expected: '120 %' })).toEqual([expect.not.stringContaining('Did you mean')]);
  });

  it.each([
    [{ team: 'ukk' }, ':7 unknown-team: unknown team "ukk" | one of uk'],
    [
      { metric: 'answerd' },
      ':5 unknown-metric: unknown metric "answerd" | the name of a metric in metrics/ | Did you mean "answered"?',
    ],
    [{ since: '2026-03-01' }, ':6 dates-out-of-order: since 2026-03-01 is before agreed_on 2026-03-02'],
    [{ until: '2026-03-08' }, ':7 dates-out-of-order: until 2026-03-08 is before since 2026-03-09'],
    [{ metric: 'volume', team: 'uk' }, ':7 no-team-values: metric "volume" is not worked out by team'],
    [{ metric: 'monthly' }, ':5 no-weekly-values: metric "monthly" has no weekly values'],
    [{ metric: 'to_date' }, ':5 metric-to-date: metric "to_date" counts to date'],
    [
      { expected: '90' },
      ':7 target-out-of-range: expected 90 is out of range | a share between 0 and 1, or a percentage such as 90 % | Did you mean 90 %?',
    ],
    [
      { expected: '-1', metric: 'volume' },
      ':7 target-out-of-range: expected -1 is out of range | a number of zero or more',
    ],
  ])('refuses %j', (keys, problem) => {
    expect(check(keys)).toEqual([expect.stringContaining(problem)]);
  });

  it('refuses an id that another one has', () => {
    expect(check({ until: '2026-04-01' }, { agreed_on: '2026-03-03', since: '2026-04-02' })).toEqual([
      'metrics/improvements/1.yml:1 duplicate-name: a second improvement "call-first"; ' +
        'the first is metrics/improvements/0.yml | Rename one.',
    ]);
  });
});
