// node metrics-compare.mjs PUBLISHED FILE: fails unless a build published the values that were worked out by hand. Prints
// how many they are. A build also has rows of periods in which nothing happened.
import { DuckDBInstance } from '@duckdb/node-api';

const [published, file] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run(`attach '${published}' as published (read_only); attach '${file}' as hand (read_only)`);

const isOther = (column) =>
  `(ours.${column} is null) <> (base.${column} is null)
    or abs(ours.${column} - base.${column}) > 1e-9 * (1 + abs(base.${column}))`;
const columns = ['numerator', 'value', 'pending'];
const bounds = ['lower_95', 'upper_95'].map(
  (column) => `base.value is not null and base.${column} is not null and (${isOther(column)})`,
);
const rows = await connection.runAndReadAll(`
    with ours as (
        from published.main.metric_values
        where sample_size > 0 or pending > 0
    ),
    base as (
        select by_hand.*
        from hand.main.by_hand
        semi join published.sla.periods as periods
            on periods.grain = by_hand.grain
                and periods.period_start = by_hand.period_start
                and periods.starts_at <= (select as_of from published.run.clock)
        where denominator is null or denominator > 0 or pending > 0
    )
    select
        coalesce(ours.metric, base.metric) as metric,
        count(*) as found,
        count(*) filter (
            where ours.metric is null or base.metric is null or ${[...columns.map(isOther), ...bounds].join(' or ')}
        ) as others
    from ours
    full join base using (metric, grain, period_start, dimension, dimension_value)
    group by 1`);
const counts = rows.getRowObjectsJson();
connection.closeSync();
instance.closeSync();

const wrong = counts.filter(({ others }) => others !== '0').map(({ metric, others }) => `${metric}: ${others}`);
if (wrong.length > 0) throw new Error(`values that are not those by hand: ${wrong.join(', ')}`);
process.stdout.write(JSON.stringify(counts.reduce((sum, { found }) => sum + Number(found), 0)));
