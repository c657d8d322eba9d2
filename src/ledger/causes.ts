import type { BuildInput, Ledger } from '../project/ledger.ts';
import { type Metric, versionedName } from '../project/metric.ts';
import { changedInputs, type InputChange, knownInputs } from './changed-inputs.ts';
import type { Difference } from './differences.ts';

/**
 * `settled`: it was not final when it was published. `late_data`, `definition`, `both`: what changed since. `forgotten`:
 * leads that may no longer be kept. `unknown`: nothing is known to have changed.
 */
export type CauseKind = 'settled' | 'late_data' | 'definition' | 'both' | 'forgotten' | 'unknown';

/** Why a published value is another now. */
export interface Cause {
  readonly kind: CauseKind;
  /** The version now in force is another: why each came to be. */
  readonly versions?: { readonly from: number; readonly to: number; readonly why: readonly string[] };
  readonly isMetricGone: boolean;
  /** The metric is there, and no longer worked out for such a period. */
  readonly isPeriodGone?: boolean;
  /** Definitions that changed, came or went. */
  readonly definitions: readonly InputChange[];
  readonly files: readonly InputChange[];
  /** ISO instants, where no file tells: how far the data were trusted then and are now. */
  readonly asOf?: { readonly from: string; readonly to: string };
  readonly isForgotten: boolean;
}

/** Rows of events in a file that occurred before a period ended; of these `late` were recorded after it was published. */
export interface EarlyRows {
  readonly early: number;
  readonly late: number;
}

/** What is known of now, to be compared with what was known when a period was published. */
export interface CauseContext {
  readonly ledger: Pick<Ledger, 'inputs'>;
  readonly metrics: readonly Metric[];
  readonly inputs: readonly BuildInput[];
  /** Whether a metric's values are made from it; of files and definitions that are there. */
  readonly isMadeFrom: (metric: string, input: Pick<BuildInput, 'kind' | 'name'>) => boolean;
  /** ISO instant. */
  readonly asOf: string;
}

/** What changed since each period was published. */
export function changesByPeriod(
  { ledger, inputs }: Pick<CauseContext, 'ledger' | 'inputs'>,
  periods: Iterable<string>,
): ReadonlyMap<string, readonly InputChange[]> {
  return new Map([...new Set(periods)].map((period) => [period, changedInputs(knownInputs(ledger, period), inputs)]));
}

/**
 * Why a value differs. Files count that hold rows from before the period ended; others only where nothing else explains
 * it. `early`: what the new files hold; undefined of files of which that is not known.
 */
export function causeOf(
  difference: Difference,
  changes: readonly InputChange[],
  early: (file: string) => EarlyRows | undefined,
  context: CauseContext,
): Cause {
  const nothing = { isMetricGone: false, definitions: [], files: [], isForgotten: false };
  if (difference.is_past_retention && !difference.is_settled) {
    return { ...nothing, kind: 'forgotten', isForgotten: true };
  }

  const versions = versionsOf(difference, context.metrics);
  const isMetricGone = !context.metrics.some(({ name }) => name === difference.metric);
  const own = changes.filter((change) => isRelevant(difference, change, versions !== undefined, context));
  const ofKind = (test: (kind: string) => boolean) => own.filter(({ kind }) => test(kind));
  const definitions = ofKind((kind) => !['file', 'forgotten', 'tool'].includes(kind));
  // It had to move, unless it means something else now. What it is made from may have changed besides, which is said.
  if (difference.is_settled && !definitions.some(({ kind }) => kind === 'metric')) {
    return { ...nothing, kind: 'settled', definitions };
  }
  const all = ofKind((kind) => kind === 'file');
  const telling = all.filter((file) => matters(file, early(file.name)));
  const isForgotten = own.some(({ kind }) => kind === 'forgotten');
  const isDefined = versions !== undefined || isMetricGone || definitions.length > 0;
  const files = telling.length > 0 || isDefined || isForgotten ? telling : all;
  const found = { ...(versions === undefined ? {} : { versions }), isMetricGone, definitions, files, isForgotten };

  if (isDefined) return { ...found, kind: files.length > 0 || isForgotten ? 'both' : 'definition' };
  if (files.length > 0) return { ...found, kind: 'late_data' };
  if (isForgotten) return { ...found, kind: 'forgotten' };
  const { as_of_published: from } = difference;
  if (Date.parse(from) !== Date.parse(context.asOf)) {
    return { ...found, kind: 'late_data', asOf: { from, to: context.asOf } };
  }
  // The tool that computes it: named last, since each of its versions is a change.
  const tool = ofKind((kind) => kind === 'tool');
  if (tool.length === 0 && difference.version_now === null) return { ...found, kind: 'definition', isPeriodGone: true };
  return { ...found, definitions: tool, kind: tool.length > 0 ? 'definition' : 'unknown' };
}

function versionsOf(
  { metric, version_published: from, version_now: to }: Difference,
  metrics: readonly Metric[],
): Cause['versions'] {
  if (to === null || to === from) return undefined;
  const current = metrics.find(({ name, version }) => name === metric && version === to);
  const notes = (current?.changes ?? []).filter(({ version }) => version > Math.min(from, to - 1) && version <= to);
  return { from, to, why: notes.map(({ why }) => why) };
}

function isRelevant(
  { metric, version_now }: Difference,
  change: InputChange,
  hasOtherVersion: boolean,
  { isMadeFrom }: CauseContext,
): boolean {
  const { kind, name } = change;
  if (kind === 'metric' && name.startsWith(`${metric}.v`)) {
    // Another version says itself why.
    return !hasOtherVersion && version_now !== null && name === versionedName({ name: metric, version: version_now });
  }
  // Whoever read what is gone changed with it.
  if (change.change === 'gone') return kind === 'file' || kind === 'agreement';
  return isMadeFrom(metric, change);
}

/** New files matter by their rows from before the period ended, files that grew by those of them that came late. */
function matters({ change }: InputChange, rows: EarlyRows | undefined): boolean {
  if (change === 'gone' || rows === undefined) return true;
  return change === 'new' ? rows.early > 0 : rows.late > 0;
}
