import type { Improvement } from '../project/improvement-file.ts';
import { isImprovable, type Metric } from '../project/metric.ts';
import { currentMetrics } from '../project/metric-inputs.ts';
import type { Project } from '../project/project.ts';
import type { SqlValue, Warehouse } from '../warehouse/warehouse.ts';
import { measureSide, type Side } from './improvement-sides.ts';
import { type Compared, judge } from './improvement-verdict.ts';
import { findWindows, type MissingWeeks, type Window } from './improvement-windows.ts';
import { sentencesOf } from './improvement-words.ts';

/** One row per improvement. Dates of a window are its first day and the day after its last. */
const columns = {
  improvement: 'varchar',
  title_en: 'varchar',
  title_da: 'varchar',
  agreed_on: 'date',
  agreed_by: 'varchar',
  metric: 'varchar',
  team: 'varchar',
  since: 'date',
  until: 'date',
  is_open: 'boolean',
  expected: 'double',
  note_en: 'varchar',
  note_da: 'varchar',
  weeks: 'integer',
  before_from: 'date',
  before_until: 'date',
  after_from: 'date',
  after_until: 'date',
  numerator_before: 'double',
  denominator_before: 'double',
  value_before: 'double',
  lower_95_before: 'double',
  upper_95_before: 'double',
  pending_before: 'bigint',
  numerator_after: 'double',
  denominator_after: 'double',
  value_after: 'double',
  lower_95_after: 'double',
  upper_95_after: 'double',
  pending_after: 'bigint',
  /** points: after less before, of shares; ratio: after by before, of counts; amount: after less before, in the unit. */
  difference_kind: 'varchar',
  difference: 'double',
  lower_95: 'double',
  upper_95: 'double',
  verdict: 'varchar',
  sentence_en: 'varchar',
  sentence_da: 'varchar',
  file: 'varchar',
};

type Row = Readonly<Record<string, SqlValue>>;
type Measured = Compared & { readonly beforeWindow: Window; readonly afterWindow: Window };

/**
 * (Re)creates main.improvements: what each improvement did to its metric, with its interval. main.metric_values, the
 * models, run.clock and sla.periods must be there; `checkImprovements` must have found nothing. An improvement on a metric
 * that is not among the project's is left out.
 */
export async function measureImprovements(
  warehouse: Warehouse,
  { improvements, metrics }: Pick<Project, 'improvements' | 'metrics'>,
): Promise<void> {
  const current = currentMetrics(metrics);
  const rows: Row[] = [];
  for (const improvement of improvements) {
    const metric = current.get(improvement.metric);
    if (metric !== undefined && isImprovable(metric)) rows.push(await measure(warehouse, improvement, metric));
  }
  await warehouse.insert('main.improvements', columns, rows);
}

async function measure(warehouse: Warehouse, improvement: Improvement, metric: Metric): Promise<Row> {
  const compared = await compareWeeks(warehouse, improvement, metric);
  const judgement = judge(metric, compared);
  const sentences = sentencesOf({ improvement, metric, compared, judgement });
  return {
    ...agreed(improvement),
    ...(typeof compared === 'string' ? { weeks: 0 } : weeksOf(compared)),
    difference_kind: judgement.kind,
    difference: judgement.difference?.value ?? null,
    lower_95: judgement.difference?.lower ?? null,
    upper_95: judgement.difference?.upper ?? null,
    verdict: judgement.verdict,
    sentence_en: sentences.en,
    sentence_da: sentences.da,
    file: improvement.file.path,
  };
}

async function compareWeeks(
  warehouse: Warehouse,
  improvement: Improvement,
  metric: Metric,
): Promise<Measured | MissingWeeks> {
  const windows = await findWindows(warehouse, improvement, metric);
  if (typeof windows === 'string') return windows;
  const { weeks, canGrow, before: beforeWindow, after: afterWindow } = windows;
  const before = await measureSide(warehouse, improvement, metric, beforeWindow);
  const after = await measureSide(warehouse, improvement, metric, afterWindow);
  return { weeks, canGrow, before, after, beforeWindow, afterWindow };
}

function agreed(improvement: Improvement): Row {
  return {
    improvement: improvement.id,
    title_en: improvement.title.en,
    title_da: improvement.title.da,
    agreed_on: improvement.agreedOn,
    agreed_by: improvement.agreedBy,
    metric: improvement.metric,
    team: improvement.team ?? null,
    since: improvement.since,
    until: improvement.until ?? null,
    is_open: improvement.until === undefined,
    expected: improvement.expected ?? null,
    note_en: improvement.note?.en ?? null,
    note_da: improvement.note?.da ?? null,
  };
}

function weeksOf({ weeks, before, after, beforeWindow, afterWindow }: Measured): Row {
  return {
    weeks,
    before_from: beforeWindow.from,
    before_until: beforeWindow.until,
    after_from: afterWindow.from,
    after_until: afterWindow.until,
    ...sideOf(before, 'before'),
    ...sideOf(after, 'after'),
  };
}

function sideOf(side: Side, name: 'before' | 'after'): Row {
  return {
    [`numerator_${name}`]: side.numerator,
    [`denominator_${name}`]: side.denominator,
    [`value_${name}`]: side.value,
    [`lower_95_${name}`]: side.lower,
    [`upper_95_${name}`]: side.upper,
    [`pending_${name}`]: side.pending,
  };
}
