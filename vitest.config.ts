import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests write many small databases: in memory, where the machine has room, no commit waits for a disk. */
const roomNeeded = 4 * 1024 ** 3;
const memory = '/dev/shm';

function temporaryFolder(): string {
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > roomNeeded ? memory : tmpdir();
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Two cores; each file opens DuckDB of its own.
    maxWorkers: 2,
    env: { TMPDIR: temporaryFolder() },
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
