import { afterEach, expect, it } from 'vitest';
import { outOfMemory, wayOut } from '../../src/warehouse/out-of-memory.ts';
import { SqlError, Warehouse } from '../../src/warehouse/warehouse.ts';

let warehouse: Warehouse | undefined;
afterEach(() => warehouse?.close());

it('says what needed too much, and what to give it', async () => {
  warehouse = await Warehouse.open(':memory:', { memoryLimit: '100MB' });
  const error: unknown = await warehouse.run('select list(range) from range(20_000_000)').catch((thrown) => thrown);
  if (!(error instanceof SqlError)) throw error;
  const problem = outOfMemory(error, { while: 'model "x" was computed', file: 'models/x.sql' });
  expect(problem?.kind).toBe('environment');
  expect(problem?.diagnostics[0]).toMatchObject({
    code: 'out-of-memory',
    message: expect.stringMatching(/^memory ran out while model "x" was computed: [^\n]+ used\)$/),
    file: 'models/x.sql',
    fix: 'Give it more with --memory 1GB, and run it again: it goes on from what was done.',
  });
});

it.each([
  ['failed to pin block of size 256.0 KiB (1.8 GiB/1.9 GiB used)', /--memory 5GB/],
  ['failed to offload data block of size 256.0 KiB … the "max_temp_directory_size" setting', /disk/],
  ['something else', /--memory 8GB/],
])('knows a way out of: %s', (message, fix) => expect(wayOut(message)).toMatch(fix));

it('has nothing to say of other errors', () => {
  const error = new SqlError('Binder', 'no such column', undefined, [], undefined);
  expect(outOfMemory(error, { while: '', file: '' })).toBeUndefined();
});
