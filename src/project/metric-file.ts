import { basename } from 'node:path/posix';
import * as z from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Place, parseYaml, type SourceText, type YamlPath } from './yaml-file.ts';

export const grains = ['week', 'month', 'quarter'] as const;
export type Grain = (typeof grains)[number];

/** The same words for Danish and for English readers. */
export interface LocalText {
  readonly en: string;
  readonly da: string;
}

interface MetricContract {
  /** Lowest and highest value that can be right; null leaves that side open. */
  readonly range?: readonly [number | null, number | null];
  readonly severity: 'error' | 'warn';
}

/** What every metric says of itself. Expressions are SQL over one row of the model. */
interface MetricCommon {
  readonly name: string;
  readonly version: number;
  readonly label: LocalText;
  readonly description: LocalText;
  /** The side of the agreement that answers for it. */
  readonly owner: 'marketing' | 'sales';
  readonly model: string;
  /** The timestamptz column that dates a row; rows without it belong to no period. */
  readonly time: string;
  /** Boolean: which rows take part at all. */
  readonly filter?: string;
  /** Boolean: rows of the period that may still change it. */
  readonly pending?: string;
  /** Boolean: rows shown beside the value that take no part in it and hold up no verdict. */
  readonly beside?: string;
  readonly dimensions: readonly string[];
  readonly grains: readonly Grain[];
  readonly unit: 'percent' | 'count' | 'minutes' | 'days';
  /** `up`: higher is better. */
  readonly direction: 'up' | 'down';
  /** Below it nothing may be called a trend; a promise's verdict does not look at it. */
  readonly minimumSample: number;
  readonly headline: boolean;
  readonly contract?: MetricContract;
  readonly changes: readonly { readonly version: number; readonly why: string }[];
  /** The file's text, as the catalogue shows it: without the line that is for editors. */
  readonly file: SourceText;
  at(path: YamlPath): Place;
}

/** How many rows. */
export interface CountMetric extends MetricCommon {
  readonly type: 'count';
}

/** Of the rows where `denominator` holds, the share where `numerator` holds too. */
export interface RatioMetric extends MetricCommon {
  readonly type: 'ratio';
  readonly numerator: string;
  readonly denominator: string;
}

/** A percentile of `value`; rows without a value rank longest. */
export interface PercentileMetric extends MetricCommon {
  readonly type: 'percentile';
  readonly value: string;
  /** Between 0 and 1. */
  readonly percentile: number;
}

/** Of the rows dated by `time` (the YAML's `from`), the share whose `to` follows within the window. */
export interface ConversionMetric extends MetricCommon {
  readonly type: 'conversion';
  readonly to: string;
  /** Days of 24 hours, both ends included; absent: to date. */
  readonly windowDays?: number;
}

export type Metric = CountMetric | RatioMetric | PercentileMetric | ConversionMetric;

const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'a name is lower case letters, digits and underscores, and starts with a letter');
const column = z.string().min(1);
/** YAML reads a bare `true` as a boolean; as an expression it is the same thing. */
const expression = z.preprocess(
  (value) => (typeof value === 'boolean' ? String(value) : value),
  z
    .string()
    .trim()
    .min(1, 'an SQL expression')
    .meta({ type: ['string', 'boolean'] }),
);
const localText = z.strictObject({
  en: z.string().min(1).describe('In English.'),
  da: z.string().min(1).describe('In Danish.'),
});
const bound = z.number().nullable();

const contract = z.strictObject({
  range: z
    .tuple([bound, bound])
    .optional()
    .describe('Lowest and highest value that can be right; null leaves that side open.'),
  severity: z
    .enum(['error', 'warn'])
    .default('error')
    .describe('"error": nothing is published when it does not hold. "warn": it is, with a warning.'),
});

const change = z.strictObject({
  version: z.int().min(1).describe('The version that began with it.'),
  why: z.string().min(1).describe('Why the definition changed, for those who read the numbers.'),
});

