import * as z from 'zod';

const texts = z.array(z.string()).readonly();
const localText = z.strictObject({ en: z.string(), da: z.string() });
const number = z.number().nullable();
const date = z.string().describe('YYYY-MM-DD, a local date.');
const side = z.enum(['marketing', 'sales']);
const grain = z.enum(['week', 'month', 'quarter']);
const column = z.strictObject({ table: z.string().describe('A model, or schema.table.'), column: z.string() });

const version = z.strictObject({
  version: z.int(),
  is_current: z.boolean().describe('The highest version.'),
  effective_from: date.nullable().describe('Earlier periods belong to an earlier version; null: since ever.'),
  deprecated_on: date.nullable().describe('The last day on which a build may have it.'),
  type: z.string().describe('count, ratio, conversion and so on.'),
  label: localText,
  description: localText.describe('As its file has it.'),
  words: localText.describe('What is computed, told from the definition; SQL stands in backticks.'),
  owner: side.describe('The side of the agreement that answers for it.'),
  unit: z.string().describe('percent (values are shares of 1), count, minutes, hours, days, number or amount.'),
  direction: z.enum(['up', 'down']).describe('up: higher is better.'),
  target: number.describe('Its own goal; what an agreement promises comes first.'),
  minimum_sample: z.int().describe('With fewer rows nothing is called a trend.'),
  headline: z.boolean(),
  grains: z.array(grain).readonly(),
  dimensions: texts,
  models: texts.describe('That it reads itself.'),
  inputs: texts.describe('Metrics that it is made of.'),
  changes: z
    .array(z.strictObject({ version: z.int(), why: z.string(), approved_by: texts.describe('Roles, never names.') }))
    .readonly(),
  file: z.string().describe("From the project's root."),
  definition: z.string().describe('The text of the file.'),
  spec: z.record(z.string(), z.unknown()).describe('The definition as queries compile it.'),
  sql: z.string().describe('The select that computes its values.'),
});

const promise = z.strictObject({
  agreement: z.string(),
  effective_from: date,
  effective_until: date.nullable().describe('The day on which the next agreement takes over.'),
  side,
  owner: z.string().describe('A title.'),
  promise: z.string().describe('The clause.'),
  grain: grain.nullable().describe('The period that it is for; null: any.'),
  target: z.number(),
  quarters: z.array(z.strictObject({ quarter: z.string(), target: z.number() })).readonly(),
  teams: z.array(z.strictObject({ team: z.string(), target: z.number() })).readonly(),
  wording: localText,
});

const rule = z.strictObject({
  rule: z.string().describe('Of several versions it names the one that it is about, range v2.'),
  severity: z.enum(['error', 'warn']),
  passed: z.boolean(),
  observed: z.string(),
  expected: z.string(),
  file: z.string().nullable(),
  line: z.int().nullable(),
});

const lineage = z.strictObject({
  ...column.shape,
  from: z.array(column).readonly().describe('Columns of raw, seeds, sla and run that feed it.'),
  unknown: texts.describe('Why there may be others.'),
});

const reconciliation = z.strictObject({
  from_version: z.int(),
  to_version: z.int(),
  periods: z.int().describe('Periods of the total, over all grains, that either of the two has.'),
  differing: z.int().describe('Those in which the two say something else.'),
  largest_difference: z
    .strictObject({ grain, period_start: date, value_from: number, value_to: number, difference: z.number() })
    .nullable()
    .describe('Null where no period has a value of both that differs.'),
});

const period = z.strictObject({
  grain,
  period_start: date,
  period_end: date.describe('The day after its last.'),
  version: z.int().describe('The one in force.'),
  value: number,
  over_value: number.describe('Where a percentile falls among the unanswered: the longest answered one.'),
  numerator: number,
  denominator: number,
  sample_size: z.int().nullable(),
  lower_95: number,
  upper_95: number,
  target: number,
  target_source: z.enum(['agreement', 'metric']).nullable().describe('A promise, or its own goal.'),
  status: z.enum(['kept', 'missed', 'open', 'no_data']).nullable(),
  maturity: z.enum(['mature', 'partial', 'immature']).nullable().describe('Null without a window.'),
  estimate: number.describe('What the value will be once mature (Kaplan–Meier).'),
  estimate_lower_95: number,
  estimate_upper_95: number,
  previous_value: number,
  change: z
    .enum(['rose', 'fell', 'steady', 'too_few'])
    .nullable()
    .describe('Against the period before; null where it cannot be told.'),
});

const restatement = z.strictObject({
  period: z.string().describe('The published period, 2026-Q3.'),
  grain,
  period_start: date,
  version_published: z.int().nullable(),
  version_now: z.int().nullable(),
  value_published: number,
  value_now: number,
  difference: number,
  status_published: z.string().nullable(),
  status_now: z.string().nullable(),
  cause: z.string(),
  cause_words: localText,
  is_beyond: z.boolean().nullable().describe('More than the contract tolerates.'),
  is_acknowledged: z.boolean().nullable(),
  reason: z.string().nullable().describe('As acknowledged.'),
  acknowledged_by: z.string().nullable().describe('A role.'),
  acknowledged_on: date.nullable(),
});

const improvement = z.strictObject({
  improvement: z.string(),
  title: localText,
  agreed_on: date,
  agreed_by: z.string().describe('A role.'),
  since: date,
  until: date.nullable(),
  is_open: z.boolean(),
  verdict: z.string().nullable(),
  sentence: z.strictObject({ en: z.string().nullable(), da: z.string().nullable() }),
});

const decision = z.strictObject({
  review: z.string().describe('The period that was reviewed: 2026-Q3.'),
  held_on: date,
  title: localText,
  decided_by: z.string().describe('Roles.'),
  responsible: z.string().describe('A role.'),
  due_on: date.nullable(),
  done_on: date.nullable(),
  target_from: number,
  target_to: z.number(),
});

const metric = z.strictObject({
  name: z.string(),
  versions: z.array(version).readonly().describe('Lowest first.'),
  derived_metrics: texts.describe('Metrics that are made of it.'),
  lineage: z.array(lineage).readonly().describe('The columns that its current version reads, through its inputs too.'),
  promises: z.array(promise).readonly(),
  contracts: z.array(rule).readonly().describe('As the last build found them.'),
  reconciliations: z.array(reconciliation).readonly().describe('Of versions that follow each other.'),
  history: z
    .array(period)
    .readonly()
    .describe('The total in the last 13 periods of each grain that are over, oldest first.'),
  restatements: z.array(restatement).readonly().describe('Published values that are others now.'),
  improvements: z.array(improvement).readonly(),
  decisions: z.array(decision).readonly().describe('Targets of it that review meetings decided, newest first.'),
});

/** target/catalogue.json: everything that is known of each metric. */
export const catalogueSchema = z.strictObject({
  format: z.literal(1).describe('Grows when a key is taken away or means something else.'),
  tool: z.strictObject({ name: z.literal('handover'), version: z.string() }),
  project: z.strictObject({ name: z.string(), time_zone: z.string() }),
  generated_from: z.strictObject({ as_of: z.string(), now: z.string() }).describe('ISO instants.'),
  outcome: z.enum(['published', 'not published']).describe('What became of the build that tells this.'),
  metrics: z.array(metric).readonly().describe('In order of name.'),
});

export type Catalogue = Readonly<z.infer<typeof catalogueSchema>>;
export type CatalogueMetric = Catalogue['metrics'][number];
