import * as z from 'zod';
import { amount, localDate, localText, name } from './agreement-parts-schema.ts';
import { grains, units } from './metric.ts';
import { metricContractSchema } from './metric-contract-schema.ts';

const identifier = z
  .string('a name such as mql_volume')
  .regex(
    /^[a-z][a-z0-9_]*$/,
    'a name is letters from a to z in lower case, digits and underscores; the label may be any',
  );
const column = z.string('a column').min(1, 'an empty text');
const wholeNumber = (least: number, most: number) =>
  z.int('a whole number').min(least).max(most, `must be ${most} or less`);
const columns = z.union([column, z.array(column).min(1)], 'a column, or a list such as [lead_id, cycle_no]');
/** YAML reads a bare `true` as a boolean; as an expression it is the same thing. */
const expression = z.preprocess(
  (value) => (typeof value === 'boolean' ? String(value) : value),
  z
    .string('an SQL expression')
    .trim()
    .min(1, 'an empty text')
    .meta({ type: ['string', 'boolean'] }),
);

const change = z.strictObject({
  version: wholeNumber(1, 1000).describe('The version that began with it.'),
  why: z.string().min(1).describe('Why the definition changed, for those who read the numbers.'),
  approved_by: z.array(name).min(1).optional().describe('Who approved it: roles, never names.'),
});

const common = {
  name: identifier.describe("The metric's name, which is the file's."),
  version: wholeNumber(1, 1000)
    .default(1)
    .describe('Goes up by one when the definition changes; say why under changes.'),
  effective_from: localDate
    .optional()
    .describe('Periods that start earlier belong to the version before, as long as its file is there.'),
  deprecated_on: localDate.optional().describe('The last day on which a build may have this version.'),
  label: localText.describe('What the site calls it.'),
  description: localText.describe('One or two sentences for the people who are measured by it.'),
  owner: z.enum(['marketing', 'sales']).describe('The side of the agreement that answers for it.'),
  dimensions: z.array(column).default([]).describe('Columns of the model by which the value is also worked out.'),
  grains: z
    .array(z.enum(grains))
    .min(1)
    .default([...grains])
    .describe('The periods for which it is worked out.'),
  unit: z.enum(units).describe('How the value is shown.'),
  direction: z.enum(['up', 'down']).describe('"up": higher is better. "down": lower is better.'),
  minimum_sample: wholeNumber(0, 1_000_000)
    .default(20)
    .describe('With fewer rows nothing is called a trend. A promise is judged at any number.'),
  headline: z.boolean().default(false).describe('Shown on the home page; six at most.'),
  target: amount
    .optional()
    .describe('Its own goal: a number, or a share such as 90 %. What an agreement promises comes first.'),
  contract: metricContractSchema.optional().describe('What must hold for the values before they are published.'),
  changes: z
    .array(change, 'a line for each version, such as [{ version: 1, why: First version }]')
    .min(1, 'an empty list')
    .describe('Why each version of the definition came to be, one line a version.'),
};

const model = z.string('the name of a model').min(1, 'an empty text');
const time = column.describe('The column that puts a row into a period; rows without a value belong to none.');
const rows = {
  model: model.describe('The public model whose rows are counted.'),
  filter: expression.optional().describe('SQL over one row, true or false: which rows take part at all.'),
  pending: expression
    .optional()
    .describe('SQL over one row, true or false: rows that may still change the value. They can hold up the verdict.'),
  beside: expression
    .optional()
    .describe('SQL over one row, true or false: rows shown beside the value that take no part in it.'),
};

/** Something that happens, in a model of its own. */
const events = z.strictObject({
  model: model.describe('The public model with a row for each time that it happens.'),
  time: column.describe('When it happened.'),
  filter: expression.optional().describe('SQL over one row of that model, true or false: which rows count.'),
});
const columnOrEvents = z.union([column, events], 'a column, or model and time below it');
const by = columns.describe('The columns that both models share: whose event it is.');

const otherMetric = z.strictObject({ metric: identifier.describe('The name of another metric.') });
const part = z
  .union(
    [z.string().trim().min(1, 'an SQL expression'), z.boolean(), otherMetric],
    'an SQL expression, or "metric:" and the name of another metric',
  )
  .transform((value) => (typeof value === 'boolean' ? String(value) : value));
const value = expression.describe('SQL over one row, a number.');
const betweenZeroAndOne = 'lies between 0 and 1, both left out: what nine of ten stay below is 0.9';
const share = z
  .number('a number such as 0.9')
  .gt(0, betweenZeroAndOne)
  .lt(1, betweenZeroAndOne)
  .describe('Between 0 and 1: 0.5 is the median, 0.9 what nine of ten stay below.');

const type = <T extends string>(literal: T, what: string) =>
  z.literal(literal).describe(`What is worked out: ${what}.`);

