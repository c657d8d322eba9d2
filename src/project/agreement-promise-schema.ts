import * as z from 'zod';
import { amount, amountInWords, identifier, localText, name, scalar, test, values } from './agreement-parts-schema.ts';
import { grains } from './metric.ts';

const effort = {
  within_minutes: z.number().positive().optional().describe('First response: within so many minutes of opening hours.'),
  attempts: z.int().positive().optional().describe('Follow-up: how many times the lead is contacted at least.'),
  channels: z.int().positive().optional().describe('Follow-up: over how many channels at least.'),
  business_days: z.int().positive().optional().describe('Follow-up: within so many business days.'),
  accept_within_hours: z
    .number()
    .positive()
    .optional()
    .describe('Acceptance: an MQL is accepted or rejected within so many hours of opening hours.'),
  report_within_days: z
    .int()
    .positive()
    .optional()
    .describe('Meeting outcome: what came of a meeting is recorded within so many business days.'),
};
const variant = (when: string) => z.strictObject(effort).optional().describe(`What is promised instead ${when}.`);
const efforts = {
  ...effort,
  reduced: variant('to leads that become MQL in a reduced range of their calendar'),
  surge: variant("to leads that become MQL when their team's capacity_per_day is used up"),
};

const tier = z.strictObject({
  id: identifier.describe('Names the tier in tables and on the site.'),
  title: localText.optional().describe('What the site calls its leads.'),
  when: z
    .record(name, z.union([values, scalar, test]))
    .default({})
    .describe('Attributes that a lead must have at its MQL: a value, a list of them, or a test. Left out: every lead.'),
  ...efforts,
});

const quarter = z
  .string()
  .regex(/^\d{4}-q[1-4]$/, 'not a quarter such as 2026-q3')
  .meta({ examples: ['2026-q3'] });
const targets = z.strictObject({
  default: amount.describe('What is promised where nothing else is said.'),
  quarters: z.record(quarter, amount).default({}).describe('Other targets in single quarters, such as 2026-q3: 85 %.'),
  teams: z.record(name, amount).default({}).describe('Other targets for single teams.'),
});

const promise = z.strictObject({
  id: identifier.describe('The clause: names the promise in tables and on the site.'),
  metric: identifier.describe('The metric that measures it.'),
  target: z
    .union([amount, targets], amountInWords)
    .describe('What is promised: a number, a share such as 90 %, or one by quarter and by team.'),
  per: z
    .enum(grains)
    .optional()
    .describe('The only period that it is promised for. Left out: each that the metric has.'),
  tiers: z
    .array(tier)
    .min(1, 'no tiers')
    .optional()
    .describe('Different promises to different leads: the first tier that fits a lead holds.'),
  ...efforts,
});

export const promised = (side: string) => z.array(promise).default([]).describe(`What ${side} promises.`);

export type PromiseYaml = z.infer<typeof promise>;
export type TierYaml = z.infer<typeof tier>;
export type EffortKey = keyof typeof effort;
export type EffortYaml = z.infer<z.ZodObject<typeof effort>>;
