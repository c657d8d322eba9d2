import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import type { Agreement } from '../../../src/project/agreement.ts';
import { compareAgreements } from '../../../src/review/definitions/agreements.ts';
import { agreementWith, type Edit, fullText, metrics } from './full-agreement.ts';

const today = '2026-08-15';
const full = agreementWith([]);
const winter: readonly Edit[] = [
  [['id'], 'winter'],
  [['effective_from'], '2026-10-01'],
  [['title', 'en'], 'Winter'],
  [['approvals'], undefined],
  [['promises', 'sales', 3, 'report_within_days'], 1],
  [['owners', 'sales', 'title'], 'CRO'],
];

function compare(before: readonly Agreement[], after: readonly Agreement[]) {
  return compareAgreements({ agreements: before, metrics }, { agreements: after, metrics }, { today });
}

function fieldsOf(changes: ReturnType<typeof compare>) {
  return changes.flatMap(({ fields }) => fields.map((field) => [field.class, field.rule, field.path, field.words]));
}

test('an agreement that begins after today and after all others adds to them, and tells what it changes', () => {
  const changes = compare([full], [full, agreementWith(winter)]);
  expect(changes).toMatchObject([
    {
      kind: 'agreement',
      name: 'winter',
      title: 'the agreement winter',
      change: 'added',
      previousName: null,
      effectiveFrom: '2026-10-01',
      class: 'additive',
      isUnknown: false,
      file: 'metrics/agreements/test.yml',
    },
  ]);
  // Neither its own name, day and title, nor the closed days, special hours and absences of the spring before it.
  expect(fieldsOf(changes)).toEqual([
    ['additive', 'agreement-ahead', '', 'is new, and follows whole on 1 October 2026'],
    ['cosmetic', 'agreement-owners', 'owners.sales.title', 'the SLA owner of sales is CRO instead of Sales Director'],
    [
      'additive',
      'agreement-ahead',
      'promises.meeting_outcome.report_within_days',
      'what came of a meeting is to be recorded within 1 business day instead of 2 business days (meeting_outcome): harder for sales',
    ],
  ]);
});

test('what was said of days before a new agreement is nothing that it takes away', () => {
  const later = agreementWith([
    ...winter,
    [['calendars', 'office', 'closed'], { '2026-12-24': 'Christmas Eve' }],
    [['calendars', 'office', 'special_hours'], undefined],
    [
      ['calendars', 'office', 'reduced', 0],
      { from: '2026-12-28', to: '2026-12-30', title: { en: 'Quiet', da: 'Stille' } },
    ],
    [['people', 'rep_1', 'absent'], undefined],
    [['promises', 'sales', 0, 'target', 'quarters'], undefined],
    [['promises', 'sales', 3, 'report_within_days'], 2],
    [['owners', 'sales', 'title'], 'Sales Director'],
  ]);
  expect(fieldsOf(compare([full], [full, later])).map(([, , path]) => path)).toEqual([
    '',
    'calendars.office.closed.2026-12-24',
    'calendars.office.reduced.2026-12-28',
  ]);
});

test.each([
  ['in the past', '2026-08-01', [full]],
  ['today', today, [full]],
  [
    'before another',
    '2026-10-01',
    [
      full,
      agreementWith([
        [['id'], 'next'],
        [['effective_from'], '2027-01-01'],
      ]),
    ],
  ],
])('an agreement that begins %s judges leads anew', (_, day, before) => {
  const now = agreementWith([...winter, [['effective_from'], day]]);
  const after = [...before, now].sort((left, right) => (left.effectiveFrom < right.effectiveFrom ? -1 : 1));
  const changes = compare(before, after);
  expect(changes).toMatchObject([{ name: 'winter', change: 'added', class: 'breaking', effectiveFrom: day }]);
  expect(changes[0]?.fields.map(({ rule }) => rule)).toEqual([
    'agreement-added',
    'agreement-owners',
    'agreement-effort',
  ]);
});

test('the first agreement of a project has nothing to be told by', () => {
  expect(fieldsOf(compare([], [full]))).toEqual([
    ['breaking', 'agreement-added', '', 'is new, in force from 1 February 2026'],
  ]);
});