export const metricKinds = {
  count: z.strictObject({ ...common, ...rows, type: type('count', 'the number of rows'), time }),
  count_distinct: z.strictObject({
    ...common,
    ...rows,
    type: type('count_distinct', 'how many different values there are'),
    time,
    key: columns.describe('The columns whose values, taken together, are told apart.'),
  }),
  sum: z.strictObject({ ...common, ...rows, type: type('sum', 'the sum of a value'), time, value }),
  average: z.strictObject({ ...common, ...rows, type: type('average', 'the mean of a value'), time, value }),
  ratio: z.strictObject({
    ...common,
    ...rows,
    type: type('ratio', 'of the rows where the denominator holds, the share where the numerator does'),
    model: rows.model.optional(),
    time: time.optional(),
    numerator: part.describe('SQL over one row, true or false: what is counted above the line. Or another metric.'),
    denominator: part
      .default('true')
      .describe('SQL over one row, true or false: below the line. Left out: all. Or another metric.'),
  }),
  percentile: z.strictObject({
    ...common,
    ...rows,
    type: type('percentile', 'a percentile of a value'),
    time,
    value: expression.describe('SQL over one row, a number. Rows without one rank longest.'),
    percentile: share,
  }),
  duration: z.strictObject({
    ...common,
    ...rows,
    type: type('duration', 'the time from one thing to another'),
    start: column.describe('The column with the instant at which the clock starts.'),
    stop: columnOrEvents.describe('The column with the instant at which it stops; or events of another model.'),
    by: by.optional(),
    time: time.optional().describe('The column that puts a row into a period. Left out: the start.'),
    clock: z
      .enum(['elapsed', 'business'])
      .default('elapsed')
      .describe('"elapsed": time as it passes. "business": only the time that the calendar is open.'),
    calendar: z
      .union(
        [z.string().min(1), z.strictObject({ column: column.describe('The column that names the calendar.') })],
        'the name of a calendar, or "column:" and the column that names it',
      )
      .optional()
      .describe("The calendar of the agreement by which business time is counted; or the row's own."),
    statistic: z
      .union(
        [z.enum(['median', 'average', 'p90']), z.strictObject({ percentile: share })],
        'median, average, p90, or "percentile:" and a share',
      )
      .default('median')
      .describe('What is told of the durations.'),
    unfinished: z
      .enum(['rank_longest', 'left_out'])
      .optional()
      .describe('Rows that did not stop: rank longest (the default of a percentile) or are left out (of an average).'),
  }),
  conversion: z.strictObject({
    ...common,
    ...rows,
    type: type('conversion', 'of the rows that have "from", the share whose "to" follows in time'),
    from: column.describe('The time column that the period is that of.'),
    to: columnOrEvents.describe('The time column that must follow; or events of another model.'),
    to_filter: expression
      .optional()
      .describe('SQL over one row, true or false: which rows can count as converted, where "to" is a column.'),
    by: by.optional(),
    attribution: z
      .enum(['every', 'first', 'latest'])
      .default('every')
      .describe('Which rows an event counts for, of those in whose window it lies.'),
    counts: z
      .enum(['rows', 'entities', 'conversions'])
      .default('rows')
      .describe('What is counted: rows; different values of "by"; or events, of which a row may have several.'),
    window_days: z
      .number()
      .gt(0, 'a window is longer than zero days; leave it out to count to date')
      .max(36_500, 'a window is 36,500 days long at most; leave it out to count to date')
      .optional()
      .describe('Days within which "to" must follow "from". Left out: counted to date.'),
    window_in: z
      .enum(['hours', 'dates'])
      .default('hours')
      .describe('"hours": days of 24 hours. "dates": local dates, that of "from" the first.'),
  }),
  cumulative: z.strictObject({
    ...common,
    type: type('cumulative', 'another metric over several periods'),
    metric: identifier.describe('The metric whose rows are taken over several periods.'),
    rolling: z
      .int()
      .min(1, 'a window is longer than zero periods')
      .max(1000, 'a window is 1,000 periods long at most')
      .optional()
      .describe('Over so many periods, its own included.'),
    to_date: z
      .enum(['quarter', 'year'])
      .optional()
      .describe('From the start of the quarter, or of the fiscal year. Neither: since ever.'),
  }),
  derived: z.strictObject({
    ...common,
    type: type('derived', 'an expression of other metrics'),
    expression: expression.describe('SQL over the values of other metrics, by their names.'),
  }),
} as const;

/** The shape of metrics/*.yml. */
export const metricSchema = z.discriminatedUnion('type', [
  metricKinds.count,
  metricKinds.count_distinct,
  metricKinds.sum,
  metricKinds.average,
  metricKinds.ratio,
  metricKinds.percentile,
  metricKinds.duration,
  metricKinds.conversion,
  metricKinds.cumulative,
  metricKinds.derived,
]);

export type MetricYaml = z.infer<typeof metricSchema>;

/** The schema of the type that the text names, so that messages speak of its keys only. */
export function metricSchemaFor(text: string): z.ZodType<MetricYaml> {
  const named = /^type:[ \t]*["']?(\w+)/m.exec(text)?.[1];
  const kind = Object.entries(metricKinds).find(([key]) => key === named)?.[1];
  return kind ?? metricSchema;
}
