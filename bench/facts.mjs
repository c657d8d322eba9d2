// node facts.mjs FILE ROWS: made-up facts, the same for the same number.
import { DuckDBInstance } from '@duckdb/node-api';

const [file, rows] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run(`
copy (
    select
        id::bigint as fact_id,
        (hash(id) % greatest(1, ${rows} // 20))::bigint as account_id,
        timestamptz '2026-01-01 00:00:00+00' + to_seconds(id) as happened_at,
        (hash(id + 1) % 1000)::bigint as value
    from range(${rows}) as ids (id)
) to '${file}' (format parquet)`);
connection.closeSync();
instance.closeSync();