test('an agreement that is gone leaves its leads to the one before it, or to none', () => {
  const later = agreementWith(winter);
  expect(compare([full, later], [full])).toMatchObject([
    {
      name: 'winter',
      change: 'removed',
      class: 'breaking',
      effectiveFrom: '2026-10-01',
      fields: [
        {
          path: '',
          rule: 'agreement-removed',
          before: 'in force from 2026-10-01',
          after: null,
          words: 'is gone: its leads are judged by whole',
        },
      ],
    },
  ]);
  expect(fieldsOf(compare([full, later], [later]))).toEqual([
    ['breaking', 'agreement-removed', '', 'is gone: nothing is promised to its leads'],
  ]);
});

test('under another id an agreement of the same day is the same one, with its other changes', () => {
  const renamed = agreementWith([
    [['id'], 'all'],
    [['policies', 'paused_grace_minutes'], 60],
  ]);
  const changes = compare([full], [renamed]);
  expect(changes).toMatchObject([
    { name: 'all', previousName: 'whole', change: 'renamed', class: 'breaking', effectiveFrom: '2026-02-01' },
  ]);
  expect(changes[0]?.fields.map(({ path }) => path)).toEqual(['id', 'policies.paused_grace_minutes']);
});

test('an agreement that begins earlier is meant from then on', () => {
  const earlier = agreementWith([[['effective_from'], '2026-01-15']]);
  expect(compare([full], [earlier])).toMatchObject([{ change: 'changed', effectiveFrom: '2026-01-15' }]);
});

test('words alone are cosmetic', () => {
  expect(compare([full], [agreementWith([[['title', 'en'], 'Everything']])])).toMatchObject([
    { change: 'changed', class: 'cosmetic' },
  ]);
});

test('the order of tiers decides which one a lead falls into; of criteria, what they are numbered', () => {
  const swapped = (path: readonly (string | number)[]): Edit => {
    const items: unknown = parseDocument(fullText).getIn(path, true);
    const list: unknown = JSON.parse(JSON.stringify(items));
    return [path, Array.isArray(list) ? list.toReversed() : undefined];
  };
  const tiers = agreementWith([[['promises', 'sales', 0, 'tiers', 1, 'when'], { company_size: { at_least: 50 } }]]);
  const turned = agreementWith([
    [
      ['promises', 'sales', 0, 'tiers'],
      [
        { id: 'standard', when: { company_size: { at_least: 50 } }, within_minutes: 120 },
        {
          id: 'demo',
          title: { en: 'demo requests', da: 'demoforespørgsler' },
          when: { lead_type: 'demo' },
          within_minutes: 30,
          reduced: { within_minutes: 60 },
          surge: { within_minutes: 120 },
        },
      ],
    ],
  ]);
  expect(fieldsOf(compare([tiers], [turned]))).toEqual([
    [
      'breaking',
      'agreement-tiers',
      'promises.first_response.tier_order',
      'the tiers of first_response are looked at in the order standard, demo instead of demo, standard',
    ],
  ]);
  const criteria = agreementWith([swapped(['icp']), swapped(['score', 'fit']), swapped(['score', 'intent'])]);
  expect(fieldsOf(compare([full], [criteria])).map(([, rule, path]) => [rule, path])).toEqual([
    ['agreement-icp', 'icp_order'],
    ['agreement-score', 'score.fit_order'],
    ['agreement-score', 'score.intent_order'],
  ]);
  const others = agreementWith([
    swapped(['release_reasons']),
    swapped(['promises', 'sales']),
    swapped(['policies', 'response_channels']),
  ]);
  expect(compare([full], [others])).toEqual([]);
});

test('a name with a dot is no part of another name', () => {
  const after = agreementWith([[['teams', 'dk.capacity_per_day'], 'london']]);
  expect(fieldsOf(compare([full], [after])).map(([, , path]) => path)).toEqual(['teams."dk.capacity_per_day"']);
});

test('a promise that a base without metrics names is told by the name of its metric', () => {
  const lower = agreementWith([[['promises', 'sales', 4, 'target'], '15 %']]);
  const changes = compareAgreements(
    { agreements: [full], metrics: [] },
    { agreements: [lower], metrics: [] },
    { today },
  );
  // Whether less is harder, only the metric knows.
  expect(changes[0]?.fields.map(({ words }) => words)).toEqual(['the target of no_show_rate falls from 20 % to 15 %']);
});
