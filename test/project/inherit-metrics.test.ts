import { expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { inheritMetrics } from '../../src/project/inherit-metrics.ts';
import { metric } from '../metrics/project.ts';

const volume = metric('volume', 'type: count\nmodel: leads\ntime: mql_at\ndimensions: [team]\ngrains: [week, month]');
const toDate = metric('to_date', 'type: cumulative\nmetric: volume\nto_date: quarter\nunit: count\ngrains: [week]');
const perDay = metric('per_day', 'type: derived\nexpression: to_date / 90\nunit: number\ngrains: [week]');

it("one's own metric takes the place of every version of the base's", () => {
  const own = metric('volume', 'type: count\nmodel: deals\ntime: won_at\ngrains: [week]');
  const problems: Diagnostic[] = [];
  const metrics = inheritMetrics([volume, toDate], [own], problems);
  expect(metrics.map(({ name, version }) => `${name} ${version}`)).toEqual(['to_date 1', 'volume 1']);
  expect(metrics.at(-1)).toMatchObject({ model: 'deals' });
  expect(problems).toEqual([]);
});

it('what the base made of others is left out, with a warning, where these no longer fit', () => {
  const own = metric('volume', 'type: count\nmodel: deals\ntime: won_at\ngrains: [month]');
  const problems: Diagnostic[] = [];
  const metrics = inheritMetrics([volume, toDate, perDay], [own], problems);
  expect(metrics.map(({ name }) => name)).toEqual(['volume']);
  expect(problems.map(({ severity, code, message }) => [severity, code, message])).toEqual([
    [
      'warning',
      'inherited-metric-left-out',
      '"to_date" of the project that this one extends is left out: "volume" has no grain "week"',
    ],
    [
      'warning',
      'inherited-metric-left-out',
      '"per_day" of the project that this one extends is left out: the expression names no metric',
    ],
  ]);
});

it("a mistake in one's own metric is no matter of inheritance", () => {
  const own = metric('mine', 'type: cumulative\nmetric: volume\nrolling: 2\nunit: count\ngrains: [quarter]');
  const problems: Diagnostic[] = [];
  expect(inheritMetrics([volume], [own], problems).map(({ name }) => name)).toEqual(['mine', 'volume']);
  expect(problems).toEqual([]);
});
