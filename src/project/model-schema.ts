import * as z from 'zod';
import { contractSchema } from './model-contract.ts';
import { isLocalDate } from './opening-hours.ts';

/** How a model's result can be kept. */
export const materializations = ['view', 'table', 'incremental', 'ephemeral'] as const;

const column = z.strictObject({
  description: z.string().describe('What the column holds, its unit and when it is empty.'),
  type: z.string().optional().describe("DuckDB's name of its type, such as varchar or timestamptz; checked."),
  not_null: z.boolean().default(false).describe('Every row has a value; checked.'),
  unique: z.boolean().default(false).describe('No two rows have the same value; checked.'),
  accepted_values: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .describe('The only values that it may have; checked. An empty one passes.'),
});

const date = z.string().refine(isLocalDate, 'not a date such as 2026-12-31');

const change = z.strictObject({
  on: date.describe('The day, such as 2026-12-31.'),
  why: z.string().min(1).describe('Why its rows or values are others now, for those who read the numbers.'),
});

const version = z.strictObject({
  version: z.int().min(1).describe('Its number: the SQL is in <model>.v<number>.sql.'),
  change: z.string().describe('What is different from the version before.'),
  why: z.string().describe('Why the definition changed, for those who read the numbers.'),
  deprecated_on: date.optional().describe('The last day on which it may be used, such as 2026-12-31.'),
  columns: z.record(z.string(), column).default({}).describe('Columns that this version alone has, or has otherwise.'),
  without: z.array(z.string()).default([]).describe('Columns of the model that this version does not have.'),
});

/** A model's .yml. */
export const modelSchema = z.strictObject({
  name: z.string().describe("The model's name, which is the file's."),
  description: z.string().describe('What one row is, and for whom.'),
  grain: z.array(z.string()).default([]).describe('The columns that identify a row: filled and unique; checked.'),
  materialized: z
    .enum(materializations)
    .optional()
    .describe(
      "How its result is kept: computed anew when read (view), as a table, as a table of which only what changed is computed again (incremental), or not at all: part of the reader's SQL (ephemeral).",
    ),
  partition_by: z
    .string()
    .optional()
    .describe('Incremental: the column by which it is cut into parts that are computed again whole.'),
  inputs: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'Incremental: each model that it reads, with the column there that carries partition_by; of a view also raw.events, by lead_id.',
    ),
  public: z.boolean().optional().describe('Published for metrics, reports and other readers.'),
  tags: z.array(z.string()).default([]).describe('Words to select it by: --select tag:daily.'),
  latest_version: z.int().min(1).optional().describe('The version that its bare name shows. Left out: the highest.'),
  versions: z.array(version).min(1).optional().describe('Versions of the definition that live side by side.'),
  changes: z
    .array(change)
    .default([])
    .describe(
      'Changes of its SQL that made other numbers, where it stands in one version; asked for by "handover diff".',
    ),
  contract: contractSchema.optional().describe('What it promises to those who read it; checked before publishing.'),
  columns: z.record(z.string(), column).default({}).describe('What is said of each column.'),
});

/** What a model's .yml says, as it is written. */
export type ModelYaml = z.infer<typeof modelSchema>;
