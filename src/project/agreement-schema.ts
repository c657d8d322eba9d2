import * as z from 'zod';
import { calendar, person, team } from './agreement-calendar-schema.ts';
import { criterion, identifier, localDate, localText, name } from './agreement-parts-schema.ts';
import { promised } from './agreement-promise-schema.ts';
import { playbook, policies, score, stage } from './agreement-terms-schema.ts';
import { stageNames } from './stages.ts';
import { monthNames } from './time.ts';

const owner = z.strictObject({
  title: name.describe('A title, never a name.'),
  deputy: name.optional().describe('The title of who stands in.'),
});

const approval = z.strictObject({
  by: z.enum(['marketing', 'sales']).describe('The side whose owner approved.'),
  on: localDate.describe('The date on which it did.'),
  terms: z
    .string()
    .regex(/^[0-9a-f]{8}$/, 'terms are eight digits of 0 to 9 and a to f, as "handover diff" prints them')
    .describe('Which terms: the eight digits that "handover diff" prints for them, in quotes.'),
});

/** The shape of metrics/agreements/*.yml; what it means is checked in agreement-checks.ts. */
export const agreementSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'an id is lower case letters, digits, hyphens and underscores')
    .describe('Names this version of the agreement, such as 2026-h2.'),
  effective_from: localDate.describe('In force from 00:00 on this date, until the next agreement is.'),
  time_zone: z.string().describe('IANA zone in which weeks, months and quarters begin, such as Europe/Copenhagen.'),
  fiscal_year_starts: z.enum(monthNames).default('january').describe('First month of the fiscal year.'),
  title: localText.optional().describe('What the site calls the agreement.'),
  review: z
    .strictObject({ every_months: z.int().positive().describe('Months between two revisions.') })
    .optional()
    .describe('How often the agreement is revised; builds warn when it is overdue.'),
  owners: z
    .strictObject({ marketing: owner.describe("Marketing's."), sales: owner.describe("Sales'.") })
    .describe('Who answers for the agreement on each side.'),
  stages: z
    .record(z.string().meta({ enum: stageNames }), stage)
    .default({})
    .describe('What each stage means, who has the next move, and what it takes to enter it.'),
  calendars: z
    .record(identifier, calendar)
    .describe('When clocks run: a name of your choice for each set of opening hours.'),
  default_calendar: z.string().describe('The calendar of leads without a team, or with one that is not under teams.'),
  teams: z.record(name, team).default({}).describe('The calendar of each team, and how much it can take.'),
  people: z
    .record(name, person)
    .default({})
    .describe('Working hours of single lead owners, by owner_id, so that part-timers are compared fairly.'),
  promises: z
    .strictObject({ marketing: promised('marketing'), sales: promised('sales') })
    .describe('What each side promises the other.'),
  icp: z.array(criterion).default([]).describe('An ideal customer meets all of these. Left out: nobody is judged.'),
  score: score.prefault({}).describe('Points for leads: who they are and what they do.'),
  playbooks: z.array(playbook).default([]).describe('How the promises are kept in practice.'),
  release_reasons: z
    .array(name)
    .default(['duplicate', 'spam', 'competitor', 'applicant', 'opted_out'])
    .describe('Exit reasons that release sales from answering and following up.'),
  policies: policies.prefault({}).describe('Where practice differs from the rules of docs/definitions.md.'),
  approvals: z
    .array(approval)
    .default([])
    .describe('Who approved these terms, and when; other terms need both sides anew, other words do not.'),
});

export type AgreementYaml = z.infer<typeof agreementSchema>;
