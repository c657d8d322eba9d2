import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTimeLimit } from '../../src/review/time-limit.ts';
import { failureOf } from '../build/failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'handover-limit-'));
const bundle = join(folder, 'time-limit.mjs');

beforeAll(() => {
  const entry = join(import.meta.dirname, '../../src/review/time-limit.ts');
  buildSync({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile: bundle });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a script in a process of its own; it gets `withTimeLimit`. */
function run(script: string) {
  const code = `import { withTimeLimit } from ${JSON.stringify(bundle)};\n${script}`;
  const started = performance.now();
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8', timeout: 20_000 });
  return {
    status: child.status,
    signal: child.signal,
    stderr: child.stderr,
    seconds: (performance.now() - started) / 1000,
  };
}

it('gives what the work gives', async () => {
  expect(await withTimeLimit(60_000, async () => 42)).toBe(42);
  await expect(withTimeLimit(60_000, () => Promise.reject(new Error('its own')))).rejects.toThrow('its own');
});

it('asks the work to stop at the limit, and says what to do', async () => {
  const stopped = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
  const error = await failureOf(withTimeLimit(20, stopped));
  expect(error.kind).toBe('environment');
  expect(error.diagnostics).toEqual([
    {
      code: 'time-limit',
      severity: 'error',
      message: 'it takes longer than 0.02 seconds',
      fix: 'Raise review.time_limit in handover.yml, or give it more with --time-limit.',
    },
  ]);
});

it('takes nothing that comes too late', async () => {
  const late = () => new Promise<number>((resolve) => setTimeout(() => resolve(42), 60));
  expect((await failureOf(withTimeLimit(20, late))).diagnostics[0]?.code).toBe('time-limit');
});

it('ends a process that is busy without end', () => {
  const { status, stderr } = run('await withTimeLimit(60_000, async () => { for (;;); }, { grace: -59_600 });');
  expect(stderr).toBe('error it takes longer than 1 minute, and does not stop [time-limit]\n');
  expect(status).toBe(3);
});

it('ends a process that waits for what never comes', () => {
  const script = 'await withTimeLimit(100, () => new Promise(() => setInterval(() => {}, 1000)), { grace: 300 });';
  expect(run(script)).toMatchObject({ status: 3, stderr: expect.stringContaining('0.1 seconds') });
});

it('kills a process that is busy in code of another language', () => {
  const { signal, stderr } = run(`
    import { pbkdf2Sync } from 'node:crypto';
    await withTimeLimit(100, async () => pbkdf2Sync('a', 'b', 1e9, 64, 'sha512'), { grace: 200 });
  `);
  expect(signal).toBe('SIGKILL');
  expect(stderr).toContain('[time-limit]');
});

it('kills a process that cannot end before another thread of it has', () => {
  const { signal, stderr, seconds } = run(`
    import { pbkdf2 } from 'node:crypto';
    await withTimeLimit(100, () => new Promise((done) => pbkdf2('a', 'b', 1e9, 64, 'sha512', done)), { grace: 200 });
  `);
  expect(signal).toBe('SIGKILL');
  expect(seconds).toBeLessThan(10);
  expect(stderr).toContain('[time-limit]');
});

it('keeps no process alive', () => {
  const { status, stderr, seconds } = run('await withTimeLimit(600_000, async () => 1);');
  expect([status, stderr]).toEqual([0, '']);
  expect(seconds).toBeLessThan(10);
  const failing = run('await withTimeLimit(600_000, () => Promise.reject(new Error("its own")));');
  expect(failing.status).toBe(1);
});
