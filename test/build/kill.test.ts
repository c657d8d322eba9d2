import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import type { Progress } from '../../src/diagnostics/progress.ts';
import { warehouseFiles } from '../../src/state/files.ts';
import { bundleForTests, type Running, start } from './cli.ts';
import { failureOf } from './failure.ts';
import { leadProject } from './lead-project.ts';
import { writeFiles } from './project.ts';
import { buildShop, freshRows, publishedRows, shop, shopFiles, whatRan } from './shop.ts';

// Whenever a build ends, by itself or not, readers have one whole state of the project, and the next build goes on.

const cli = bundleForTests();
let world: Awaited<ReturnType<typeof twoStates>>;
beforeAll(async () => {
  world = await twoStates();
}, 240_000);
afterAll(() => rmSync(world.root, { recursive: true }));

type State = 0 | 1;
const other = (state: State): State => (state === 0 ? 1 : 0);

/** The same numbers at every run of the tests, from 0 to below 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

async function digestOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(JSON.stringify(await publishedRows(file)))
    .digest('hex');
}

/** A project of two states, what a fresh build publishes of each, and how long a build takes from one to the other. */
async function twoStates() {
  const { root, toState } = leadProject();
  const files = warehouseFiles(root);
  const run = (warehouse = files.published, more: readonly string[] = []): Running =>
    start(cli, ['build', '--project', root, '--warehouse', warehouse, ...more]);
  const complete = async (warehouse?: string): Promise<void> => {
    expect(await run(warehouse).done).toMatchObject({ code: 0 });
  };
  const digests: string[] = [];
  for (const state of [0, 1] as const) {
    toState(state);
    mkdirSync(join(root, 'fresh'), { recursive: true });
    const fresh = join(root, 'fresh', `state-${state}.duckdb`);
    await complete(fresh);
    digests.push(await digestOf(fresh));
  }
  expect(digests[0]).not.toBe(digests[1]);
  await complete();
  toState(0);
  const startedAt = performance.now();
  await complete();
  expect(await digestOf(files.published)).toBe(digests[0]);
  return { root, files, toState, run, complete, digests, milliseconds: performance.now() - startedAt };
}

it('a build that is killed at any moment leaves one whole state, and the next goes on from there', {
  timeout: 240_000,
}, async () => {
  const { files, toState, run, complete, digests, milliseconds } = world;
  const random = numbers(20260304);
  let published: State = 0;
  for (let kill = 0; kill < 6; kill++) {
    // Sometimes towards the state that was to be published when the last one was killed, sometimes back.
    const wanted: State = random() < 0.7 ? other(published) : published;
    toState(wanted);
    const { child, done } = run();
    await sleep(random() * milliseconds);
    child.kill('SIGKILL');
    const { code } = await done;

    const found = await digestOf(files.published);
    expect(digests, `published after kill ${kill}`).toContain(found);
    if (code === 0) expect(found).toBe(digests[wanted]);
    published = found === digests[0] ? 0 : 1;
    if (kill % 3 < 2) continue;
    published = other(published);
    toState(published);
    await complete();
    expect(await digestOf(files.published)).toBe(digests[published]);
    expect(leftovers(files.published)).toEqual([]);
  }
});

/** What a build says of its work; it is asked to stop soon after. */
const moments = [
  ['SIGINT', 'read the project'],
  ['SIGINT', 'check models and metrics'],
  ['SIGTERM', 'model crm_events'],
  ['SIGINT', 'model int_cycles'],
  ['SIGINT', 'model lead_cycles'],
  ['SIGTERM', 'model cohort_conversions'],
  ['SIGINT', 'check contracts'],
] as const;

it('a build that is asked to stop says so, exits with 130 and leaves everything as it was', {
  timeout: 240_000,
}, async () => {
  const { files, toState, run, complete, digests } = world;
  const random = numbers(4);
  toState(1);
  for (const [name, moment] of moments) {
    const before = readFileSync(files.published);
    const { child, done, said } = run(files.published, ['--full-refresh']);
    await said(moment);
    await sleep(random() * 60);
    child.kill(name);
    const { code, signal, stderr } = await done;
    expect(stderr).not.toMatch(/^\s+at |unexpected failure/m);
    expect(existsSync(files.lock)).toBe(false);
    expect(leftovers(files.published)).toEqual([]);
    // Once it publishes there is nothing left to stop.
    if (code === 0 && moment === 'check contracts') continue;
    expect({ code, signal }, moment).toEqual({ code: 130, signal: null });
    expect(stderr).toContain('stopped before it was done; what was published stays as it was');
    expect(readFileSync(files.published).equals(before)).toBe(true);
  }
  await complete();
  expect(await digestOf(files.published)).toBe(digests[1]);
});

