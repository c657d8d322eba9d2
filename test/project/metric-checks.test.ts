import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import type { Metric } from '../../src/project/metric.ts';
import { readMetric } from '../../src/project/metric-file.ts';
import { checkTogether, withInputs } from '../../src/project/metric-inputs.ts';

/** A metric whose own lines are the given ones, without a problem but for theirs. */
function read(lines: string, problems: Diagnostic[], name = 'own'): Metric | undefined {
  const unit = lines.includes('unit:') ? '' : 'unit: count\n';
  const changes = lines.includes('changes:') ? '' : 'changes: [{ version: 1, why: First version }]\n';
  const text = `name: ${name}
label: { en: Own, da: Egen }
description: { en: Own., da: Egen. }
owner: sales
direction: up
grains: [month]
${unit}${changes}${lines}
`;
  return readMetric({ path: `metrics/${name}.yml`, text }, problems);
}

const rows = 'model: leads\ntime: created_at';
const conversion = 'type: conversion\nunit: percent\nmodel: leads\nfrom: created_at';
const duration = 'type: duration\nunit: hours\nmodel: leads\nstart: created_at';

describe('a mistake is told with what mends it', () => {
  it.each([
    [
      `type: count\n${rows}\ntarget: 90 %`,
      'target: 90 % is a share, and the value is not',
      'a number, in the unit "count"',
    ],
    [
      `type: ratio\nunit: percent\n${rows}\nnumerator: a\ntarget: 150 %`,
      'target: 150 % cannot be reached',
      'a share between',
    ],
    [
      `type: ratio\nunit: percent\n${rows}\nnumerator: a\ntarget: 90`,
      'target: 90 cannot be reached',
      'Did you mean 90 %?',
    ],
    [`type: count\n${rows}\nminimum_sample: 5000000000`, 'minimum_sample: must be 1000000 or less', ''],
    [`type: count\n${rows}\nversion: 100000`, 'version: must be 1000 or less', ''],
    [`type: count\n${rows}\nversion: 900`, 'version 2 is not among the changes', 'Add "- { version: 2, why: … }".'],
    [`type: count\n${rows}\ndimensions: [team, Team]`, '"Team" twice in dimensions', 'Remove one of them.'],
    [`type: count_distinct\n${rows}\nkey: [lead_id, lead_id]`, '"lead_id" twice in key', 'Remove one of them.'],
    [`${conversion}\nto: { model: calls, time: called_at }\nby: [lead_id, lead_id]`, '"lead_id" twice in by', 'Remove'],
    [`${conversion}\nto: Created_at`, 'to: is the same as "from"', 'what happens later'],
    [
      `${conversion}\nto: { model: leads, time: created_at }\nby: lead_id`,
      'to: is the same as "from"',
      'what happens later',
    ],
    [`${conversion}\nto: booked_at\nwindow_days: 1e9`, 'window_days: a window is 36,500 days long at most', ''],
    [`${duration}\nstop: created_at`, 'stop: is the same as "start"', 'what happens later'],
    [
      `${duration.replace('hours', 'days')}\nstop: booked_at\nclock: business\ncalendar: office`,
      'unit "days" does not fit business time',
      'one of minutes, hours',
    ],
    [
      `type: percentile\n${rows}\nvalue: amount\npercentile: 90 %`,
      'percentile: expected a number such as 0.9, received "90 %"',
      '',
    ],
    [
      'type: ratio\nunit: number\nnumerator: { metric: other }',
      'missing key "denominator": a metric is divided by a metric',
      '"denominator:" with',
    ],
    ['type: ratio\nunit: percent\nnumerator: other', 'missing key "model"', 'write "numerator: { metric: other }"'],
  ])('%s', (lines, message, help) => {
    const problems: Diagnostic[] = [];
    read(lines, problems);
    const [first] = problems;
    expect(first?.message).toContain(message);
    expect(`${first?.expected ?? ''} ${first?.fix ?? ''}`).toContain(help);
    expect(problems.length).toBe(message === 'missing key "model"' ? 2 : 1);
  });

  it('events of the same model are another thing where they have a filter', () => {
    const problems: Diagnostic[] = [];
    read(`${conversion}\nto: { model: leads, time: created_at, filter: is_won }\nby: lead_id`, problems);
    expect(problems).toEqual([]);
  });
});

describe('metrics together', () => {
  it.each([
    ['own + 1', '"own" is made of itself', 'Name other metrics.'],
    ['ohter * 2', 'the expression names no metric', 'Did you mean "other"?'],
    ['5 * 2', 'the expression names no metric', undefined],
  ])('%s: %s', (expression, message, fix) => {
    const problems: Diagnostic[] = [];
    const derived = read(`type: derived\nunit: number\nexpression: ${expression}`, problems);
    const other = read(`type: count\n${rows}`, problems, 'other');
    const metrics = withInputs([derived, other].filter((metric) => metric !== undefined));
    const [first, ...others] = [...problems, ...checkTogether(metrics)];
    expect(first).toMatchObject({ message });
    expect(first?.fix).toBe(fix);
    expect(others).toEqual([]);
  });
});
