import type { Metric } from '../project/metric.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import { sampleSize } from './rule.ts';

/** What a rule compares with, as SQL of its type. */
type Setting = string | number | boolean | null;

/** One line of what is asked: a metric's version, and what the rule says. */
export interface Question {
  readonly metric: Metric;
  readonly settings?: Readonly<Record<string, Setting>>;
}

/**
 * Asks one query for all rules of a kind. It reads `rules`, one row for each question (id, metric, version and the
 * settings, numbers as doubles), and gives rows with that `id`; returned are those of each question.
 */
export async function askValues<T extends { readonly id: number }>(
  warehouse: Warehouse,
  questions: readonly Question[],
  query: string,
): Promise<readonly (readonly T[])[]> {
  const [first] = questions;
  if (first === undefined) return [];
  const names = ['id', 'metric', 'version', ...Object.keys(first.settings ?? {})];
  const values = questions.map(({ metric, settings = {} }, id) => {
    const own = [String(id), quoteLiteral(metric.name), String(metric.version)];
    return `(${[...own, ...Object.values(settings).map(literal)].join(', ')})`;
  });
  const rows = await warehouse.rows<T>(
    `with rules (${names.join(', ')}) as (values ${values.join(', ')}),\n\n${query}\norder by all`,
  );
  return questions.map((_question, id) => rows.filter((row) => row.id === id));
}

function literal(value: Setting): string {
  if (typeof value === 'string') return quoteLiteral(value);
  return typeof value === 'boolean' ? String(value) : `cast(${value} as double)`;
}

/** SQL: how a value's period and part are told: `week 2026-03-02 (team = dk)`. */
export const periodShown = `grain || ' ' || period_start
    || if(dimension = 'all', '', ' (' || dimension || ' = ' || dimension_value || ')')`;

/** SQL: a double as people write it, 57 and not 57.0. */
export function numberShown(value: string): string {
  return `regexp_replace(cast(${value} as varchar), '\\.0$', '')`;
}

/** SQL: the first few of what breaks a rule, in order. */
export function fewOf(shown: string, condition: string): string {
  return `min(${shown}, ${sampleSize}) filter (where ${condition})`;
}

/** A number as a person reads it: whole ones whole, so that one row off is seen. */
export function inWords(value: number, digits = 10): string {
  return Number.isInteger(value)
    ? value.toLocaleString('en')
    : value.toLocaleString('en', { maximumSignificantDigits: digits });
}

/** `30 %`. */
export function percent(share: number, digits = 10): string {
  return `${inWords(Number((share * 100).toPrecision(digits)), digits)} %`;
}
