import { expect, test } from 'vitest';
import { compareAgreements } from '../../../src/review/definitions/agreements.ts';
import { agreementRules } from '../../../src/review/definitions/rules-agreements.ts';
import { agreementWith, type Edit, metrics } from './full-agreement.ts';

const demo = ['promises', 'sales', 0, 'tiers', 0] as const;
const office = ['calendars', 'office'] as const;
const mql = ['stages', 'mql'] as const;

/** What is edited, and all that is said of it: the rule, the path and the words. */
const cases: readonly {
  edits: readonly Edit[];
  said: readonly (readonly [rule: string, path: string, words: string])[];
}[] = [
  {
    edits: [[['approvals', 1], { by: 'marketing', on: '2026-01-21', terms: 'a1b2c3d4' }]],
    said: [
      [
        'agreement-approvals',
        'approvals.marketing.a1b2c3d4',
        'marketing approved the terms a1b2c3d4 on 21 January 2026',
      ],
    ],
  },
  {
    edits: [
      [['title', 'da'], 'Hele aftalen'],
      [[...mql, 'meaning', 'en'], 'Worth a call'],
      [[...mql, 'next_action'], undefined],
      [['stages', 'sal', 'entry'], { en: 'Sales has said yes', da: 'Salg har sagt ja' }],
      [[...demo, 'title', 'en'], 'people who want a demo'],
      [[...office, 'closed', '2026-05-18'], 'Spring break'],
      [[...office, 'reduced', 0, 'title', 'en'], 'Summer'],
    ],
    said: [
      ['agreement-words', 'title', 'the title of the agreement is worded otherwise'],
      [
        'agreement-words',
        'promises.first_response.tiers.demo.title',
        'what the tier (first_response/demo) is called is worded otherwise',
      ],
      ['agreement-words', 'stages.mql.meaning', 'the meaning of MQL is worded otherwise'],
      ['agreement-words', 'stages.sal.entry', 'what it takes to be SAL is put into words'],
      [
        'agreement-words',
        'calendars.office.closed.2026-05-18.name',
        'why office is closed on 18 May 2026 is worded otherwise',
      ],
      [
        'agreement-words',
        'calendars.office.reduced.2026-07-06.title',
        'the reduced period of office from 6 July 2026 on is worded otherwise',
      ],
      ['agreement-words', 'stages.mql.next_action', 'the next action for MQL is no longer put into words'],
    ],
  },
  {
    edits: [
      [['owners', 'marketing', 'title'], 'CMO'],
      [['owners', 'sales', 'deputy'], undefined],
    ],
    said: [
      ['agreement-owners', 'owners.marketing.title', 'the SLA owner of marketing is CMO instead of Head of Marketing'],
      ['agreement-owners', 'owners.sales.deputy', 'the deputy of the SLA owner of sales is no longer named'],
    ],
  },
  {
    edits: [[['review', 'every_months'], 12]],
    said: [
      [
        'agreement-revision',
        'review.every_months',
        'the agreement is to be revised every year instead of every 3 months',
      ],
    ],
  },
  {
    edits: [
      [['playbooks', 0, 'title', 'en'], 'Calling first'],
      [
        ['playbooks', 0, 'clauses'],
        ['first_response', 'follow_up'],
      ],
      [['playbooks', 0, 'url'], 'https://wiki.example/call'],
      [['playbooks', 0, 'steps', 'en', 0], 'Look'],
      [['playbooks', 1], { id: 'recycling', title: { en: 'Recycling', da: 'Genbrug' }, clauses: ['follow_up'] }],
    ],
    said: [
      ['agreement-playbooks', 'playbooks.first_call.title', 'the title of the playbook first_call is worded otherwise'],
      ['agreement-playbooks', 'playbooks.first_call.clauses', 'the clauses of the playbook first_call differ'],
      [
        'agreement-playbooks',
        'playbooks.first_call.url',
        'the places where the playbook first_call is written down differ',
      ],
      ['agreement-playbooks', 'playbooks.first_call.steps.en', 'the steps of the playbook first_call differ'],
      ['agreement-playbooks', 'playbooks.recycling', 'the playbook recycling is new'],
    ],
  },
  {
    edits: [[['id'], 'all']],
    said: [['agreement-renamed', 'id', 'the agreement is called all instead of whole']],
  },
  {
    edits: [[['effective_from'], '2026-03-01']],
    said: [
      [
        'agreement-effective-from',
        'effective_from',
        'the agreement is in force from 1 March 2026 instead of 1 February 2026',
      ],
    ],
  },
  {
    // The calendar without a zone of its own follows.
    edits: [
      [['time_zone'], 'Europe/Copenhagen'],
      [['fiscal_year_starts'], undefined],
    ],
    said: [
      [
        'agreement-periods',
        'time_zone',
        'weeks, months and quarters begin in the time zone Europe/Copenhagen instead of UTC',
      ],
      ['agreement-periods', 'fiscal_year_starts', 'the fiscal year starts in January instead of July'],
      [
        'agreement-hours',
        'calendars.office.time_zone',
        'the hours of office are in the time zone Europe/Copenhagen instead of UTC',
      ],
    ],
  },
  {
    edits: [
      [['calendars', 'oslo'], { hours: { mon: ['08:00-16:00'] }, closed: { '2026-05-17': '17 May' } }],
      [['calendars', 'london'], undefined],
    ],
    said: [
      ['agreement-calendar-added', 'calendars.oslo', 'the calendar oslo is new'],
      ['agreement-calendar-removed', 'calendars.london', 'the calendar london is gone'],
    ],
  },
  {
    edits: [
      [
        [...office, 'hours', 'mon'],
        ['08:00-12:00', '13:00-16:00'],
      ],
      [[...office, 'hours', 'tue'], ['09:00-17:00']],
      [[...office, 'hours', 'wed'], undefined],
      [[...office, 'hours', 'fri'], ['08:00-15:30']],
      [[...office, 'hours', 'sat'], ['22:00-06:00']],
      [[...office, 'special_hours', '2026-05-19'], ['07:30-10:00']],
      [[...office, 'special_hours', '2026-05-20'], undefined],
    ],
    said: [
      [
        'agreement-hours',
        'calendars.office.hours.mon',
        'office opens on Mondays 08:00–12:00 and 13:00–16:00 instead of 08:00–16:00: easier for sales',
      ],
      // One hour later on both ends: neither more nor less.
      ['agreement-hours', 'calendars.office.hours.tue', 'office opens on Tuesdays 09:00–17:00 instead of 08:00–16:00'],
      [
        'agreement-hours',
        'calendars.office.hours.fri',
        'office opens on Fridays until 15:30 instead of 16:00: easier for sales',
      ],
      [
        'agreement-hours',
        'calendars.office.hours.sat',
        'office opens on Saturdays 22:00–06:00 (the next day): harder for sales',
      ],
      [
        'agreement-hours',
        'calendars.office.special_hours.2026-05-19',
        'office opens on 19 May 2026 from 07:30 instead of 08:00: harder for sales',
      ],
      ['agreement-hours', 'calendars.office.hours.wed', 'office is closed on Wednesdays: easier for sales'],
      [
        'agreement-hours',
        'calendars.office.special_hours.2026-05-20',
        'office has no hours of its own any more on 20 May 2026',
      ],
    ],
  },
  {
    edits: [
      [
        [...office, 'holidays'],
        ['dk', 'acme'],
      ],
      [[...office, 'closed', '2026-12-24'], { en: 'Christmas Eve', da: 'Juleaften' }],
      [[...office, 'closed', '2026-05-18'], undefined],
    ],
    said: [
      [
        'agreement-holidays',
        'calendars.office.holidays.acme',
        'office is closed on the holidays of the set acme: easier for sales',
      ],
      [
        'agreement-holidays',
        'calendars.office.closed.2026-12-24',
        'the calendar office is closed on 24 December 2026 (Christmas Eve): easier for sales',
      ],
      [
        'agreement-holidays',
        'calendars.office.closed.2026-05-18',
        'the calendar office is no longer closed on 18 May 2026 (Closed): harder for sales',
      ],
    ],
  },
  {
    edits: [[[...office, 'reduced', 0, 'to'], '2026-07-31']],
    said: [
      [
        'agreement-reduced',
        'calendars.office.reduced.2026-07-06',
        'the reduced period of office from 6 July 2026 on lasts until 31 July 2026 (before: 6–24 July 2026)',
      ],
    ],
  },
  {
    edits: [
      [['default_calendar'], 'london'],
      [['teams', 'uk'], 'london'],
      [['teams', 'no.1'], { calendar: 'london', capacity_per_day: 3 }],
    ],
    said: [
      ['agreement-teams', 'default_calendar', 'leads without a team follow the calendar london instead of office'],
      ['agreement-teams', 'teams.uk.calendar', 'uk follows the calendar london instead of office'],
      [
        'agreement-teams',
        'teams."no.1"',
        'no.1 follows the calendar london and can take 3 MQLs a day (leads without a team follow london)',
      ],
    ],
  },
  {
    edits: [[['teams', 'dk', 'capacity_per_day'], 10]],
    said: [['agreement-capacity', 'teams.dk.capacity_per_day', 'dk can take 10 instead of 12 MQLs a day']],
  },
  {
    edits: [
      [['people', 'rep_1', 'calendar'], 'london'],
      [['people', 'rep_1', 'hours', 'tue'], ['08:00-13:00']],
      [['people', 'rep_1', 'absent'], ['2026-05-26']],
      [['people', 'rep_2'], { calendar: 'office', hours: { mon: ['08:00-12:00'] } }],
    ],
    said: [
      ['agreement-people', 'people.rep_1.calendar', 'rep_1 follows the calendar london instead of office'],
      ['agreement-people', 'people.rep_1.hours.tue', 'rep_1 works on Tuesdays until 13:00 instead of 12:00'],
      ['agreement-people', 'people.rep_2', 'rep_2 has working hours of their own'],
      ['agreement-people', 'people.rep_1.absent.2026-06-01', 'rep_1 is not away any more, 1–30 June 2026'],
    ],
  },
  {
    edits: [
      [['promises', 'marketing', 0, 'per'], undefined],
      [['promises', 'sales', 4, 'metric'], 'late_no_show_rate'],
      [['promises', 'sales', 2], { id: 'acceptance_time', metric: 'accepted_rate', target: '85 %' }],
      [['promises', 'sales', 3], { id: 'outcomes', metric: 'outcomes_rate', target: '95 %' }],
    ],
    said: [
      [
        'agreement-promise',
        'promises.acceptance_time.kind',
        'acceptance_time promises a target alone instead of an acceptance',
      ],
      [
        'agreement-promise',
        'promises.acceptance_time.metric',
        'acceptance_time is measured by accepted_rate instead of acceptance_within_sla_rate',
      ],
      ['agreement-promise', 'promises.outcomes', 'sales promises outcomes_rate: at least 95 % (outcomes)'],
      [
        'agreement-promise',
        'promises.no_show.metric',
        'no_show is measured by late_no_show_rate instead of no_show_rate',
      ],
      [
        'agreement-promise',
        'promises.volume.per',
        'the target of volume holds for any period and not only for a month',
      ],
      [
        'agreement-effort',
        'promises.acceptance_time.accept_within_hours',
        'leads are to be accepted or rejected within 16 business hours no longer (acceptance_time)',
      ],
      [
        'agreement-promise',
        'promises.meeting_outcome',
        'sales no longer promises meeting_outcome_reported_rate: at least 95 % (outcome recorded within 2 business days) (meeting_outcome)',
      ],
    ],
  },
  {
    edits: [
      [['promises', 'marketing', 0, 'target'], 150],
      [['promises', 'sales', 0, 'target', 'default'], '80 %'],
      [['promises', 'sales', 0, 'target', 'quarters'], { '2026-q4': '75 %' }],
      [['promises', 'sales', 0, 'target', 'teams', 'uk'], 0.85],
      [['promises', 'sales', 4, 'target'], '15 %'],
    ],
    said: [
      [
        'agreement-target',
        'promises.volume.target',
        'the target of MQL volume (volume) rises from 120 to 150: harder for marketing',
      ],
      [
        'agreement-target',
        'promises.first_response.target',
        'the target of Within-SLA rate (first_response) falls from 90 % to 80 %: easier for sales',
      ],
      [
        'agreement-target',
        'promises.first_response.target.quarters.2026-q4',
        'the target of Within-SLA rate (first_response) falls from 90 % to 75 % in 2026-Q4: easier for sales',
      ],
      [
        'agreement-target',
        'promises.first_response.target.teams.uk',
        'the target of Within-SLA rate (first_response) rises from 80 % to 85 % for uk: harder for sales',
      ],
      [
        'agreement-target',
        'promises.no_show.target',
        'the target of No-show rate (no_show) falls from 20 % to 15 %: harder for sales',
      ],
      [
        'agreement-target',
        'promises.first_response.target.quarters.2026-q3',
        'the target of Within-SLA rate (first_response) falls from 85 % to 80 % in 2026-Q3: easier for sales',
      ],
    ],
  },
  {
    edits: [
      [[...demo, 'when'], { lead_type: ['demo', 'trial'], company_size: { at_least: 50 } }],
      [
        ['promises', 'sales', 0, 'tiers', 1],
        { id: 'sized', when: { company_size: { at_least: 20 } }, within_minutes: 60 },
      ],
      [['promises', 'sales', 0, 'tiers', 2], { id: 'standard', within_minutes: 120 }],
    ],
    said: [
      [
        'agreement-tiers',
        'promises.first_response.tiers.demo.when.lead_type.in',
        'the lead type of a lead of this tier is demo or trial instead of demo (first_response/demo)',
      ],
      [
        'agreement-tiers',
        'promises.first_response.tiers.demo.when.company_size.at_least',
        'a lead of this tier has at least 50 by company size (first_response/demo)',
      ],
      [
        'agreement-tiers',
        'promises.first_response.tiers.sized',
        'leads of the tier "sized" are promised something of their own: within 1 business hour (first_response/sized), looked at after demo',
      ],
    ],
  },
  {
    edits: [
      [[...demo, 'within_minutes'], 60],
      [[...demo, 'reduced', 'within_minutes'], 45],
      [[...demo, 'surge'], undefined],
      [['promises', 'sales', 1, 'attempts'], 6],
      [['promises', 'sales', 1, 'channels'], 1],
      [['promises', 'sales', 1, 'business_days'], 8],
      [['promises', 'sales', 2, 'accept_within_hours'], 8],
      [['promises', 'sales', 3, 'report_within_days'], 3],
    ],
    said: [
      [
        'agreement-effort',
        'promises.first_response.tiers.demo.within_minutes',
        'the first answer to demo requests is due in 60 instead of 30 business minutes (first_response/demo): easier for sales',
      ],
      [
        'agreement-effort',
        'promises.first_response.tiers.demo.reduced.within_minutes',
        'in reduced periods the first answer to demo requests is due in 45 instead of 60 business minutes (first_response/demo): harder for sales',
      ],
      [
        'agreement-effort',
        'promises.follow_up.attempts',
        'follow-up of leads takes 6 instead of 5 attempts (follow_up): harder for sales',
      ],
      [
        'agreement-effort',
        'promises.follow_up.channels',
        'follow-up of leads goes over 1 channel instead of 2 channels (follow_up): easier for sales',
      ],
      [
        'agreement-effort',
        'promises.follow_up.business_days',
        'follow-up of leads is to be done within 8 instead of 10 business days (follow_up): harder for sales',
      ],
      [
        'agreement-effort',
        'promises.acceptance_time.accept_within_hours',
        'leads are to be accepted or rejected within 8 instead of 16 business hours (acceptance_time): harder for sales',
      ],
      [
        'agreement-effort',
        'promises.meeting_outcome.report_within_days',
        'what came of a meeting is to be recorded within 3 instead of 2 business days (meeting_outcome): easier for sales',
      ],
      // Without a promise of its own, the usual one holds.
      [
        'agreement-effort',
        'promises.first_response.tiers.demo.surge.within_minutes',
        'beyond capacity the first answer to demo requests is due in 60 instead of 120 business minutes (first_response/demo): harder for sales',
      ],
    ],
  },
  {
    edits: [[['release_reasons'], ['duplicate', 'opted_out']]],
    said: [
      [
        'agreement-release-reasons',
        'release_reasons.opted_out',
        'sales need not answer or follow up a lead that is closed as opted out: easier for sales',
      ],
      [
        'agreement-release-reasons',
        'release_reasons.spam',
        'sales must answer and follow up a lead that is closed as spam: harder for sales',
      ],
    ],
  },
  {
    edits: [
      [['policies', 'acceptance'], undefined],
      [['policies', 'response_clock_starts'], 'mql'],
      [['policies', 'reassignment'], 'charges_each'],
      [['policies', 'self_booked'], 'does_not_answer'],
      [['policies', 'attempts_within_minutes'], 15],
      [['policies', 'logged_late'], { after_hours: 48, counts: true }],
      [['policies', 'answered_contact_answers_account'], undefined],
      [
        ['policies', 'excluded', 0, 'in'],
        ['list_import', 'partner'],
      ],
      [['policies', 'response_channels'], ['phone']],
      [['policies', 'follow_up_channels'], undefined],
      [['policies', 'paused_grace_minutes'], 15],
      [['policies', 'abandoned_after_business_days'], 5],
    ],
    said: [
      [
        'agreement-policies',
        'policies.acceptance',
        'an acceptance counts as the CRM records it (before: only once a person has contacted the lead): easier for sales',
      ],
      [
        'agreement-policies',
        'policies.response_clock_starts',
        'the response clock starts at the MQL (before: when the lead is assigned to somebody): harder for sales',
      ],
      [
        'agreement-policies',
        'policies.reassignment',
        'when a lead changes hands, the response clock runs on, and everybody who held the lead answers for it (before: starts anew)',
      ],
      [
        'agreement-policies',
        'policies.self_booked',
        'a meeting that the lead books itself does not count as a first response (before: counts as a first response): harder for sales',
      ],
      [
        'agreement-policies',
        'policies.attempts_within_minutes',
        'attempts on one channel within 15 instead of 10 minutes of each other count once: harder for sales',
      ],
      [
        'agreement-policies',
        'policies.logged_late.after_hours',
        'outreach recorded more than 48 instead of 24 hours after it took place is marked',
      ],
      [
        'agreement-policies',
        'policies.logged_late.counts',
        'outreach that was logged late counts (before: does not count): easier for sales',
      ],
      [
        'agreement-policies',
        'policies.response_channels',
        'phone counts as a first response instead of e-mail or phone: harder for sales',
      ],
      [
        'agreement-policies',
        'policies.paused_grace_minutes',
        'a lead that arrives while it has asked to wait is due 15 instead of 30 business minutes later than promised: harder for sales',
      ],
      [
        'agreement-policies',
        'policies.abandoned_after_business_days',
        'a lead that replied and heard nothing for 5 instead of 3 business days counts as abandoned: easier for sales',
      ],
      [
        'agreement-policies',
        'policies.excluded."source in list_import|partner"',
        'no promise is made any more to leads whose source is list import or partner: easier for sales',
      ],
      [
        'agreement-policies',
        'policies.answered_contact_answers_account',
        'an answer counts for its own lead only, and no longer for the account: harder for sales',
      ],
      [
        'agreement-policies',
        'policies.follow_up_channels',
        'any channel counts as a follow-up attempt: easier for sales',
      ],
      [
        'agreement-policies',
        'policies.excluded."source in list_import"',
        'promises are made to leads whose source is list import too: harder for sales',
      ],
    ],
  },
  {
    edits: [
      [
        ['icp', 0, 'in'],
        ['DK', 'SE'],
      ],
      [['icp', 1, 'at_least'], 50],
      [['icp', 1, 'at_most'], 1000],
      [['icp', 2], undefined],
    ],
    said: [
      [
        'agreement-icp',
        'icp.country.in',
        'the country of an ideal customer is DK or SE instead of DK: easier for marketing',
      ],
      [
        'agreement-icp',
        'icp.company_size.at_least',
        'an ideal customer has at least 50 instead of 100 by company size: easier for marketing',
      ],
      [
        'agreement-icp',
        'icp.company_size.at_most',
        'an ideal customer has at most 1,000 instead of 5,000 by company size: harder for marketing',
      ],
      [
        'agreement-icp',
        'icp.industry.filled',
        'the industry of an ideal customer need no longer be filled in: easier for marketing',
      ],
    ],
  },
  {
    edits: [
      [['score', 'fit', 0, 'points'], 25],
      [['score', 'intent', 0, 'points'], 10],
      [['score', 'intent', 0, 'decays_over_days'], 14],
      [['score', 'intent', 0, 'at_most'], 40],
      [['score', 'intent', 1], undefined],
      [
        ['score', 'bands'],
        [20, 50],
      ],
    ],
    said: [
      [
        'agreement-score',
        'score.fit."company_size at_least 50"',
        'a lead whose company size is at least 50 has 25 instead of 20 points',
      ],
      [
        'agreement-score',
        'score.intent.content_download.points',
        'a download of content is worth 10 instead of 15 points',
      ],
      [
        'agreement-score',
        'score.intent.content_download.decays_over_days',
        'the points of a download of content shrink to nothing over 14 instead of 30 days',
      ],
      [
        'agreement-score',
        'score.intent.content_download.at_most',
        'all of download of content together is worth at most 40 instead of 30 points',
      ],
      ['agreement-score', 'score.bands', 'the bands of the score end at 20, 50 instead of 20, 40'],
      [
        'agreement-score',
        'score.intent.page_view',
        'a page view is no longer worth 2 points that shrink to nothing over 14 days',
      ],
    ],
  },
  {
    edits: [
      [[...mql, 'criteria', 'icp'], undefined],
      [[...mql, 'criteria', 'score_at_least'], 45],
    ],
    said: [
      [
        'agreement-criteria',
        'stages.mql.criteria.score_at_least',
        'a lead must have 45 instead of 40 points to meet the criteria of MQL: harder for marketing',
      ],
      [
        'agreement-criteria',
        'stages.mql.criteria.icp',
        'a lead need no longer be an ideal customer to meet the criteria of MQL: easier for marketing',
      ],
    ],
  },
  {
    edits: [[[...mql, 'required_fields'], ['industry']]],
    said: [
      [
        'agreement-required-fields',
        'stages.mql.required_fields.industry',
        'industry must be filled in when a lead becomes MQL',
      ],
      [
        'agreement-required-fields',
        'stages.mql.required_fields.country',
        'country need no longer be filled in when a lead becomes MQL',
      ],
    ],
  },
  {
    edits: [[['stages', 'sal', 'target'], '70 %']],
    said: [
      [
        'agreement-stage-target',
        'stages.sal.target',
        'the share of leads that should go on to SAL falls from 75 % to 70 %',
      ],
    ],
  },
  {
    edits: [[[...mql, 'responsible'], 'sales']],
    said: [
      [
        'agreement-responsible',
        'stages.mql.responsible',
        'sales has the next move at the stage MQL instead of marketing',
      ],
    ],
  },
];

