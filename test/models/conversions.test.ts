import { describe, expect, it } from 'vitest';
import { ask, type Told } from './tiny-world.ts';

const enters = (lead: string, at: string, stage: string): Told => [lead, at, 'stage_entered', { stage }];
const week = `select window_days, cohort_size, converted, rate, is_mature, km_rate, skipped from cohort_conversions
  where grain = 'week' and to_stage = 'sal' and cohort_start = '2026-03-02' order by window_days`;

describe('rule 12: conversion', () => {
  const events = [
    enters('a', '2026-03-02T10:00:00Z', 'mql'),
    enters('a', '2026-03-04T10:00:00Z', 'sal'),
    enters('b', '2026-03-03T10:00:00Z', 'mql'),
    enters('b', '2026-03-10T10:00:00Z', 'sql'),
    enters('c', '2026-03-07T10:00:00Z', 'mql'),
    enters('d', '2026-03-08T10:00:00Z', 'mql'),
    enters('d', '2026-03-09T10:00:00Z', 'disqualified'),
    enters('e', '2026-03-05T10:00:00Z', 'sal'),
  ];

  it('counts entries of the to-stage or a later rung until the last instant of the window', async () => {
    const [rows] = await ask(events, '2026-06-01T06:00:00Z', [week]);
    expect(rows).toEqual([
      { window_days: 7, cohort_size: 4, converted: 2, rate: 0.5, is_mature: true, km_rate: 0.5, skipped: 1 },
      { window_days: null, cohort_size: 4, converted: 2, rate: 0.5, is_mature: null, km_rate: null, skipped: 1 },
    ]);
  });

  it('estimates an immature cohort by Kaplan and Meier', async () => {
    // On 10 March at 12:00: a converted after 2 days and b after 7; c has been followed for 3 days and d for 2 days and
    // 2 hours. At 2 days four are at risk, at 7 days b alone: 1 − (3/4)(0/1) = 1.
    const [late] = await ask(events, '2026-03-10T12:00:00Z', [week]);
    expect(late?.[0]).toMatchObject({ converted: 2, rate: 0.5, is_mature: false, km_rate: 1 });
    // A day before, b has been followed for 6 days: 1 − 3/4, d having been followed for a day only: 1 − 2/3.
    const [early] = await ask(events, '2026-03-09T12:00:00Z', [week]);
    expect(early?.[0]).toMatchObject({ converted: 1, rate: 0.25, is_mature: false });
    expect(early?.[0]?.km_rate).toBeCloseTo(1 / 3, 12);
  });

  it('lets a later entry convert when the first came before the from-stage', async () => {
    const unordered = [
      enters('a', '2026-03-02T10:00:00Z', 'sal'),
      enters('a', '2026-03-03T10:00:00Z', 'mql'),
      enters('a', '2026-03-05T10:00:00Z', 'sal'),
      enters('b', '2026-03-02T10:00:00Z', 'sal'),
      enters('b', '2026-03-03T10:00:00Z', 'mql'),
    ];
    const [rows] = await ask(unordered, '2026-06-01T06:00:00Z', [
      `select lead_id, converted_at from stage_conversions where to_stage = 'sal' order by lead_id`,
    ]);
    expect(rows).toEqual([
      { lead_id: 'a', converted_at: '2026-03-05T10:00:00Z' },
      { lead_id: 'b', converted_at: null },
    ]);
  });
});

describe('rule 13: required fields', () => {
  it('counts every entry, with the attributes at its instant', async () => {
    const events: Told[] = [
      ['a', '2026-03-01', 'lead_created', { properties: { country: 'DK' } }],
      enters('a', '2026-03-02', 'mql'),
      ['a', '2026-03-03', 'property_changed', { properties: { name: 'company_size', value: 5 } }],
      enters('a', '2026-03-04', 'mql'),
      ['a', '2026-03-05', 'property_changed', { properties: { name: 'country', value: '' } }],
      enters('a', '2026-03-06', 'mql'),
      enters('a', '2026-03-07', 'sal'),
    ];
    const [rows] = await ask(events, '2026-06-01T06:00:00Z', [
      'select required, filled, is_complete from stage_entry_fields order by entered_at',
    ]);
    expect(rows).toEqual([
      { required: 2, filled: 1, is_complete: false },
      { required: 2, filled: 2, is_complete: true },
      { required: 2, filled: 1, is_complete: false },
    ]);
  });
});
