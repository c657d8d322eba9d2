import * as z from 'zod';
import { grains } from './metric-file.ts';
import { isLocalDate, parseInterval } from './opening-hours.ts';
import { stageNames } from './stages.ts';
import { monthNames } from './time.ts';

const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'a name is lower case letters, digits and underscores, and starts with a letter');
const name = z.string().trim().min(1, 'an empty name');
const localText = z.strictObject({
  en: z.string().min(1).describe('In English.'),
  da: z.string().min(1).describe('In Danish.'),
});
const localDate = z.string().refine(isLocalDate, 'not a date such as 2026-07-01 (of the years 1970 to 2099)');

const interval = z
  .string()
  .meta({ pattern: String.raw`^\s*\d{2}:\d{2}\s*[-–]\s*\d{2}:\d{2}\s*$`, examples: ['08:00-16:00'] })
  .transform((text, context) => {
    const parsed = parseInterval(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: `"${text}" is not hours such as "08:00-16:00"` });
    return z.NEVER;
  });
const intervals = z.array(interval).min(1, 'no hours: leave the day out when it is closed');
const openOn = (day: string) =>
  intervals.optional().describe(`Opening hours on ${day}s, such as ["08:00-16:00"]. Left out: closed.`);

const calendar = z.strictObject({
  time_zone: z
    .string()
    .optional()
    .describe("IANA zone of the hours, such as Europe/London. Left out: the agreement's."),
  hours: z
    .strictObject({
      mon: openOn('Monday'),
      tue: openOn('Tuesday'),
      wed: openOn('Wednesday'),
      thu: openOn('Thursday'),
      fri: openOn('Friday'),
      sat: openOn('Saturday'),
      sun: openOn('Sunday'),
    })
    .default({})
    .describe('When the team is at work. A close at or before the open runs past midnight.'),
  holidays: z
    .union([name, z.array(name)])
    .default([])
    .describe('Sets of holidays of seeds/holidays.csv, such as dk; they close the day.'),
  closed: z.record(z.string(), name).default({}).describe('Further dates that are closed, each with its reason.'),
  special_hours: z
    .record(z.string(), z.array(interval).min(1, 'no hours: list a date that is closed under "closed"'))
    .default({})
    .describe("Dates with hours of their own. They replace the weekday's, and win over a holiday."),
});

/** `0.9`, or as people say it: `90 %`. */
const target = z.union([z.number(), z.string()]).transform((value, context) => {
  if (typeof value === 'number') return value;
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(value.trim());
  if (percent !== null) return Number(percent[1]) / 100;
  context.addIssue({ code: 'custom', message: `"${value}" is not a number or a percentage such as 90 %` });
  return z.NEVER;
});

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const values = z.array(scalar).min(1, 'an empty list matches nobody');
const tests = {
  in: values.optional().describe('The value is one of these.'),
  at_least: z.number().optional().describe('The value is a number, and this or more.'),
  at_most: z.number().optional().describe('The value is a number, and this or less.'),
  filled: z.literal(true).optional().describe('There is a value.'),
};
const testsSomething = (test: { in?: unknown; at_least?: unknown; at_most?: unknown; filled?: unknown }): boolean =>
  [test.in, test.at_least, test.at_most, test.filled].some((value) => value !== undefined);
const test = z.strictObject(tests).refine(testsSomething, 'tests nothing: say in, at_least, at_most or filled');

const criterion = z
  .strictObject({ attribute: name.describe("The lead's attribute that is looked at."), ...tests })
  .refine(testsSomething, 'tests nothing: say in, at_least, at_most or filled');

const effort = {
  within_minutes: z.number().positive().optional().describe('First response: within so many minutes of opening hours.'),
  attempts: z.int().positive().optional().describe('Follow-up: how many times the lead is contacted at least.'),
  channels: z.int().positive().optional().describe('Follow-up: over how many channels at least.'),
  business_days: z.int().positive().optional().describe('Follow-up: within so many business days.'),
};
const tier = z.strictObject({
  id: identifier.describe('Names the tier in tables and on the site.'),
  title: localText.optional().describe('What the site calls its leads.'),
  when: z
    .record(name, z.union([values, scalar, test]))
    .default({})
    .describe('Attributes that a lead must have at its MQL: a value, a list of them, or a test. Left out: every lead.'),
  ...effort,
});
const promise = z.strictObject({
  id: identifier.describe('Names the promise in tables and on the site.'),
  metric: identifier.describe('The metric that measures it.'),
  target: target.describe('What is promised: a number, or a share such as 90 %.'),
  per: z
    .enum(grains)
    .optional()
    .describe('The only period that it is promised for. Left out: each that the metric has.'),
  tiers: z
    .array(tier)
    .min(1, 'no tiers')
    .optional()
    .describe('Different promises to different leads: the first tier that fits a lead holds.'),
  ...effort,
});
const owner = z.strictObject({ title: name.describe('A title, never a name.') });
const promised = (side: string) => z.array(promise).default([]).describe(`What ${side} promises.`);

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
  owners: z
    .strictObject({ marketing: owner.describe("Marketing's."), sales: owner.describe("Sales'.") })
    .describe('Who answers for the agreement on each side.'),
  calendars: z
    .record(identifier, calendar)
    .describe('When clocks run: a name of your choice for each set of opening hours.'),
  default_calendar: z.string().describe('The calendar of leads without a team, or with one that is not under teams.'),
  teams: z.record(name, z.string()).default({}).describe('The calendar of each team.'),
  promises: z
    .strictObject({ marketing: promised('marketing'), sales: promised('sales') })
    .describe('What each side promises the other.'),
  icp: z.array(criterion).default([]).describe('An ideal customer meets all of these. Left out: nobody is judged.'),
  required_fields: z
    .record(z.string().meta({ enum: stageNames }), z.array(name).min(1, 'no fields: leave the stage out'))
    .default({})
    .describe('Attributes that must be filled in when a lead enters a stage.'),
  release_reasons: z
    .array(name)
    .default(['duplicate', 'spam', 'competitor', 'applicant', 'opted_out'])
    .describe('Exit reasons that release sales from answering and following up.'),
});

export type AgreementYaml = z.infer<typeof agreementSchema>;
export type CalendarYaml = z.infer<typeof calendar>;
export type PromiseYaml = z.infer<typeof promise>;
export type TierYaml = z.infer<typeof tier>;
export type TestYaml = z.infer<typeof test>;
