// node same-values.mjs OURS THEIRS METRIC COLUMNS: fails unless two CSV files of a metric hold the same values; a period or team
// without any row is no value. COLUMNS is JSON: their name of a column, and ours. Prints how many values.
import { DuckDBInstance } from '@duckdb/node-api';

const [ours, theirs, metric, json] = process.argv.slice(2);
const columns = Object.entries(JSON.parse(json));
const key = columns.map(([their, our]) =>
  our === 'period_start'
    ? `their."${their}"::date = our.${our}::date`
    : `coalesce(their."${their}", '(none)') = our.${our}`,
);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const rows = await connection.runAndReadAll(`
select
    count(*) as rows,
    count(*) filter (where our.value is null or their."${metric}" is null or abs(our.value - their."${metric}") > 1e-9) as others
from (from read_csv('${ours}') where sample_size > 0) as our
full join (from read_csv('${theirs}') where "${metric}" is not null) as their on ${key.join(' and ')}`);
const [{ rows: count, others }] = rows.getRowObjectsJson();
connection.closeSync();
instance.closeSync();
if (others !== '0' || count === '0') throw new Error(`${metric}: of ${count} values, ${others} differ`);
process.stdout.write(count);
