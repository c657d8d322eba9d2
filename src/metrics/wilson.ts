import { sql } from 'kysely';
import type { Sql } from './sql.ts';

/** The 95 % point of χ² with one degree of freedom: 1.959963984540054². */
const zSquared = sql.raw('3.841458820694124');

/**
 * The 95 % score interval of Wilson (1927) for numerator of denominator: columns wilson_spread (z² / n), lower_95 and
 * upper_95, to stand after a column `value`; null where the denominator is 0. At none and at all the bound is exactly
 * 0 and 1, which the formula only meets up to rounding.
 */
export const wilsonColumns: readonly Sql[] = [
  sql`${zSquared} / nullif(denominator, 0) as wilson_spread`,
  sql`case
            when denominator = 0 then null
            when numerator = 0 then 0
            else greatest(0, (${bound('-')}) / (1 + wilson_spread))
        end as lower_95`,
  sql`case
            when denominator = 0 then null
            when numerator = denominator then 1
            else least(1, (${bound('+')}) / (1 + wilson_spread))
        end as upper_95`,
];

function bound(side: '-' | '+'): Sql {
  return sql.raw(`value + wilson_spread / 2 ${side} sqrt(wilson_spread * (value * (1 - value) + wilson_spread / 4))`);
}
