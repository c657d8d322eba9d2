import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { quoteIdentifier, Warehouse } from '../../src/warehouse/warehouse.ts';
import { accounts } from './policy-worlds.ts';
import { header, rowsOf, writeProject } from './project-folder.ts';
import { Random } from './random.ts';
import { iso } from './time.ts';
import { minute, type World } from './types.ts';
import { spring } from './worlds.ts';

// Dumps that come day by day, late, corrected and merged: what incremental builds publish after each is what one build
// of the same dumps gives. The differential test beside this one says whether that is right.

const temporary = mkdtempSync(join(tmpdir(), 'handover-deliveries-'));
const day = 24 * 60 * minute;
const now = '2027-01-04T06:00:00Z';

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

it.each([
  { name: 'spring', make: spring, seed: 5 },
  { name: 'accounts', make: accounts, seed: 6 },
])(
  '$name: builds after each delivery give what a full build gives',
  { timeout: 240_000 },
  async ({ make, seed, name }) => {
    const world = make(seed, 120);
    const root = join(temporary, name);
    writeProject(root, world, seed);
    let cut = 0;
    for (const [index, rows] of deliveriesOf(world, seed).entries()) {
      writeFileSync(join(root, 'events-1.csv'), [header, ...rows.first, ''].join('\n'));
      writeFileSync(join(root, 'events-2.csv'), [header, ...rows.later, ''].join('\n'));
      const asOf = iso(world.asOf - (2 - index) * day);
      const options = { now, asOf, warehouse: join(root, 'piecewise.duckdb') };
      const built = await build(openProject(root), options);
      cut += built.models.filter(({ mode }) => mode === 'incremental').length;
      // The first is a full build itself.
      if (index === 0) continue;
      const whole = await build(openProject(root), { now, asOf, warehouse: join(root, `whole-${index}.duckdb`) });
      expect(await contents(built.published)).toEqual(await contents(whole.published));
    }
    // Ten models and more are cut; the first build computes all of them, and the others most of them in part.
    expect(cut).toBeGreaterThan(20);
  },
);

/** Three deliveries; each but the first adds a few rows, and the last takes some rows of the first away. */
function deliveriesOf(world: World, seed: number): { first: string[]; later: string[] }[] {
  const rows = rowsOf(world, new Random(seed));
  const most = Math.floor(rows.length * 0.96);
  const few = Math.floor(rows.length / 60);
  const first = rows.slice(0, most);
  const later = (count: number): string[] => rows.slice(most, most + count * few);
  return [
    { first, later: [] },
    { first, later: later(1) },
    { first: first.slice(Math.floor(few / 2)), later: later(2) },
  ];
}

/** Every published table but those that tell of the build itself, as rows in any order. */
async function contents(published: string): Promise<Record<string, unknown>> {
  const warehouse = await Warehouse.open(published, { readOnly: true });
  try {
    const tables = await warehouse.rows<{ schema: string; name: string }>(
      'select schema_name as schema, table_name as name from duckdb_tables() order by all',
    );
    const all: Record<string, unknown> = {};
    for (const { schema, name } of tables.filter((table) => !['build_info', 'contract_results'].includes(table.name))) {
      const table = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
      const [row] = await warehouse.rows(
        schema === 'main'
          ? `select count(*) as row_count, md5(string_agg(line, chr(10) order by line)) as content
             from (select (rows)::varchar as line from ${table} as rows)`
          : `select count(*) as row_count, sum(hash(rows)::hugeint)::varchar as content from ${table} as rows`,
      );
      all[`${schema}.${name}`] = row;
    }
    return all;
  } finally {
    warehouse.close();
  }
}