test.each(cases)('$said.0.0: $said.0.2', ({ edits, said }) => {
  const [before, after] = [agreementWith([]), agreementWith(edits)];
  const changes = compareAgreements(
    { agreements: [before], metrics },
    { agreements: [after], metrics },
    { today: '2026-08-01' },
  );
  expect(changes).toHaveLength(1);
  expect(changes[0]?.fields.map(({ rule, path, words }) => [rule, path, words])).toEqual(said);
});

/** Of agreements as a whole; tested with the comparison of several. */
const ofWholes = ['agreement-ahead', 'agreement-added', 'agreement-removed'];

test('every rule has a case, and says why', () => {
  const tested = new Set([...ofWholes, ...cases.flatMap(({ said }) => said.map(([rule]) => rule))]);
  expect(agreementRules.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([]);
  expect(new Set(agreementRules.map(({ id }) => id)).size).toBe(agreementRules.length);
  expect(agreementRules.every(({ why }) => why.length > 20)).toBe(true);
});

test('what words there are decides no verdict: their rules ask for nothing else', () => {
  const cosmetic = agreementRules.filter((rule) => rule.class === 'cosmetic');
  expect(cosmetic.map(({ id }) => id)).toEqual([
    'agreement-approvals',
    'agreement-words',
    'agreement-owners',
    'agreement-revision',
    'agreement-playbooks',
  ]);
  // `termsOf` asks them of a field alone.
  expect(cosmetic.every(({ fits }) => fits === undefined)).toBe(true);
});
