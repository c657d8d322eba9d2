import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BuildOptions } from '../../src/build/build.ts';
import { forget } from '../../src/build/forget.ts';
import { load } from '../../src/build/load.ts';
import type { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { openProject } from '../../src/project/project.ts';
import { releaseLock, takeLock } from '../../src/state/build-lock.ts';
import { warehouseFiles } from '../../src/state/files.ts';
import { bundleForTests, deadProcess, start } from './cli.ts';
import { failureOf } from './failure.ts';
import { writeFiles } from './project.ts';
import { buildShop, freshRows, now, publishedRows, shop, shopFiles } from './shop.ts';

const cli = bundleForTests();

const since = '2026-03-10T05:30:00.000Z';

/** Does something once, right before a task begins. */
function before(title: string, act: () => Promise<void>): NonNullable<BuildOptions['progress']> {
  return {
    task: async (name, work) => {
      if (name === title) await act();
      return work(() => undefined);
    },
  };
}

it('a second build, a load and a forgetting say who builds and since when', async () => {
  const root = shop();
  const told: DiagnosticsError[] = [];
  const progress = before('check contracts', async () => {
    writeFiles(root, { 'dumps/b.csv': shopFiles['dumps/a.csv'].replaceAll(/^d/gm, 'e').replace('eeal', 'deal') });
    const project = openProject(root);
    told.push(await failureOf(buildShop(root, { now: '2026-03-10T07:00:00.000Z' })));
    told.push(await failureOf(load(project, { now })));
    told.push(await failureOf(forget(project, 'x', { now })));
  });
  await buildShop(root, { progress, now: since });
  const { work, lock } = warehouseFiles(root);
  expect(told.map(({ kind }) => kind)).toEqual(['environment', 'environment', 'environment']);
  for (const { diagnostics } of told) {
    expect(diagnostics).toMatchObject([
      { code: 'locked', message: `another build holds ${work} (process ${process.pid}, since ${since})` },
    ]);
  }
  expect(existsSync(lock)).toBe(false);
});

it('another warehouse of the same project is not held', async () => {
  const root = shop();
  const warehouse = join(root, 'target/handover.eu.duckdb');
  const progress = before('check contracts', async () => {
    await buildShop(root, { warehouse });
  });
  await buildShop(root, { progress });
  expect(await publishedRows(warehouse)).toEqual(await publishedRows(warehouseFiles(root).published));
});

it('the command line exits with 3 while another builds, and with --wait waits for its end', {
  timeout: 60_000,
}, async () => {
  const root = shop();
  const { lock, published } = warehouseFiles(root);
  writeFiles(root, { 'target/.keep': '' });
  expect(takeLock(lock, since)).toBeUndefined();
  const refused = await start(cli, ['build', '--project', root]).done;
  expect(refused).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(`(process ${process.pid}, since ${since})`),
  });
  expect(refused.stderr).not.toMatch(/^\s+at /m);

  const waiting = start(cli, ['build', '--project', root, '--wait']);
  await waiting.said(`process ${process.pid} builds since ${since}: wait for its end`);
  expect(existsSync(published)).toBe(false);
  releaseLock(lock);
  expect(await waiting.done).toMatchObject({ code: 0 });
  expect(existsSync(published)).toBe(true);
  expect(existsSync(lock)).toBe(false);
});

it('who waits can be stopped', async () => {
  const root = shop();
  const { lock } = warehouseFiles(root);
  writeFiles(root, { 'target/.keep': '' });
  expect(takeLock(lock, since)).toBeUndefined();
  const controller = new AbortController();
  const stop: NonNullable<BuildOptions['progress']> = {
    task: (title, work) => {
      if (title === 'wait') setImmediate(() => controller.abort());
      return work(() => undefined);
    },
  };
  const error = await failureOf(buildShop(root, { wait: true, signal: controller.signal, progress: stop }));
  expect(error.kind).toBe('interrupted');
  expect(takeLock(lock, now)).toMatchObject({ pid: process.pid, since });
});

it('the lock of a process that was killed is taken over, with what it left half written', async () => {
  const root = shop();
  const { lock, published } = warehouseFiles(root);
  const dead = await deadProcess();
  const left = [
    `handover.duckdb.${dead}.new`,
    `handover.duckdb.${dead}.new.wal`,
    'handover.work.duckdb.compact',
    'handover.work.duckdb.compact.wal',
    `handover.built.json.${dead}`,
    `handover.loaded.json.${dead}`,
    `manifest.json.${dead}`,
    `run-results.json.${dead}`,
    'handover.work.duckdb.tmp/duckdb_temp_storage.tmp',
  ];
  // Others may be writing these just now.
  const theirs = [
    `handover.eu.duckdb.${dead}.new`,
    'handover.eu.work.duckdb.compact',
    'handover.duckdb.bak',
    'notes.json',
  ];
  writeFiles(root, Object.fromEntries([...left, ...theirs].map((name) => [`target/${name}`, 'x'])));
  writeFileSync(lock, JSON.stringify({ pid: dead, since }));
  await buildShop(root);
  expect(readdirSync(join(root, 'target')).sort()).toEqual(
    [
      ...theirs,
      ...[
        'catalogue.json',
        'handover.built.json',
        'handover.duckdb',
        'handover.loaded.json',
        'handover.published.json',
      ],
      ...['handover.work.duckdb', 'manifest.json', 'run-results.json'],
    ].sort(),
  );
  expect(await publishedRows(published)).toEqual(await freshRows(root));
});

it.each([
  ['a model that fails', { 'models/marts/best.sql': `select error('no') as amount from totals` }],
  ['a model that cannot be bound', { 'models/marts/best.sql': 'select money from totals' }],
  [
    'a contract that does not hold',
    { 'metrics/won_deals.yml': shopFiles['metrics/won_deals.yml'].replace('100]', '1]') },
  ],
  ['a dump that cannot be read', { 'dumps/a.csv': '' }],
])('%s gives the lock back', async (_name, files) => {
  const root = shop(files);
  await expect(buildShop(root)).rejects.toThrow();
  expect(existsSync(warehouseFiles(root).lock)).toBe(false);
  writeFiles(root, shopFiles);
  await buildShop(root);
});

it('eight that start at once and wait all succeed, and leave one whole', { timeout: 120_000 }, async () => {
  const root = shop();
  const { published, lock } = warehouseFiles(root);
  writeFiles(root, { 'target/.keep': '' });
  // They also have to take over a dead one's.
  writeFileSync(lock, JSON.stringify({ pid: await deadProcess(), since }));
  const all = Array.from({ length: 8 }, () => start(cli, ['build', '--project', root, '--wait']).done);
  for (const outcome of await Promise.all(all)) expect(outcome).toMatchObject({ code: 0 });
  expect(await publishedRows(published)).toEqual(await freshRows(root));
  expect(JSON.parse(readFileSync(warehouseFiles(root).runResults, 'utf8'))).toMatchObject({ outcome: 'published' });
  expect(readdirSync(join(root, 'target')).filter((name) => /\.\d+|lock|new|wal|compact/.test(name))).toEqual([]);
});