const common = {
  name: identifier.describe("The metric's name, which is the file's."),
  version: z.int().min(1).default(1).describe('Goes up by one when the definition changes; say why under changes.'),
  label: localText.describe('What the site calls it.'),
  description: localText.describe('One or two sentences for the people who are measured by it.'),
  owner: z.enum(['marketing', 'sales']).describe('The side of the agreement that answers for it.'),
  model: z.string().describe('The public model whose rows are counted.'),
  filter: expression.optional().describe('SQL over one row, true or false: which rows take part at all.'),
  pending: expression
    .optional()
    .describe('SQL over one row, true or false: rows that may still change the value. They can hold up the verdict.'),
  beside: expression
    .optional()
    .describe('SQL over one row, true or false: rows shown beside the value that take no part in it.'),
  dimensions: z.array(column).default([]).describe('Columns of the model by which the value is also worked out.'),
  grains: z
    .array(z.enum(grains))
    .min(1)
    .default([...grains])
    .describe('The periods for which it is worked out.'),
  unit: z.enum(['percent', 'count', 'minutes', 'days']).describe('How the value is shown.'),
  direction: z.enum(['up', 'down']).describe('"up": higher is better. "down": lower is better.'),
  minimum_sample: z
    .int()
    .min(0)
    .default(20)
    .describe('With fewer rows nothing is called a trend. A promise is judged at any number.'),
  headline: z.boolean().default(false).describe('Shown on the home page; six at most.'),
  contract: contract.optional().describe('What must hold for the values before they are published.'),
  changes: z.array(change).min(1).describe('Why each version of the definition came to be.'),
};

const kind = (name: string) => `What is worked out: ${name}.`;
const time = column.describe('The column that puts a row into a period; rows without a value belong to none.');

const kinds = {
  count: z.strictObject({ ...common, type: z.literal('count').describe(kind('the number of rows')), time }),
  ratio: z.strictObject({
    ...common,
    type: z
      .literal('ratio')
      .describe(kind('of the rows where the denominator holds, the share where the numerator does')),
    time,
    numerator: expression.describe('SQL over one row, true or false: what is counted above the line.'),
    denominator: expression.default('true').describe('SQL over one row, true or false: below the line. Left out: all.'),
  }),
  percentile: z.strictObject({
    ...common,
    type: z.literal('percentile').describe(kind('a percentile of a value')),
    time,
    value: expression.describe('SQL over one row, a number. Rows without one rank longest.'),
    percentile: z
      .number()
      .gt(0, 'lies between 0 and 1, both left out')
      .lt(1, 'lies between 0 and 1, both left out')
      .describe('Between 0 and 1: 0.5 is the median, 0.9 what nine of ten stay below.'),
  }),
  conversion: z.strictObject({
    ...common,
    type: z.literal('conversion').describe(kind('of the rows that have "from", the share whose "to" follows in time')),
    from: column.describe('The time column that the period is that of.'),
    to: column.describe('The time column that must follow.'),
    window_days: z
      .number()
      .gt(0, 'a window is longer than zero days; leave it out to count to date')
      .optional()
      .describe('Days of 24 hours within which "to" must follow "from". Left out: counted to date.'),
  }),
} as const;
/** The shape of metrics/*.yml. */
export const metricSchema = z.discriminatedUnion('type', [
  kinds.count,
  kinds.ratio,
  kinds.percentile,
  kinds.conversion,
]);
type MetricYaml = z.infer<typeof metricSchema>;

