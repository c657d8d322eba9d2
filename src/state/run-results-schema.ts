import * as z from 'zod';

const statuses = ['ran', 'failed', 'skipped', 'unchanged'] as const;

/** `ran`: its rows are new. `skipped`: something that it reads failed, or it was not selected. `unchanged`: nothing to do. */
export type ModelStatus = (typeof statuses)[number];

const error = z
  .strictObject({
    code: z.string().describe('The kind of problem, in kebab-case.'),
    message: z.string(),
    file: z.string().nullable(),
    line: z.int().nullable(),
    column: z.int().nullable(),
  })
  .describe('What was wrong and where.');

const model = z.strictObject({
  name: z.string(),
  status: z
    .enum(statuses)
    .describe(
      'ran, failed, skipped (something that it reads failed, or it is not up to date and was not selected) or unchanged.',
    ),
  reason: z.string().describe('Why it ran or did not, in words.'),
  mode: z
    .enum(['full', 'incremental', 'view'])
    .nullable()
    .describe('full: all rows computed. incremental: those of changed partitions. Null when it did not run.'),
  partitions: z.int().nullable().describe('How many partitions were computed anew; null unless incremental.'),
  rows: z.int().nullable().describe('Rows that it has now; null for a view, or when it did not run.'),
  milliseconds: z.number(),
  error: error.nullable(),
});

const load = z.strictObject({
  rows: z
    .strictObject({
      read: z.int(),
      loaded: z.int(),
      duplicate: z.int(),
      superseded: z.int(),
      rejected: z.int(),
    })
    .describe('The last four add up to the first.'),
  files: z.strictObject({ new: z.int(), changed: z.int(), unchanged: z.int(), gone: z.int() }),
});

const failure = z.strictObject({
  metric: z.string().nullable(),
  model: z.string().nullable(),
  rule: z.string(),
  severity: z.enum(['error', 'warn']),
  observed: z.string(),
  expected: z.string(),
  rows_in: z.string().nullable().describe('The table of the work file that holds the rows; see it with handover show.'),
  file: z.string().nullable(),
  line: z.int().nullable(),
});

const contracts = z.strictObject({
  passed: z.int(),
  failed: z.int().describe('Do not hold, of severity error: nothing is published.'),
  warned: z.int().describe('Do not hold, of severity warn.'),
  failures: z.array(failure).readonly().describe('Those that do not hold.'),
});

/** target/run-results.json: what became of each model in the last run. */
export const runResultsSchema = z.strictObject({
  format: z.literal(1).describe('Grows when a key is taken away or means something else.'),
  command: z.array(z.string()).readonly().describe('The command and its arguments.'),
  started_at: z.string().describe('ISO instant, UTC, like all times here.'),
  finished_at: z.string(),
  as_of: z.string().nullable().describe('How far the data are trusted; null when the run did not come so far.'),
  outcome: z.enum(['published', 'not published']),
  why: z.string().nullable().describe('Why nothing was published; null when it was.'),
  models: z.array(model).readonly().describe('In the order in which they run.'),
  load: load.nullable().describe('Null when the run did not load.'),
  metrics: z.strictObject({ values: z.int(), milliseconds: z.number() }).nullable(),
  contracts: contracts.nullable().describe('Null when none was checked.'),
});

export type RunResults = Readonly<z.infer<typeof runResultsSchema>>;
export type ModelResult = Readonly<z.infer<typeof model>>;
