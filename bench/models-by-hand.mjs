import { readFileSync } from 'node:fs';

/** The models of a manifest that are tables or views: an ephemeral one is part of those that read it. */
export function modelsOf(manifest) {
  return JSON.parse(readFileSync(manifest, 'utf8')).models.filter(({ materialized }) => materialized !== 'ephemeral');
}

/** Each is one `create or replace`, one after another, in an order that is known. */
export async function runByHand(connection, models) {
  for (const { name, materialized, compiled_sql: sql } of models) {
    await connection.run(`create or replace ${materialized === 'view' ? 'view' : 'table'} "${name}" as\n${sql}`);
  }
}
