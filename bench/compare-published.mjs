// node compare-published.mjs OURS WHOLE: fails unless two published files hold the same tables, with the same columns, types
// and rows, each as often (as `except all` both ways, in one pass). Only when the build began differs by nature. Prints how
// many tables and rows they are.
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [ours, whole] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run(`set timezone = 'UTC'; set temp_directory = '${join(whole, '..', 'compared.tmp')}'`);
await connection.run(`attach '${ours}' as ours (read_only); attach '${whole}' as whole (read_only)`);

/** What says when, and not what. */
const unlike = { build_info: ['now'] };

const shapes = await rowsOf(`
    select
        schema_name || '.' || table_name as name,
        schema_name,
        table_name,
        array_agg(column_name || ' ' || data_type order by database_name, column_index)
            filter (where database_name = 'ours') as ours,
        array_agg(column_name || ' ' || data_type order by database_name, column_index)
            filter (where database_name = 'whole') as whole
    from duckdb_columns()
    where database_name in ('ours', 'whole')
    group by all
    order by all`);
const differences = [];
let rows = 0;
for (const { name, schema_name: schema, table_name: table, ours: left, whole: right } of shapes) {
  if (JSON.stringify(left) !== JSON.stringify(right)) {
    differences.push(`${name}: ${left ?? 'no table'}, of a whole build ${right ?? 'no table'}`);
    continue;
  }
  const excluded = unlike[table] === undefined ? '' : ` exclude (${unlike[table].join(', ')})`;
  const from = (side, times) => `select *${excluded}, ${times} as "(times)" from ${side}."${schema}"."${table}"`;
  const [counts] = await rowsOf(`
    with differing as (
        select * exclude ("(times)"), sum("(times)") as "(sum)"
        from (${from('ours', 1)} union all ${from('whole', -1)})
        group by all
        having "(sum)" <> 0
    )
    select
        (select count(*) from ours."${schema}"."${table}") as ours,
        coalesce(sum("(sum)") filter ("(sum)" > 0), 0)::bigint as more,
        coalesce(-sum("(sum)") filter ("(sum)" < 0), 0)::bigint as fewer
    from differing`);
  rows += Number(counts.ours);
  if (counts.more === '0' && counts.fewer === '0') continue;
  differences.push(`${name}: ${counts.more} rows too many, ${counts.fewer} too few`);
}
connection.closeSync();
instance.closeSync();
if (differences.length > 0) throw new Error(`not what a whole build gives:\n${differences.join('\n')}`);
process.stdout.write(JSON.stringify({ tables: shapes.length, rows }));

async function rowsOf(sql) {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}
