import * as z from 'zod';

const severity = z.enum(['error', 'warn']);
const texts = z.array(z.string()).readonly();

const origin = z.strictObject({
  table: z.string().describe('A model, or schema.table.'),
  column: z.string(),
});

const lineage = z.strictObject({
  from: z.array(origin).readonly().describe('Columns of what the model reads.'),
  unknown: z.string().nullable().describe('Why there may be others; null when these are all.'),
});

const column = z.strictObject({
  name: z.string(),
  type: z.string().nullable().describe("DuckDB's name of it as found; null when it was not looked at."),
  declared_type: z.string().nullable(),
  description: z.string().describe('Empty when the .yml has none.'),
  not_null: z.boolean(),
  unique: z.boolean(),
  accepted_values: texts.nullable(),
  lineage: lineage.nullable().describe('What feeds its value; null when not looked at.'),
});

const contract = z.strictObject({
  enforced: z.boolean(),
  relationships: z.array(z.strictObject({ columns: texts, to: z.string(), to_columns: texts, severity })).readonly(),
  expressions: z.array(z.strictObject({ name: z.string(), that: z.string(), severity })).readonly(),
});

const version = z.strictObject({
  number: z.int(),
  latest: z.boolean(),
  change: z.string(),
  why: z.string(),
  deprecated_on: z.string().nullable(),
});

const model = z.strictObject({
  name: z.string().describe('The table or view that it makes; of a version with its number, lead_responses_v2.'),
  base: z.string().describe('The name without the version.'),
  version: version.nullable(),
  alias_of: z.string().nullable().describe('For the bare name of a model with versions: the version that it shows.'),
  path: z.string().describe("Of the SQL, from the project's root."),
  folders: texts.describe('Those it lies in, below models/.'),
  tags: texts,
  materialized: z.enum(['view', 'table', 'incremental', 'ephemeral']),
  partition: z
    .strictObject({
      by: z.string(),
      inputs: z.record(z.string(), z.string()).describe('Input → its column that carries the key.'),
    })
    .nullable()
    .describe('Incremental models only.'),
  public: z.boolean().describe('Published for readers.'),
  description: z.string(),
  grain: texts.describe('The columns that identify a row.'),
  columns: z.array(column).readonly(),
  contract,
  reads: texts.describe('Models.'),
  reads_tables: texts.describe('Tables outside models: raw.events, sla.dates.'),
  filters: lineage.nullable().describe('The columns that decide which rows there are; null when not looked at.'),
  fingerprint: z.string().nullable().describe('Changes when the model has to run again.'),
  compiled_sql: z.string().nullable().describe('The select that runs.'),
});

/** target/manifest.json: what a project consists of. */
export const manifestSchema = z.strictObject({
  format: z.literal(1).describe('Grows when a key is taken away or means something else.'),
  tool: z.strictObject({ name: z.literal('handover'), version: z.string() }),
  project: z.strictObject({ name: z.string(), extends: z.string().nullable(), time_zone: z.string() }),
  generated_from: z
    .strictObject({ as_of: z.string(), now: z.string() })
    .describe('ISO instants: how far the data were trusted, and when the run began.'),
  models: z.array(model).readonly().describe('In the order in which they run.'),
  seeds: z.array(z.strictObject({ table: z.string(), path: z.string() })).readonly(),
  sources: z
    .array(z.strictObject({ name: z.string(), kind: z.string(), files: texts, tables: texts }))
    .readonly()
    .describe('Their files as globs, and the raw tables that they fill.'),
  agreements: z.array(z.strictObject({ id: z.string(), effective_from: z.string(), path: z.string() })).readonly(),
  metrics: z
    .array(
      z.strictObject({
        name: z.string(),
        version: z.int(),
        model: z.string().nullable().describe('The model whose rows it looks at; null of one made of other metrics.'),
        models: texts.describe('All models that it reads rows of.'),
        inputs: texts.describe('The metrics that it is made of.'),
        path: z.string(),
      }),
    )
    .readonly(),
  tests: z
    .array(z.strictObject({ model: z.string(), name: z.string(), path: z.string(), line: z.int() }))
    .readonly()
    .describe('Unit tests of models.'),
});

export type Manifest = Readonly<z.infer<typeof manifestSchema>>;
