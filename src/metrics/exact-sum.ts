import { sql } from 'kysely';
import type { Sql } from './sql.ts';

/**
 * The sum of a column of `dated` over the rows that a condition selects; null over none. Each value is taken to nine
 * decimals, and these are added exactly: threads finish in any order, and a sum of doubles would differ with it. A value
 * that is infinite or no number fails the query, and so does one of 10²⁹ or more.
 */
export function exactSum(column: Sql, condition: Sql): Sql {
  return sql`cast(sum(cast(${column} as decimal(38, 9))) filter (where ${condition}) as double)`;
}
