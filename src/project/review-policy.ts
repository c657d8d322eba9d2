import * as z from 'zod';

/** How a rule of the review is held: `error` fails it, `warn` only says so, `off` does not look. */
export type PolicyLevel = 'error' | 'warn' | 'off';

/** `review:` of handover.yml: what a change of definitions owes before it is merged. */
export interface ReviewPolicy {
  readonly versionBump: PolicyLevel;
  readonly approvals: PolicyLevel;
  readonly acknowledgements: PolicyLevel;
  readonly deprecationDates: PolicyLevel;
  /** How long a comparison may take. */
  readonly timeLimitMinutes: number;
}

const level = z.enum(['error', 'warn', 'off']).default('error');

export const reviewPolicySchema = z.strictObject({
  version_bump: level.describe(
    'A metric, or the columns of a published model, that change for those who rely on them get a new version with its line of why; a model whose SQL makes other rows or values gets a line under changes.',
  ),
  approvals: level.describe("A change of the agreement has both owners' approval of its terms."),
  acknowledgements: level.describe(
    'A published period that shows another value has an acknowledgement with its reason.',
  ),
  deprecation_dates: level.describe(
    'What goes, is renamed or is replaced in all periods said until when it may be used, and that day is over.',
  ),
  time_limit: z
    .string()
    .regex(/^\d+ ?[mh]$/, 'minutes or hours, such as 10m or 1h')
    .default('10m')
    .describe('How long "handover diff" may take: minutes or hours, such as 10m or 1h.'),
});

export function toReviewPolicy(yaml: z.infer<typeof reviewPolicySchema>): ReviewPolicy {
  return {
    versionBump: yaml.version_bump,
    approvals: yaml.approvals,
    acknowledgements: yaml.acknowledgements,
    deprecationDates: yaml.deprecation_dates,
    timeLimitMinutes: toMinutes(yaml.time_limit),
  };
}

/** Of a text such as 10m or 1h. */
function toMinutes(text: string): number {
  return Number.parseInt(text, 10) * (text.endsWith('h') ? 60 : 1);
}
