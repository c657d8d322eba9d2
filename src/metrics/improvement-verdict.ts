import type { Metric } from '../project/metric.ts';
import { differenceOfShares, type Estimate, type Share } from './difference-of-shares.ts';
import type { Side } from './improvement-sides.ts';
import type { ComparedWeeks, MissingWeeks } from './improvement-windows.ts';
import { ratioOfCounts } from './ratio-of-counts.ts';

/** `no_difference_shown` says nothing of the change: the numbers do not tell it from chance. */
type Verdict = 'better' | 'worse' | 'no_difference_shown' | 'too_early';

/** How the two sides are compared: points of a share, times as many, or an amount in the metric's unit. */
export type DifferenceKind = 'points' | 'ratio' | 'amount';

/** Why it cannot be told; `few`: less than the metric's minimum_sample on a side, `pending`: what is open could turn it. */
export type Reason = MissingWeeks | 'few' | 'pending' | 'chance';

export interface Judgement {
  readonly kind: DifferenceKind;
  /** Undefined where there is nothing to compare. */
  readonly difference?: Estimate;
  readonly verdict: Verdict;
  /** Absent when there is a difference. */
  readonly reason?: Reason;
}

/** The compared weeks, and the metric over them. */
export interface Compared extends Pick<ComparedWeeks, 'weeks' | 'canGrow'> {
  readonly before: Side;
  readonly after: Side;
}

/** Compares the two sides. */
export function judge(metric: Metric, compared: Compared | MissingWeeks): Judgement {
  const kind = kindOf(metric);
  if (typeof compared === 'string') {
    return { kind, verdict: compared === 'no_week_yet' ? 'too_early' : 'no_difference_shown', reason: compared };
  }
  const { before, after, canGrow } = compared;
  const least = Math.max(metric.type === 'count' ? 0 : 1, metric.minimumSample);
  if (before.sampleSize < least || after.sampleSize < least) {
    return { kind, verdict: canGrow ? 'too_early' : 'no_difference_shown', reason: 'few' };
  }
  const difference = compare(metric, before, after);
  const found = direction(difference, kind, metric);
  if (found === undefined) return { kind, difference, verdict: 'no_difference_shown', reason: 'chance' };
  if (direction(bounds(metric, before, after), kind, metric) !== found) {
    return { kind, difference, verdict: 'no_difference_shown', reason: 'pending' };
  }
  return { kind, difference, verdict: found };
}

function kindOf({ type }: Metric): DifferenceKind {
  return type === 'count' ? 'ratio' : type === 'percentile' ? 'amount' : 'points';
}

/** Which way the interval lies as a whole; undefined when it holds "no difference". */
function direction({ lower, upper }: Estimate, kind: DifferenceKind, metric: Metric): 'better' | 'worse' | undefined {
  const none = kind === 'ratio' ? 1 : 0;
  const isUp = lower !== null && lower > none;
  const isDown = upper !== null && upper < none;
  if (!isUp && !isDown) return undefined;
  return isUp === (metric.direction === 'up') ? 'better' : 'worse';
}

function compare(metric: Metric, before: Side, after: Side, open: Open = noneOpen): Estimate {
  switch (metric.type) {
    case 'count':
      return ratioOfCounts((before.numerator ?? 0) + open.before.hits, (after.numerator ?? 0) + open.after.hits);
    case 'percentile':
      return amounts(before, after);
    default:
      return differenceOfShares(withOpen(before, open.before), withOpen(after, open.after));
  }
}

/** The intervals of both sides apart: where they do not meet there is a difference, and then by no less than their gap. */
function amounts(before: Side, after: Side): Estimate {
  const less = (left: number | null, right: number | null) => (left === null || right === null ? null : left - right);
  return {
    value: less(after.value, before.value),
    lower: less(after.lower, before.upper),
    upper: less(after.upper, before.lower),
  };
}

/** How pending rows are taken to end on each side. */
interface Open {
  readonly before: Share;
  readonly after: Share;
}

const noShare: Share = { hits: 0, trials: 0 };
const noneOpen: Open = { before: noShare, after: noShare };

function withOpen({ numerator, denominator }: Side, open: Share): Share {
  return { hits: (numerator ?? 0) + open.hits, trials: (denominator ?? 0) + open.trials };
}

/** The interval at its widest, however the pending rows end. */
function bounds(metric: Metric, before: Side, after: Side): Estimate {
  if (before.pending + after.pending === 0) return compare(metric, before, after);
  // Nobody knows which values the pending rows will have.
  if (metric.type === 'percentile') return { value: null, lower: null, upper: null };
  const hits = ({ pending }: Side): Share => ({ hits: pending, trials: pending });
  const misses = ({ pending }: Side): Share => ({ hits: 0, trials: pending });
  const least = compare(metric, before, after, { before: hits(before), after: misses(after) });
  const most = compare(metric, before, after, { before: misses(before), after: hits(after) });
  return { value: null, lower: least.lower, upper: most.upper };
}
