import * as z from 'zod';
import { amount, criterion, identifier, localText, name, scoredCriterion } from './agreement-parts-schema.ts';

const side = z.enum(['marketing', 'sales']);

export const stage = z.strictObject({
  meaning: localText.optional().describe('What it means that a lead is in the stage.'),
  responsible: side.optional().describe('The side that has the next move.'),
  next_action: localText.optional().describe('What is to be done with a lead in the stage.'),
  entry: localText.optional().describe('The entry criteria in words.'),
  criteria: z
    .strictObject({
      icp: z.boolean().default(false).describe('The lead meets the ideal customer profile.'),
      score_at_least: z.number().positive().optional().describe('The lead has so many points.'),
    })
    .refine((criteria) => criteria.icp || criteria.score_at_least !== undefined, 'asks for nothing')
    .optional()
    .describe('The entry criteria that are computed from the data, under "mql" only.'),
  required_fields: z
    .array(name)
    .min(1, 'no fields: leave it out')
    .optional()
    .describe('Attributes that must be filled in when a lead enters the stage.'),
  target: amount
    .optional()
    .describe('Of those who reached the stage before it, the share that should reach this one, such as 75 %.'),
});

const intent = z.strictObject({
  action: name.describe('The action of the activity, such as content_download.'),
  points: z.number().describe('What it is worth as it happens.'),
  decays_over_days: z.number().positive().describe('Its points shrink evenly to nothing over so many days.'),
  at_most: z.number().positive().optional().describe('What all such activities are worth together at most.'),
});

export const score = z.strictObject({
  fit: z.array(scoredCriterion).default([]).describe('Points for who the lead is.'),
  intent: z.array(intent).default([]).describe('Points for what the lead does.'),
  bands: z
    .array(z.number())
    .default([])
    .describe('Where one band of scores ends and the next begins, such as [20, 40, 60].'),
});

const steps = z.array(z.string().min(1)).min(1, 'no steps');
export const playbook = z.strictObject({
  id: identifier.describe('Names the playbook.'),
  title: localText.describe('What the site calls it.'),
  clauses: z.array(identifier).min(1, 'belongs to no clause').describe('Ids of the promises that it helps to keep.'),
  url: z.string().min(1).optional().describe('Where it is written down.'),
  steps: z
    .strictObject({ en: steps.describe('In English.'), da: steps.describe('In Danish.') })
    .optional()
    .describe('Its steps, in order.'),
});

const channels = (what: string) =>
  z
    .array(name)
    .min(1, 'no channel')
    .optional()
    .describe(`Channels over which an outreach counts as ${what}. Left out: all.`);

export const policies = z.strictObject({
  acceptance: z
    .enum(['recorded', 'verified'])
    .default('recorded')
    .describe('"verified": an acceptance counts only from the first outreach by a person on.'),
  response_clock_starts: z
    .enum(['mql', 'assignment'])
    .default('mql')
    .describe('What starts the clock of the first response.'),
  reassignment: z
    .enum(['continues', 'restarts', 'charges_each'])
    .default('continues')
    .describe('What a new owner does to the clock. "charges_each": it goes on, and each owner answers for it.'),
  self_booked: z
    .enum(['beside', 'answers', 'does_not_answer'])
    .default('beside')
    .describe('Whether a meeting that the lead booked itself is a response; "beside": shown beside the rate.'),
  attempts_within_minutes: z
    .number()
    .positive()
    .optional()
    .describe('An attempt so shortly after another on the same channel is no further attempt.'),
  logged_late: z
    .strictObject({
      after_hours: z.number().positive().describe('Recorded more than so many hours after it happened.'),
      counts: z.boolean().default(true).describe('Whether it counts all the same.'),
    })
    .optional()
    .describe('Outreach that was written down long afterwards is marked.'),
  answered_contact_answers_account: name
    .optional()
    .describe('The attribute that names the account: who answers one of its leads answers all of them.'),
  excluded: z
    .array(criterion)
    .default([])
    .describe('Leads that no promise is made to, such as list imports: who passes any of these tests.'),
  response_channels: channels('a response'),
  follow_up_channels: channels('an attempt'),
  paused_grace_minutes: z
    .number()
    .min(0)
    .default(0)
    .describe('Business minutes that a lead which arrives while it is paused may wait beyond the promise.'),
  abandoned_after_business_days: z
    .int()
    .positive()
    .default(5)
    .describe('A lead that answered and heard nothing for so many business days was abandoned.'),
});

export type StageYaml = z.infer<typeof stage>;
export type PoliciesYaml = z.infer<typeof policies>;
