import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { quoteIdentifier, Warehouse } from '../../src/warehouse/warehouse.ts';
import { compare, type Mismatch, report } from './difference.ts';
import { judge } from './oracle.ts';
import { accounts, assigned, scored, surging } from './policy-worlds.ts';
import { writeProject } from './project-folder.ts';
import type { ExpectedTable, TableRow } from './rows.ts';
import { expectedTables, type Windows } from './tables.ts';
import { iso } from './time.ts';
import type { World } from './types.ts';
import { autumn, spring } from './worlds.ts';

// Two computations of the same rules that share no code: the SQL models on DuckDB, and the oracle in this folder. Where
// they differ, docs/definitions.md decides which of them is wrong.

const temporary = mkdtempSync(join(tmpdir(), 'handover-oracle-'));

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe('the models agree with the oracle on generated leads', () => {
  it.each([
    { name: 'spring', make: spring, seed: 1, leads: 250 },
    { name: 'autumn', make: autumn, seed: 3, leads: 250 },
    { name: 'assigned', make: assigned, seed: 4, leads: 300 },
    { name: 'accounts', make: accounts, seed: 7, leads: 300 },
    { name: 'surging', make: surging, seed: 8, leads: 300 },
    { name: 'scored', make: scored, seed: 9, leads: 300 },
  ])('$name, seed $seed', { timeout: 240_000 }, async ({ name, make, seed, leads }) => {
    const world = make(seed, leads);
    const mismatches = await differences(join(temporary, `${name}-${seed}`), world, seed);
    expect(mismatches.length === 0 ? '' : report(world, mismatches)).toBe('');
  });
});

async function differences(root: string, world: World, seed: number): Promise<Mismatch[]> {
  writeProject(root, world, seed);
  const { published } = await build(openProject(root), { now: '2027-01-04T06:00:00Z', asOf: iso(world.asOf) });
  const warehouse = await Warehouse.open(published, { readOnly: true });
  try {
    const windows = await readWindows(warehouse);
    const expected = expectedTables(judge(world), windows, 'Europe/Copenhagen', world.asOf);
    const found: Mismatch[] = [];
    for (const table of expected) found.push(...compare(table, await read(warehouse, table)));
    return found;
  } finally {
    warehouse.close();
  }
}

async function read(warehouse: Warehouse, { table, key, rows }: ExpectedTable): Promise<TableRow[]> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const found = await warehouse.rows<TableRow>(
    `select ${columns.map(quoteIdentifier).join(', ')} from ${table} ${only(table)}`,
  );
  if (table === 'meetings') return found.map(withoutMadeUpId);
  // The oracle lists the periods that have something in them, of the metrics that it knows.
  const wanted = new Set(rows.map((row) => key.map((column) => row[column]).join()));
  return table === 'metric_values' ? found.filter((row) => wanted.has(key.map((column) => row[column]).join())) : found;
}

function only(table: string): string {
  return table === 'metric_values' ? `where dimension = 'all'` : '';
}

/** Where the CRM gave a meeting no id the models make one up; any will do. */
function withoutMadeUpId(row: TableRow): TableRow {
  return /^lead-\d+-m\d+$/.test(String(row.meeting_id)) ? row : { ...row, meeting_id: '(none)' };
}

async function readWindows(warehouse: Warehouse): Promise<Windows[]> {
  return warehouse.rows<{ from: string; to: string; windowDays: number | null }>(
    `select distinct from_stage as "from", to_stage as "to", window_days as "windowDays" from cohort_conversions`,
  );
}
