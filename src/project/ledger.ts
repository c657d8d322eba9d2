import type { Grain } from './metric.ts';
import type { Place } from './yaml-file.ts';

/** A metric's value in a period, as it was when the period was published: a line of metrics/published/<period>.csv. */
export interface PublishedLine {
  readonly metric: string;
  readonly version: number;
  /** Null: there was none. Shares of 1, else in the metric's unit; so are the others. */
  readonly value: number | null;
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly target: number | null;
  /** `kept`, `missed`, `open`, `no_data`; null without a target. */
  readonly status: string | null;
  /** Nothing was pending and no cohort immature: the value was to stay. */
  readonly isFinal: boolean;
  /** ISO instant: how far the data were trusted. */
  readonly asOf: string;
  readonly place: Place;
}

/** What a closed period showed when it was reviewed. */
export interface PublishedPeriod {
  /** `2026-W46`, `2026-10` or `2026-Q3`. */
  readonly label: string;
  readonly grain: Grain;
  readonly lines: readonly PublishedLine[];
}

export const inputKinds = [
  'publication',
  'file',
  'model',
  'metric',
  'agreement',
  'seed',
  'layout',
  'config',
  'forgotten',
  'tool',
] as const;
export type InputKind = (typeof inputKinds)[number];

/** Something that numbers are made from, and a short hash of what it says. */
export interface BuildInput {
  /** Never `publication`: that is a line of the ledger about itself. */
  readonly kind: InputKind;
  readonly name: string;
  readonly hash: string;
}

/** A line of metrics/published/inputs.csv: what was new or changed when a period was published. */
export interface InputLine extends BuildInput {
  readonly period: string;
  readonly place: Place;
}

/** A changed value that somebody looked at and gave a reason for: a line of metrics/published/restatements.csv. */
export interface Acknowledgement {
  readonly period: string;
  readonly metric: string;
  /** The version that was published. */
  readonly version: number;
  readonly fromValue: number | null;
  readonly toValue: number | null;
  readonly toStatus: string | null;
  readonly reason: string;
  /** A role, never a name; null when nobody was named. */
  readonly by: string | null;
  /** YYYY-MM-DD */
  readonly on: string;
  readonly place: Place;
}

/** What was published of closed periods, and what was said of changes since: the files of metrics/published/. */
export interface Ledger {
  /** In order of label. */
  readonly periods: readonly PublishedPeriod[];
  /** In the order in which they were written. */
  readonly inputs: readonly InputLine[];
  readonly acknowledgements: readonly Acknowledgement[];
}

export const ledgerFolder = 'metrics/published';
export const inputsFileName = 'inputs.csv';
export const restatementsFileName = 'restatements.csv';

/** The grain that a period's name tells; undefined of what names no period. */
export function grainOfLabel(label: string): Grain | undefined {
  const [, year = '', week] = /^(\d{4})-W(\d{2})$/.exec(label) ?? [];
  if (week !== undefined) return Number(week) >= 1 && Number(week) <= weeksOf(Number(year)) ? 'week' : undefined;
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(label)) return 'month';
  return /^\d{4}-Q[1-4]$/.test(label) ? 'quarter' : undefined;
}

/** ISO: a year has 53 weeks when it begins or ends on a Thursday. */
function weeksOf(year: number): number {
  const isThursday = (month: number, day: number): boolean => new Date(Date.UTC(year, month, day)).getUTCDay() === 4;
  return isThursday(0, 1) || isThursday(11, 31) ? 53 : 52;
}

export const emptyLedger: Ledger = { periods: [], inputs: [], acknowledgements: [] };
