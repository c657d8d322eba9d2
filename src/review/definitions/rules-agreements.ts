import type { ChangeRule } from './fields.ts';

type Line = Omit<ChangeRule, 'kind'>;

const lines: readonly Line[] = [
  // Words: no verdict, due date, score or target is made of them. Without `fits`, so that they are words whatever happens.
  {
    id: 'agreement-approvals',
    field: 'approvals',
    class: 'cosmetic',
    why: 'Who approved terms says nothing of the terms.',
  },
  {
    id: 'agreement-words',
    field:
      /^(title|stages\.(meaning|next_action|entry)|promises\.tiers\.title|calendars\.(closed\.name|reduced\.title))$/,
    class: 'cosmetic',
    why: 'Titles, meanings, next actions and criteria in words are shown to people; what is computed stands elsewhere. Whether the words mean something else, a reader must tell.',
  },
  {
    id: 'agreement-owners',
    field: /^owners\.(title|deputy)$/,
    class: 'cosmetic',
    why: 'Another title answers for a side; what the side owes stays as it is.',
  },
  {
    id: 'agreement-revision',
    field: 'review.every_months',
    class: 'cosmetic',
    why: 'Builds warn when a revision is due; nothing is judged by it.',
  },
  {
    id: 'agreement-playbooks',
    field: /^playbooks(\.(title|clauses|url|steps))?$/,
    class: 'cosmetic',
    why: 'How promises are kept in practice is advice.',
  },
  // The agreement as a whole.
  {
    id: 'agreement-ahead',
    field: /^ahead(\.|$)/,
    class: 'additive',
    why: 'It begins after today and after every other agreement: what was judged stays judged as it was.',
  },
  {
    id: 'agreement-added',
    field: 'added',
    class: 'breaking',
    why: 'It begins in the past or before another one: leads that were judged by that one, or by none, are judged anew.',
  },
  {
    id: 'agreement-removed',
    field: 'removed',
    class: 'breaking',
    why: 'Leads of its time are judged by the one before it, or by none.',
  },
  {
    id: 'agreement-renamed',
    field: 'id',
    class: 'breaking',
    why: 'Verdicts, tables and messages name the agreement by its id.',
  },
  {
    id: 'agreement-effective-from',
    field: 'effective_from',
    class: 'breaking',
    why: 'Leads between the two days are judged by another agreement.',
  },
  {
    id: 'agreement-periods',
    field: /^(time_zone|fiscal_year_starts)$/,
    class: 'breaking',
    why: 'Weeks, months and quarters begin at other instants, so that rows fall into other periods.',
  },
  // When clocks run.
  {
    id: 'agreement-calendar-added',
    field: 'calendars',
    fits: ({ before }) => before === undefined,
    class: 'additive',
    why: 'A calendar decides nothing until somebody follows it, and that is a change of its own.',
  },
  {
    id: 'agreement-calendar-removed',
    field: 'calendars',
    class: 'breaking',
    why: 'Whoever followed it follows another, and tables no longer have it.',
  },
  {
    id: 'agreement-hours',
    field: /^calendars\.(time_zone|hours|special_hours)$/,
    class: 'breaking',
    why: 'The clock runs at other times: the same answer takes more or less business time and is due at another instant.',
  },
  {
    id: 'agreement-holidays',
    field: /^calendars\.(holidays|closed)$/,
    class: 'breaking',
    why: 'The clock stands still on other days.',
  },
  {
    id: 'agreement-reduced',
    field: 'calendars.reduced',
    class: 'breaking',
    why: 'On other days the promises for reduced periods hold.',
  },
  {
    id: 'agreement-teams',
    field: /^(default_calendar|teams(\.calendar)?)$/,
    class: 'breaking',
    why: 'Leads of the team are judged by other hours.',
  },
  {
    id: 'agreement-capacity',
    field: 'teams.capacity_per_day',
    class: 'breaking',
    why: 'To other leads the promises beyond capacity hold.',
  },
  {
    id: 'agreement-people',
    field: /^people(\.(calendar|hours|absent))?$/,
    class: 'breaking',
    why: 'Nobody is judged by it, but the business time of single owners is another.',
  },
  // What is promised.
  {
    id: 'agreement-promise',
    field: /^promises(\.(side|kind|metric|per))?$/,
    class: 'breaking',
    why: 'Leads and metrics are held to a promise that was not there, to another or to none.',
  },
  {
    id: 'agreement-target',
    field: /^promises\.target(\.(quarters|teams))?$/,
    class: 'breaking',
    why: 'The same value is on target or misses it.',
  },
  {
    id: 'agreement-tiers',
    field: /^promises\.(tier_order|tiers(\.when)?)$/,
    class: 'breaking',
    why: 'The first tier that fits holds: leads fall into another, whose promise is another.',
  },
  {
    id: 'agreement-effort',
    field:
      /^promises\.(tiers\.)?((reduced|surge)\.)?(within_minutes|accept_within_hours|report_within_days|attempts|channels|business_days)$/,
    class: 'breaking',
    why: 'The same answer, decision or follow-up keeps the promise or breaks it.',
  },
  {
    id: 'agreement-release-reasons',
    field: 'release_reasons',
    class: 'breaking',
    why: 'Leads that are closed so are owed an answer, or not.',
  },
  {
    id: 'agreement-policies',
    field:
      /^policies\.(acceptance|response_clock_starts|reassignment|self_booked|attempts_within_minutes|logged_late(\.(after_hours|counts))?|answered_contact_answers_account|excluded|response_channels|follow_up_channels|paused_grace_minutes|abandoned_after_business_days)$/,
    class: 'breaking',
    why: 'Other leads and other outreach count, or clocks run otherwise.',
  },
  // Who is a good lead.
  {
    id: 'agreement-icp',
    field: /^icp(_order)?$/,
    class: 'breaking',
    why: 'Other leads are ideal customers; criteria_reviews numbers the conditions in their order.',
  },
  {
    id: 'agreement-score',
    field: /^score\.(fit(_order)?|intent(_order|\.(points|decays_over_days|at_most))?|bands)$/,
    class: 'breaking',
    why: 'The same lead has another score or band; criteria_reviews numbers the rules in their order.',
  },
  {
    id: 'agreement-criteria',
    field: /^stages\.criteria(\.(icp|score_at_least))?$/,
    class: 'breaking',
    why: 'Other leads meet the criteria of an MQL.',
  },
  {
    id: 'agreement-required-fields',
    field: 'stages.required_fields',
    class: 'breaking',
    why: 'The same lead is complete or lacks a field.',
  },
  {
    id: 'agreement-stage-target',
    field: 'stages.target',
    class: 'breaking',
    why: 'The flow is measured against another share, and another stage may be the bottleneck.',
  },
  {
    id: 'agreement-responsible',
    field: 'stages.responsible',
    class: 'breaking',
    why: 'No number moves, but a side is held to a move that was not its own.',
  },
];

/** What a change of an agreement does. */
export const agreementRules: readonly ChangeRule[] = lines.map((line) => ({ kind: 'agreement', ...line }));
