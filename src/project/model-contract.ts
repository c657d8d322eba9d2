import * as z from 'zod';

type Severity = 'error' | 'warn';

/** Every row's columns are found in another model. */
export interface RelationshipSpec {
  readonly columns: readonly string[];
  /** The other model, and its columns in the same order. */
  readonly to: string;
  readonly toColumns: readonly string[];
  readonly severity: Severity;
}

/** A condition that holds for every row; one that is null holds. */
interface ExpressionSpec {
  readonly name: string;
  /** SQL over the model's columns. */
  readonly that: string;
  readonly severity: Severity;
}

/** What a model promises its readers beside what its columns and its grain say. */
export interface ContractSpec {
  /** Its columns are those that the .yml lists, each of the type stated there: no other, none less. */
  readonly isEnforced: boolean;
  readonly relationships: readonly RelationshipSpec[];
  readonly expressions: readonly ExpressionSpec[];
}

export const noContract: ContractSpec = { isEnforced: false, relationships: [], expressions: [] };

const severity = z
  .enum(['error', 'warn'])
  .default('error')
  .describe('"error": nothing is published when it does not hold. "warn": it is, with a warning.');

/** `contract:` of a model's .yml. */
export const contractSchema = z.strictObject({
  enforced: z
    .boolean()
    .default(false)
    .describe('Its columns are those listed under columns, each of its type: none else, none less.'),
  relationships: z
    .array(
      z.strictObject({
        columns: z.array(z.string()).min(1).describe('Columns of this model.'),
        to: z.string().describe('The model in which each row must be found.'),
        to_columns: z
          .array(z.string())
          .min(1)
          .optional()
          .describe('Its columns, in the same order. Left out: of the same names.'),
        severity,
      }),
    )
    .default([])
    .describe('Rows that must be found in another model; a row without a value in these columns need not.'),
  expressions: z
    .array(
      z.strictObject({
        name: z.string().describe('What the check is called when it fails.'),
        that: z
          .string()
          .describe('SQL over one row, true or false, that must hold for every row; one that is null holds.'),
        severity,
      }),
    )
    .default([])
    .describe('Conditions that hold for every row.'),
});

/** Paths of its parts in the .yml: `contract.relationships.0.to`, `contract.expressions.0.that`. */
export function readContract(value: z.infer<typeof contractSchema> | undefined): ContractSpec {
  if (value === undefined) return noContract;
  return {
    isEnforced: value.enforced,
    relationships: value.relationships.map(({ to_columns: toColumns, ...entry }) => ({
      ...entry,
      toColumns: toColumns ?? entry.columns,
    })),
    expressions: value.expressions,
  };
}