it('a build that is stopped between or within any statements fails as stopped and as nothing else', {
  timeout: 120_000,
}, async () => {
  const root = shop();
  const files = warehouseFiles(root);
  await buildShop(root);
  const before = await digestOf(files.published);
  writeFiles(root, { 'models/marts/deals.sql': shopFiles['models/marts/deals.sql'].replace('::integer', '::bigint') });
  const random = numbers(8);
  for (let stop = 0; stop < 16; stop++) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), random() * 400);
    const outcome = await buildShop(root, { signal: controller.signal, isFullRefresh: true }).then(
      () => 'done',
      (error: unknown) => (error instanceof DiagnosticsError ? error.kind : String(error)),
    );
    clearTimeout(timer);
    expect(['done', 'interrupted']).toContain(outcome);
    expect(existsSync(files.lock)).toBe(false);
    if (outcome === 'done') break;
    expect(await digestOf(files.published)).toBe(before);
  }
  await buildShop(root);
  expect(await publishedRows(files.published)).toEqual(await freshRows(root));
});

/** Asks to stop when a task has ended, or a little after it has begun. */
function stopAt(title: string, when: 'begun' | 'ended'): { readonly progress: Progress; readonly signal: AbortSignal } {
  const controller = new AbortController();
  const progress: Progress = {
    task: async (name, work) => {
      if (name === title && when === 'begun') setTimeout(() => controller.abort(), 50);
      const value = await work(() => undefined);
      if (name === title && when === 'ended') controller.abort();
      return value;
    },
  };
  return { progress, signal: controller.signal };
}

it('a statement that would take minutes is stopped where it is', async () => {
  const root = shop();
  const files = warehouseFiles(root);
  await buildShop(root);
  const before = await digestOf(files.published);
  writeFiles(root, {
    'models/marts/slow.sql': `select sum(hash(few.range + more.range) % 7) as total
from range(300000) as few, range(300000) as more`,
  });
  const error = await failureOf(buildShop(root, stopAt('model slow', 'begun')));
  expect(error.kind).toBe('interrupted');
  expect(await digestOf(files.published)).toBe(before);
  rmSync(join(root, 'models/marts/slow.sql'));
  expect(whatRan(await buildShop(root))).toEqual([]);
});

it('what fails once a stop was asked for is told as stopped, whatever was stopped', async () => {
  // Seeds are read after the load, in no task: as a stopped statement would, this one fails.
  const broken = (): string => {
    const root = shop({ 'seeds/broken.csv': '' });
    writeFileSync(join(root, 'seeds/broken.csv'), Buffer.from('name\n\xff\xfe\n', 'latin1'));
    return root;
  };
  expect((await failureOf(buildShop(broken(), stopAt('no such task', 'ended')))).kind).toBe('invalid');
  expect((await failureOf(buildShop(broken(), stopAt('load', 'ended')))).kind).toBe('interrupted');
});

it('target/ does not grow with the number of builds', { timeout: 240_000 }, async () => {
  const header = shopFiles['dumps/a.csv'].split('\n')[0];
  const rows = (from: number): string =>
    Array.from(
      { length: 20_000 },
      (_, index) => `m${from + index},2026-03-04T09:00:00Z,r${index % 500},${(from + index) % 97}`,
    ).join('\n');
  const metric = shopFiles['metrics/won_deals.yml'].replace(/^contract.*$/m, '');
  const root = shop({ 'dumps/b.csv': `${header}\n${rows(0)}\n`, 'metrics/won_deals.yml': metric });
  const folder = join(root, 'target');
  let first = 0;
  for (let build = 0; build < 20; build++) {
    writeFiles(root, { 'dumps/b.csv': `${header}\n${rows(build % 2 === 0 ? 0 : 7)}\n` });
    await buildShop(root);
    if (build === 0) first = bytesOf(folder);
    expect(bytesOf(folder), `after build ${build}`).toBeLessThan(3 * first);
  }
  expect(await publishedRows(join(folder, 'handover.duckdb'))).toEqual(await freshRows(root));
});

/** What a build writes on its way and takes away again. */
function leftovers(published: string): string[] {
  return readdirSync(join(published, '..')).filter((name) => /\.\d+$|\.new|\.compact|\.wal|\.tmp|\.lock/.test(name));
}

function bytesOf(folder: string): number {
  return readdirSync(folder).reduce((total, name) => total + statSync(join(folder, name)).size, 0);
}
