import type { Estimate } from './difference-of-shares.ts';

/**
 * Count after by count before, of two stretches of equal length, with the exact conditional interval of two Poisson
 * counts: of the events of both, the share that came after is binomial (Clopper and Pearson, Biometrika 26, 1934).
 * Conservative: it covers the true ratio at least 95 times of 100.
 */
export function ratioOfCounts(before: number, after: number): Estimate {
  const [lower, upper] = exactInterval(after, before + after);
  return {
    value: before === 0 ? null : after / before,
    lower: lower / (1 - lower),
    upper: upper === 1 ? null : upper / (1 - upper),
  };
}

/** The Clopper–Pearson interval of a share; 0 to 1 where there were no trials. */
export function exactInterval(hits: number, trials: number): readonly [lower: number, upper: number] {
  return [lowest(hits, trials), 1 - lowest(trials - hits, trials)];
}

/** The share under which so many hits, or more, come up in 2.5 % of all cases. */
function lowest(hits: number, trials: number): number {
  if (hits === 0) return 0;
  const logWays = logChoose(trials, hits);
  let [low, high] = [0, hits / trials];
  // 60 halvings are more than a double can tell.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (orMore(hits, trials, middle, logWays) < 0.025) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** How likely `hits` or more are. The terms shrink from the first on, since `share` is below hits / trials. */
function orMore(hits: number, trials: number, share: number, logWays: number): number {
  let term = Math.exp(logWays + hits * Math.log(share) + (trials - hits) * Math.log1p(-share));
  let sum = term;
  for (let count = hits; count < trials && term > sum * 1e-17; count++) {
    term *= (((trials - count) / (count + 1)) * share) / (1 - share);
    sum += term;
  }
  return sum;
}

function logChoose(trials: number, hits: number): number {
  const fewer = Math.min(hits, trials - hits);
  let sum = 0;
  for (let index = 1; index <= fewer; index++) sum += Math.log((trials - fewer + index) / index);
  return sum;
}
