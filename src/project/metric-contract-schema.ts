import * as z from 'zod';
import { age } from './age.ts';
import { amount, amountInWords } from './agreement-parts-schema.ts';

const severity = z
  .enum(['error', 'warn'])
  .optional()
  .describe(
    '"error": nothing is published when it does not hold. "warn": it is, with a warning. Left out: as the contract says.',
  );

/** `0.5` or `50 %`; a bare 50 is most likely meant as the latter. */
const ratio = z
  .union([z.number(), z.string()], amountInWords)
  .superRefine((value, context) => {
    if (typeof value !== 'number' || value <= 1) return;
    const params = { fix: `Write "${value} %" or "${value * 100} %".` };
    context.addIssue({ code: 'custom', message: `${value} would be ${value * 100} %`, params });
  })
  .pipe(amount);
const share = ratio.refine((value) => value > 0, 'must be more than 0');
const tolerance = ratio.refine((value) => value >= 0, 'must be 0 or more');
const within = (of: string) => share.describe(`How far it may be off, such as 5 %: ${of}.`);
const off = z.literal(false);
const onOff = z.union([z.boolean(), z.strictObject({ severity })]);
const bound = z.number().nullable();
const bounds = z.tuple([bound, bound]);
const select = (of: string) => z.string().trim().min(1, 'an SQL select').describe(`One select ${of}.`);
const columns = z.array(z.string().min(1)).min(1);

const references = z.strictObject({
  columns: columns.describe("Columns of the metric's model."),
  to: z.string().describe('The model in which each row that the metric counts must be found.'),
  to_columns: columns.optional().describe('Its columns, in the same order. Left out: of the same names.'),
  severity,
});
const agreesWith = z.strictObject({
  metric: z.string().describe('The other metric, by its name.'),
  within: within("of the other metric's value. Left out: the values are the same").optional(),
  severity,
});
const sql = z.strictObject({
  name: z.string().trim().min(1, 'an empty name').describe('What the rule is called when it does not hold.'),
  select: select('of the rows that break it'),
  severity,
});

/** `contract:` of a metric, and what holds for all metrics under `contracts: metrics:` in handover.yml. */
export const metricContractSchema = z.strictObject({
  severity: severity.describe(
    'Of the rules that do not say their own. "error": nothing is published when one does not hold. "warn": it is, with a warning.',
  ),
  range: z
    .union([
      bounds,
      z.strictObject({
        between: bounds.describe('Lowest and highest value that can be right; null leaves that side open.'),
        severity,
      }),
      off,
    ])
    .optional()
    .describe('Lowest and highest value that can be right; null leaves that side open.'),
  complete: z
    .union([
      z.boolean(),
      z.strictObject({
        periods: z.int().min(1).optional().describe('Only of so many last periods. Left out: since the first one.'),
        severity,
      }),
    ])
    .optional()
    .describe('Every period that is over has rows, from the first one with any.'),
  freshness: z
    .union([
      age,
      z.strictObject({ max_age: age.describe('The greatest age: hours or days, such as 36h or 3d.'), severity }),
      off,
    ])
    .optional()
    .describe('How old the newest row that the metric counts may be, such as 3d.'),
  volume: z
    .union([
      z.strictObject({
        within: within('of the median'),
        of_last: z.int().min(3).default(8).describe('The median of so many periods before it.'),
        severity,
      }),
      off,
    ])
    .optional()
    .describe('The last period that is over has about as many rows as those before it.'),
  unique: onOff
    .optional()
    .describe("No row is counted twice: the rows that the metric counts are unique by their model's grain."),
  adds_up: onOff.optional().describe('The parts of each dimension add up to the whole.'),
  reconciles_with: z
    .union([
      select('of one number'),
      z.strictObject({
        select: select('of one number'),
        within: within('of that number. Left out: not at all').optional(),
        severity,
      }),
      off,
    ])
    .optional()
    .describe('One select of one number, counted another way: what all periods add up to.'),
  references: z
    .union([z.array(references).min(1, 'an empty list'), off])
    .optional()
    .describe('What the rows that the metric counts name of other models is there.'),
  agrees_with: z
    .union([z.array(agreesWith).min(1, 'an empty list'), off])
    .optional()
    .describe('Other metrics that say the same in every period that both have.'),
  change: z
    .union([z.strictObject({ within: within('of the value of the period before'), severity }), off])
    .optional()
    .describe('The last period that is over is not far from the one before, unless chance alone could be the reason.'),
  restatement: z
    .union([
      tolerance,
      z.strictObject({
        within: tolerance.describe(
          'How far it may be off, such as 1 %: of the published value; of a share, in points.',
        ),
        severity,
      }),
      off,
    ])
    .optional()
    .describe(
      'How far a value may move after it was published, such as 1 %: of the published value; of a share, in points. Left out: 1 %.',
    ),
  sql: z
    .union([z.array(sql).min(1, 'an empty list'), off])
    .optional()
    .describe('Rules of your own: selects of the rows that break them.'),
});

export type MetricContractYaml = z.infer<typeof metricContractSchema>;
