import type { Ledger } from '../project/ledger.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type CauseContext, causeOf, changesByPeriod, type EarlyRows } from './causes.ts';
import { type Difference, findDifferences } from './differences.ts';
import { type Restatement, writeRestatements } from './restatements.ts';
import { type LedgerResult, ledgerResults } from './results.ts';
import { causeInWords } from './words.ts';

export type { EarlyRows } from './causes.ts';
export type { LedgerResult } from './results.ts';

/** A period that shows something else than what was published, and the files that came or changed since. */
export interface ChangedPeriod {
  readonly period: string;
  readonly grain: string;
  /** YYYY-MM-DD */
  readonly periodStart: string;
  /** ISO instant: how far the data were trusted when it was published. */
  readonly asOf: string;
  readonly files: readonly string[];
}

export interface CompareOptions extends CauseContext {
  readonly ledger: Ledger;
  /** Somebody asked for as_of, and it is not told by the data. */
  readonly isAsOfAsked: boolean;
  /** For how long leads are kept of which nothing was heard; absent: for ever. */
  readonly retentionMonths?: number;
  /** What files hold from before periods ended: period → file → rows; files of which that is not known are left out. */
  readonly earlyRows: (
    periods: readonly ChangedPeriod[],
  ) => Promise<ReadonlyMap<string, ReadonlyMap<string, EarlyRows>>>;
}

/**
 * Compares what closed periods showed when they were published with what this build shows, (re)creates main.restatements
 * and says of each period whether it holds. main.metric_values must be up to date.
 */
export async function compareLedger(warehouse: Warehouse, options: CompareOptions): Promise<LedgerResult[]> {
  const { ledger } = options;
  const differences = ledger.periods.length === 0 ? [] : await findDifferences(warehouse, options);
  const restatements = await explain(differences, options);
  await writeRestatements(warehouse, restatements);
  return ledgerResults(ledger.periods, restatements, options);
}

async function explain(differences: readonly Difference[], options: CompareOptions): Promise<Restatement[]> {
  const open = differences.filter(({ is_settled }) => !is_settled);
  const changes = changesByPeriod(
    options,
    differences.map(({ period }) => period),
  );
  const filesOf = (period: string): string[] =>
    (changes.get(period) ?? [])
      .filter(({ kind, change }) => kind === 'file' && change !== 'gone')
      .map(({ name }) => name);
  const periods = new Map(
    open.flatMap(({ period, grain, period_start, as_of_published }) =>
      period_start === null || filesOf(period).length === 0
        ? []
        : [[period, { period, grain, periodStart: period_start, asOf: as_of_published, files: filesOf(period) }]],
    ),
  );
  const early = await options.earlyRows([...periods.values()]);
  return differences.map((difference) => {
    const { period } = difference;
    const rows = early.get(period);
    const cause = causeOf(difference, changes.get(period) ?? [], (file) => rows?.get(file), options);
    const isSettled = cause.kind === 'settled';
    return {
      ...difference,
      is_settled: isSettled,
      is_beyond: difference.is_off && !isSettled,
      cause: cause.kind,
      cause_en: causeInWords(cause, 'en'),
      cause_da: causeInWords(cause, 'da'),
    };
  });
}
