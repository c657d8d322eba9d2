import { expect, test } from 'vitest';
import { reportDeprecatedMetrics } from '../../src/metrics/deprecated.ts';
import type { Metric } from '../../src/project/metric.ts';
import { metric } from './project.ts';

function version(number: number, keys = ''): Metric {
  const read = metric('volume', `type: count\nmodel: answers\ntime: due_at\n${keys}`);
  const changes = [{ version: number, why: `Reason ${number}`, approvedBy: [] }];
  return { ...read, version: number, changes, file: { ...read.file, path: `metrics/volume.v${number}.yml` } };
}

const old = version(1, 'deprecated_on: 2026-12-31');

test.each([
  ['2026-11-30', undefined],
  ['2026-12-01', 'warning'],
  ['2026-12-31', 'warning'],
  ['2027-01-01', 'error'],
])('the last day is 31 December: on %s there is %s', (today, severity) => {
  const [problem, ...others] = reportDeprecatedMetrics([old, version(2)], today);
  expect([problem?.severity, others]).toEqual([severity, []]);
});

test('says where, what comes in its place and what to do', () => {
  const next = version(3, 'effective_from: 2026-10-01');
  expect(reportDeprecatedMetrics([version(4), next, old], '2027-01-01')).toMatchObject([
    {
      code: 'deprecated-version',
      message: 'version 1 of metric "volume" could be kept until 2026-12-31',
      file: 'metrics/volume.yml',
      line: 11,
      expected: 'version 3 in its place, in force from 2026-10-01: Reason 3',
      fix: 'Remove the file metrics/volume.v1.yml, or move deprecated_on and say why under changes.',
    },
  ]);
  expect(reportDeprecatedMetrics([old, next], '2026-12-24')[0]?.message).toBe(
    'version 1 of metric "volume" may be kept until 2026-12-31',
  );
});

test('without a successor, what names the metric must go too', () => {
  expect(reportDeprecatedMetrics([old], '2027-01-01')[0]?.expected).toBe(
    'a version 2 in its place, or nothing that names "volume" any more',
  );
});
