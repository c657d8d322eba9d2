import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build as bundle } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';
import { releaseLock, takeLock } from '../../src/state/build-lock.ts';

const since = '2026-03-04T06:00:00.000Z';

function lockFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'handover-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'handover.lock');
}

/** The number of a process that has ended. */
async function deadProcess(): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid']);
  return Number(stdout);
}

it('is had by one at a time, and says by whom and since when', () => {
  const file = lockFile();
  expect(takeLock(file, since)).toBeUndefined();
  expect(takeLock(file, '2026-03-04T07:00:00.000Z')).toMatchObject({ pid: process.pid, since });
  expect(readdirSync(join(file, '..'))).toEqual(['handover.lock']);
  releaseLock(file);
  expect(readdirSync(join(file, '..'))).toEqual([]);
  expect(takeLock(file, since)).toBeUndefined();
});

it('is not given back by one who does not have it', () => {
  const file = lockFile();
  writeFileSync(file, JSON.stringify({ pid: process.ppid, since }));
  releaseLock(file);
  expect(takeLock(file, since)).toEqual({ pid: process.ppid, since });
});

it.each([
  ['of a process that ended', async () => JSON.stringify({ pid: await deadProcess(), since })],
  [
    'of an earlier process with the number of one that runs',
    async () => JSON.stringify({ pid: process.ppid, since, started: '1' }),
  ],
  [
    'of an earlier process with the number of this one',
    async () => JSON.stringify({ pid: process.pid, since, started: '1' }),
  ],
  ['that is empty', async () => ''],
])('a lock %s is taken over', async (_name, text) => {
  const file = lockFile();
  writeFileSync(file, await text());
  expect(takeLock(file, since)).toBeUndefined();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid, since });
  expect(readdirSync(join(file, '..'))).toEqual(['handover.lock']);
});

it('is taken over although the process that was about to was killed too', async () => {
  const file = lockFile();
  for (const name of [file, `${file}.turn`]) writeFileSync(name, JSON.stringify({ pid: await deadProcess(), since }));
  expect(takeLock(file, since)).toBeUndefined();
  expect(existsSync(`${file}.turn`)).toBe(false);
});

// What each does inside fails when another does it too. Every other time a process goes as one that is killed does.
const contender = `
  import { renameSync, rmSync, writeFileSync } from 'node:fs';
  import { releaseLock, takeLock } from './build-lock.ts';
  const [file, dead] = process.argv.slice(2);
  for (let round = 0; round < 60; ) {
    if (takeLock(file, '${since}') !== undefined) continue;
    writeFileSync(file + '.inside', '', { flag: 'wx' });
    rmSync(file + '.inside');
    round++;
    if (round % 2 === 0) releaseLock(file);
    else {
      writeFileSync(file + '.dead' + process.pid, JSON.stringify({ pid: Number(dead), since: '' }));
      renameSync(file + '.dead' + process.pid, file);
    }
  }`;

it('is had by one at a time however many take over those of dead ones', { timeout: 60_000 }, async () => {
  const file = lockFile();
  const script = join(file, '../contender.mjs');
  const resolveDir = join(import.meta.dirname, '../../src/state');
  const stdin = { contents: contender, resolveDir, loader: 'ts' as const };
  await bundle({ stdin, outfile: script, bundle: true, platform: 'node', format: 'esm' });
  const dead = String(await deadProcess());
  const contenders = Array.from({ length: 6 }, () => promisify(execFile)(process.execPath, [script, file, dead]));
  for (const { stderr } of await Promise.all(contenders)) expect(stderr).toBe('');
});
