/** Hits of a number of trials. */
export interface Share {
  readonly hits: number;
  readonly trials: number;
}

/** An estimate with its 95 % interval; null: without a bound on that side, or not to be estimated. */
export interface Estimate {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** The 97.5 % point of the normal distribution. */
const z = 1.959963984540054;

/**
 * Share after less share before, with the hybrid score interval without continuity correction (method 10 of Newcombe,
 * Statistics in Medicine 17, 1998, 873–890). Both must have trials.
 */
export function differenceOfShares(before: Share, after: Share): Estimate {
  const [earlier, later] = [wilson(before), wilson(after)];
  const value = later.value - earlier.value;
  return {
    value,
    lower: value - Math.hypot(later.value - later.lower, earlier.upper - earlier.value),
    upper: value + Math.hypot(later.upper - later.value, earlier.value - earlier.lower),
  };
}

/** The score interval of Wilson (1927). */
function wilson({ hits, trials }: Share): { value: number; lower: number; upper: number } {
  const value = hits / trials;
  const spread = z ** 2 / trials;
  const half = Math.sqrt(spread * (value * (1 - value) + spread / 4));
  const bound = (side: number): number => (value + spread / 2 + side * half) / (1 + spread);
  // At none and at all the formula only meets 0 and 1 up to rounding.
  return { value, lower: hits === 0 ? 0 : bound(-1), upper: hits === trials ? 1 : bound(1) };
}
