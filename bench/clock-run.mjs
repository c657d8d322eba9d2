// node clock-run.mjs FILE SQL: writes a query's rows into the table `written`. Prints what that took.
import { performance } from 'node:perf_hooks';
import { DuckDBInstance } from '@duckdb/node-api';

const [file, sql] = process.argv.slice(2);
const instance = await DuckDBInstance.create(file);
const connection = await instance.connect();
await connection.run('drop table if exists written; checkpoint');
const [started, used] = [performance.now(), process.cpuUsage()];
await connection.run(`create table written as ${sql}`);
const wallSeconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(used);
connection.closeSync();
instance.closeSync();
process.stdout.write(JSON.stringify({ wallSeconds, cpuSeconds: (user + system) / 1e6 }));
