import * as z from 'zod';
import { grains } from './metric-file.ts';
import { isLocalDate, parseInterval } from './opening-hours.ts';
import { monthNames } from './time.ts';

const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'a name is lower case letters, digits and underscores, and starts with a letter');
const name = z.string().trim().min(1, 'an empty name');
const localText = z.strictObject({ en: z.string().min(1), da: z.string().min(1) });
const localDate = z.string().refine(isLocalDate, 'not a date such as 2026-07-01 (of the years 1970 to 2099)');

const interval = z.string().transform((text, context) => {
  const parsed = parseInterval(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: `"${text}" is not hours such as "08:00-16:00"` });
  return z.NEVER;
});
const intervals = z.array(interval).min(1, 'no hours: leave the day out when it is closed');

const calendar = z.strictObject({
  time_zone: z.string().optional(),
  hours: z
    .strictObject({
      mon: intervals.optional(),
      tue: intervals.optional(),
      wed: intervals.optional(),
      thu: intervals.optional(),
      fri: intervals.optional(),
      sat: intervals.optional(),
      sun: intervals.optional(),
    })
    .default({}),
  holidays: z.union([name, z.array(name)]).default([]),
  closed: z.record(z.string(), name).default({}),
  special_hours: z
    .record(z.string(), z.array(interval).min(1, 'no hours: list a date that is closed under "closed"'))
    .default({}),
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
  in: values.optional(),
  at_least: z.number().optional(),
  at_most: z.number().optional(),
  filled: z.literal(true).optional(),
};
const testsSomething = (test: { in?: unknown; at_least?: unknown; at_most?: unknown; filled?: unknown }): boolean =>
  [test.in, test.at_least, test.at_most, test.filled].some((value) => value !== undefined);
const test = z.strictObject(tests).refine(testsSomething, 'tests nothing: say in, at_least, at_most or filled');

const criterion = z
  .strictObject({ attribute: name, ...tests })
  .refine(testsSomething, 'tests nothing: say in, at_least, at_most or filled');

const effort = {
  within_minutes: z.number().positive().optional(),
  attempts: z.int().positive().optional(),
  channels: z.int().positive().optional(),
  business_days: z.int().positive().optional(),
};
const tier = z.strictObject({
  id: identifier,
  title: localText.optional(),
  when: z.record(name, z.union([values, scalar, test])).default({}),
  ...effort,
});
const promise = z.strictObject({
  id: identifier,
  metric: identifier,
  target,
  per: z.enum(grains).optional(),
  tiers: z.array(tier).min(1, 'no tiers').optional(),
  ...effort,
});
const owner = z.strictObject({ title: name });

/** The shape of metrics/agreements/*.yml; what it means is checked in agreement-checks.ts. */
export const agreementSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'an id is lower case letters, digits, hyphens and underscores'),
  effective_from: localDate,
  time_zone: z.string(),
  fiscal_year_starts: z.enum(monthNames).default('january'),
  title: localText.optional(),
  owners: z.strictObject({ marketing: owner, sales: owner }),
  calendars: z.record(identifier, calendar),
  default_calendar: z.string(),
  teams: z.record(name, z.string()).default({}),
  promises: z.strictObject({ marketing: z.array(promise).default([]), sales: z.array(promise).default([]) }),
  icp: z.array(criterion).default([]),
  required_fields: z.record(z.string(), z.array(name).min(1, 'no fields: leave the stage out')).default({}),
  release_reasons: z.array(name).default(['duplicate', 'spam', 'competitor', 'applicant', 'opted_out']),
});

export type AgreementYaml = z.infer<typeof agreementSchema>;
export type CalendarYaml = z.infer<typeof calendar>;
export type PromiseYaml = z.infer<typeof promise>;
export type TierYaml = z.infer<typeof tier>;
export type TestYaml = z.infer<typeof test>;
