import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
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
  ['of an earlier process with the number of one that runs', async () => JSON.stringify({ pid: process.ppid, since, started: '1' })],
  ['of an earlier process with the number of this one', async () => JSON.stringify({ pid: process.pid, since, started: '1' })],
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

// What each process does is only whole when nobody else does it meanwhile.
const contender = `
  import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
  import { releaseLock, takeLock } from ${JSON.stringify(join(import.meta.dirname, '../../src/state/build-lock.ts'))};
  const [file, inside, dead] = process.argv.slice(1);
  for (let round = 0; round < 40; ) {
    if (takeLock(file, ${JSON.stringify(since)}) !== undefined) continue;
    writeFileSync(inside, String(process.pid), { flag: 'wx' });
    rmSync(inside);
    round++;
    // Every other time it goes as one that is killed does.
    if (round % 2 === 0) releaseLock(file);
    else { writeFileSync(file + '.new' + process.pid, JSON.stringify({ pid: Number(dead), since: '' })); (await import('node:fs')).renameSync(file + '.new' + process.pid, file); }
  }`;

it('is had by one at a time however many want to take over a dead one’s', { timeout: 60_000 }, async () => {
  const file = lockFile();
  const inside = `${file}.inside`;
  const dead = await deadProcess();
  const args = ['--experimental-strip-types', '--no-warnings', '--input-type=module', '-e', contender, file, inside, String(dead)];
  const all = Array.from({ length: 6 }, () => promisify(execFile)(process.execPath, args));
  await Promise.all(all);
});
