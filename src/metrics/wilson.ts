import { sql } from 'kysely';
import type { Sql } from './sql.ts';

/** The two-sided 95 % point of the normal distribution. */
const z = sql.raw('1.959963984540054');

/**
 * The 95 % score interval of Wilson (1927) for `hits` of `total`, as SQL; null when total is 0. At 0 and at all hits the
 * bound is exactly 0 and 1, which the formula only meets up to rounding.
 */
export function wilson(hits: Sql, total: Sql): { readonly lower: Sql; readonly upper: Sql } {
  const share = sql`(${hits} / ${total})`;
  const centre = sql`(${share} + ${z} * ${z} / (2 * ${total}))`;
  const reach = sql`(${z} * sqrt(${share} * (1 - ${share}) / ${total} + ${z} * ${z} / (4.0 * ${total} * ${total})))`;
  const scale = sql`(1 + ${z} * ${z} / ${total})`;
  return {
    lower: sql`case when ${total} = 0 then null when ${hits} = 0 then 0.0 else greatest(0.0, (${centre} - ${reach}) / ${scale}) end`,
    upper: sql`case when ${total} = 0 then null when ${hits} = ${total} then 1.0 else least(1.0, (${centre} + ${reach}) / ${scale}) end`,
  };
}
