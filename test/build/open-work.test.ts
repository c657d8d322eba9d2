import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openWork } from '../../src/build/open-work.ts';

it('what a killed build left on disk for want of memory goes with the next one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'open-work-'));
  const file = join(folder, 'handover.work.duckdb');
  mkdirSync(`${file}.tmp`);
  writeFileSync(join(`${file}.tmp`, 'duckdb_temp_storage_DEFAULT-0.tmp'), 'left');
  const work = await openWork(file, '50MB');
  expect(existsSync(`${file}.tmp`)).toBe(false);
  // That is where DuckDB puts what does not fit.
  await work.run('create temp table many as select hash(range)::varchar as x from range(3_000_000)');
  expect(existsSync(`${file}.tmp`)).toBe(true);
  work.close();
  expect(existsSync(`${file}.tmp`)).toBe(false);
  rmSync(folder, { recursive: true });
});
