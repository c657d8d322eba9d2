import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesOf, defaultMemory } from '../../src/warehouse/memory-limit.ts';
import { Warehouse, type WarehouseOptions } from '../../src/warehouse/warehouse.ts';

const large = 64e9;

describe('defaultMemory', () => {
  it.each([
    [0, 1e9],
    [1e6, 1e9],
    [10e6, 1.05e9],
    [100e6, 6e9],
  ])('of %d rows', (rows, bytes) => expect(defaultMemory(rows, large)).toBe(bytes));

  it('leaves a fifth of the machine alone', () => {
    expect(defaultMemory(100e6, 5e9)).toBe(4e9);
    expect(defaultMemory(0, 1e9)).toBe(0.8e9);
  });
});

it.each([
  ['800MB', 800e6],
  ['1.5 gb', 1.5e9],
  ['1TB', 1e12],
])('bytesOf %s', (size, bytes) => expect(bytesOf(size)).toBe(bytes));

describe('a warehouse', () => {
  const limitOf = async (file: string, options?: WarehouseOptions) => {
    const warehouse = await Warehouse.open(file, options);
    const [row] = await warehouse.rows(`select current_setting('memory_limit') as own`);
    warehouse.close();
    return { own: row?.own, memory: warehouse.memory };
  };

  it('may hold what is asked for', async () => {
    expect(await limitOf(':memory:', { memoryLimit: '800MB' })).toEqual({ own: '762.9 MiB', memory: 800e6 });
  });

  it('may hold more where there are more rows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'memory-limit-'));
    const file = join(folder, 'many.duckdb');
    const few = await Warehouse.open(file);
    expect(few.memory).toBe(defaultMemory(0));
    await few.run('create table many as select true as x from range(12_000_000)');
    few.close();
    expect((await limitOf(file)).memory).toBe(defaultMemory(12e6));
    rmSync(folder, { recursive: true });
  });
});
