import { sql } from 'kysely';
import type { CumulativeSpec, RowSpec } from '../project/metric.ts';
import { addedDays } from './cumulative-days.ts';
import { windowSteps } from './cumulative-windows.ts';
import type { Shape } from './shape.ts';
import type { Step, TypeQuery } from './step.ts';

/**
 * Another metric over several periods: its rows count in every period whose window holds their date. What can be added up
 * is counted by day first, which is many times faster than counting each row once for every window.
 * @param base the metric that it is made of; its dimensions and grains are not looked at.
 * @param typed what the base brings to a query whose shape is `isSpread`.
 */
export function cumulativeQuery(
  { window }: Pick<CumulativeSpec, 'window'>,
  shape: Pick<Shape, 'grains'>,
  base: RowSpec,
  typed: TypeQuery,
): TypeQuery {
  const [first, ...others] = typed.steps;
  const added = addedDays(base);
  if (first === undefined || added === undefined) {
    const windows = windowSteps(window, shape, { step: 'dated', date: 'local_date' });
    return { ...typed, steps: [...windows, spreadOverWindows, ...typed.steps] };
  }
  const daily = { name: 'daily', query: first.query };
  const windows = windowSteps(window, shape, { step: 'daily', date: 'period_start' });
  // The base's steps up to the one of the same name are replaced.
  const last = added.at(-1)?.name;
  const rest = others.slice(others.findIndex(({ name }) => name === last) + 1);
  return { ...typed, steps: [spreadByDay, daily, ...windows, ...added, ...rest] };
}

/** Every row once for each period whose window holds its day. */
const spreadOverWindows: Step = {
  name: 'spread',
  query: sql`select
        dated.*,
        window_days.grain,
        window_days.period_start
    from dated
    inner join window_days on window_days.local_date = dated.local_date`,
};

/** Every row once, on its own day. */
const spreadByDay: Step = {
  name: 'spread',
  query: sql`select
        dated.*,
        'day' as grain,
        local_date as period_start
    from dated`,
};