/** The schema of the type that the text names, so that messages speak of its keys only. */
function schemaFor(text: string): z.ZodType<MetricYaml> {
  const named = /^type:[ \t]*["']?(\w+)/m.exec(text)?.[1];
  const kind = Object.entries(kinds).find(([name]) => name === named)?.[1];
  return kind ?? metricSchema;
}

/** Reads one metric; problems are added with their place. What needs the models is checked by `checkMetrics`. */
export function readMetric(file: SourceText, problems: Diagnostic[]): Metric | undefined {
  const located = parseYaml(file, schemaFor(file.text), problems);
  if (located === undefined) return undefined;
  const { value: yaml, at } = located;
  checkAlone(yaml, file, at, problems);
  return { ...toCommon(yaml, file, at), ...toTyped(yaml) };
}

type MetricOwn =
  | Pick<CountMetric, 'type' | 'time'>
  | Pick<RatioMetric, 'type' | 'time' | 'numerator' | 'denominator'>
  | Pick<PercentileMetric, 'type' | 'time' | 'value' | 'percentile'>
  | Pick<ConversionMetric, 'type' | 'time' | 'to' | 'windowDays'>;

function toTyped(yaml: MetricYaml): MetricOwn {
  switch (yaml.type) {
    case 'count':
      return { type: yaml.type, time: yaml.time };
    case 'ratio':
      return { type: yaml.type, time: yaml.time, numerator: yaml.numerator, denominator: yaml.denominator };
    case 'percentile':
      return { type: yaml.type, time: yaml.time, value: yaml.value, percentile: yaml.percentile };
    case 'conversion': {
      const window = yaml.window_days === undefined ? {} : { windowDays: yaml.window_days };
      return { type: yaml.type, time: yaml.from, to: yaml.to, ...window };
    }
  }
}

function toCommon(yaml: MetricYaml, file: SourceText, at: (path: YamlPath) => Place): Omit<MetricCommon, 'time'> {
  const { filter, pending, beside, contract } = yaml;
  return {
    name: yaml.name,
    version: yaml.version,
    label: yaml.label,
    description: yaml.description,
    owner: yaml.owner,
    model: yaml.model,
    ...(filter === undefined ? {} : { filter }),
    ...(pending === undefined ? {} : { pending }),
    ...(beside === undefined ? {} : { beside }),
    dimensions: yaml.dimensions,
    grains: yaml.grains,
    unit: yaml.unit,
    direction: yaml.direction,
    minimumSample: yaml.minimum_sample,
    headline: yaml.headline,
    ...(contract === undefined ? {} : { contract: toContract(contract) }),
    changes: yaml.changes,
    file: { ...file, text: file.text.replace(/^# yaml-language-server:.*\n/, '') },
    at,
  };
}

function toContract(contract: NonNullable<MetricYaml['contract']>): MetricContract {
  return { severity: contract.severity, ...(contract.range === undefined ? {} : { range: contract.range }) };
}

/** What can be said of the file without the rest of the project. */
function checkAlone(yaml: MetricYaml, file: SourceText, at: (path: YamlPath) => Place, problems: Diagnostic[]): void {
  const report = (code: string, message: string, path: YamlPath, fix: string) =>
    problems.push({ code, severity: 'error', message, ...at(path), fix });

  const fileName = basename(file.path, '.yml');
  if (yaml.name !== fileName) {
    const message = `name is "${yaml.name}", the file is named "${fileName}"`;
    report('name-mismatch', message, ['name'], `Write "name: ${fileName}", or rename the file.`);
  }
  const [low, high] = yaml.contract?.range ?? [null, null];
  if (low !== null && high !== null && low > high) {
    report(
      'invalid-value',
      `contract.range: ${low} is above ${high}`,
      ['contract', 'range'],
      'Put the lower one first.',
    );
  }
  for (const key of ['dimensions', 'grains'] as const) {
    const names: readonly string[] = yaml[key];
    const twin = names.findIndex((name, index) => names.indexOf(name) < index);
    if (twin >= 0) report('duplicate-name', `"${names[twin]}" twice in ${key}`, [key, twin], 'Remove one of them.');
  }
  if (!yaml.changes.some((change) => change.version === yaml.version)) {
    const message = `version ${yaml.version} is not among the changes`;
    report('undocumented-version', message, ['changes'], `Add "- { version: ${yaml.version}, why: … }".`);
  }
  checkUnit(yaml, at, problems);
}

/** A share is shown in percent and a number of rows as a count; anything else would be shown wrongly. */
function checkUnit(yaml: MetricYaml, at: (path: YamlPath) => Place, problems: Diagnostic[]): void {
  const isShare = yaml.type === 'ratio' || yaml.type === 'conversion';
  const only = isShare ? 'percent' : yaml.type === 'count' ? 'count' : undefined;
  const isWrong = only === undefined ? yaml.unit === 'percent' : yaml.unit !== only;
  if (!isWrong) return;
  problems.push({
    code: 'invalid-value',
    severity: 'error',
    message: `unit "${yaml.unit}" does not fit a metric of type "${yaml.type}"`,
    ...at(['unit']),
    expected: only ?? 'count, minutes or days',
  });
}
