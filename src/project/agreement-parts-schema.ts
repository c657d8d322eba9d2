import * as z from 'zod';
import { isLocalDate } from './opening-hours.ts';

/** Pieces that several parts of an agreement are made of. */

export const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'a name is lower case letters, digits and underscores, and starts with a letter');
export const name = z.string().trim().min(1, 'an empty name');
export const localText = z.strictObject({
  en: z.string().min(1).describe('In English.'),
  da: z.string().min(1).describe('In Danish.'),
});
export const localDate = z.string().refine(isLocalDate, 'not a date such as 2026-07-01 (of the years 1970 to 2099)');

export const amountInWords = 'a number, or a share such as 90 %';

/** `0.9`, or as people say it: `90 %`. */
export const amount = z.union([z.number(), z.string()], amountInWords).transform((value, context) => {
  if (typeof value === 'number') return value;
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(value.trim());
  if (percent !== null) return Number(percent[1]) / 100;
  const withPoint = value.trim().replace(',', '.');
  const params = /^\d+\.\d+\s*%?$/.test(withPoint) ? { fix: `Write ${withPoint}.` } : {};
  context.addIssue({ code: 'custom', message: `"${value}" is not a number or a percentage such as 90 %`, params });
  return z.NEVER;
});

export const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
export const values = z.array(scalar).min(1, 'an empty list matches nobody');
const tests = {
  in: values.optional().describe('The value is one of these.'),
  at_least: z.number().optional().describe('The value is a number, and this or more.'),
  at_most: z.number().optional().describe('The value is a number, and this or less.'),
  filled: z.literal(true).optional().describe('There is a value.'),
};
const testsSomething = (test: { in?: unknown; at_least?: unknown; at_most?: unknown; filled?: unknown }): boolean =>
  [test.in, test.at_least, test.at_most, test.filled].some((value) => value !== undefined);
const nothingTested = 'tests nothing: say in, at_least, at_most or filled';

export const test = z.strictObject(tests).refine(testsSomething, nothingTested);
const attribute = name.describe("The lead's attribute that is looked at.");
export const criterion = z.strictObject({ attribute, ...tests }).refine(testsSomething, nothingTested);
export const scoredCriterion = z
  .strictObject({ attribute, ...tests, points: z.number().describe('What a lead that passes the test is given.') })
  .refine(testsSomething, nothingTested);

export type TestYaml = z.infer<typeof test>;
