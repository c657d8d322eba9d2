import { execFile } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { build } from '../src/build/build.ts';
import { DiagnosticsError } from '../src/diagnostics/diagnostic.ts';
import { formatDiagnostics } from '../src/diagnostics/print.ts';
import { openProject } from '../src/project/project.ts';
import {
  bad,
  type Case,
  expectCase,
  expectTables,
  folder,
  good,
  now,
  options,
  readCase,
  readExpected,
  temporary,
  warehouseOf,
} from './project-cases.ts';

const exitCodes = { violation: 1, invalid: 2, environment: 3, interrupted: 130 } as const;

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

// Those of the rules have files of their own, so that two of them run at a time.
describe('a project gives the tables worked out by hand', () => {
  it.each(good.filter(({ name }) => !name.startsWith('rule-')))('$name', { timeout: 60_000 }, expectCase);
});

describe('a project that is built delivery by delivery holds what a fresh build of all of them gives', () => {
  it.each(good.filter(({ root }) => existsSync(join(root, 'deliveries'))))('$name', async (project) => {
    const root = join(temporary, `${project.name}-by-delivery`);
    cpSync(project.root, root, { recursive: true });
    rmSync(join(root, 'deliveries'), { recursive: true });
    // The copy lies elsewhere.
    const config = join(root, 'handover.yml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('../../..', join(import.meta.dirname, '..')));
    const files = readdirSync(join(project.root, 'deliveries')).sort();
    for (const [index, file] of files.entries()) {
      cpSync(join(project.root, 'deliveries', file), join(root, 'deliveries', file));
      const { models, published } = await build(openProject(root), { now });
      const isLast = index === files.length - 1;
      await expectTables(published, isLast ? project.expected : readExpected(join(root, `expected-${index + 1}`)));
      for (const [model, counts] of index === 0 ? [] : Object.entries(project.partitions)) {
        const run = models.find(({ name }) => name === model);
        expect(`${model} ${run?.partitions}`).toBe(`${model} ${counts[index - 1]}`);
      }
    }
  });
});

describe('a project with a mistake is told where it is', () => {
  it.each(bad)('$name', async (project) => {
    const { exit, text } = await failure(project);
    for (const part of project.stderr) expect(text).toContain(part);
    expect(exit).toBe(project.exit);
    expect(existsSync(warehouseOf(project))).toBe(false);
  });
});

describe('the command line', () => {
  it('exits with 0 although a promise was broken', async () => {
    const { code, stdout } = await handover('rule-16-a-breach-is-not-a-failure');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  it.each(['bad-yaml-typo', 'bad-missing-file'])('exits with 2 and says why on stderr: %s', async (name) => {
    const { code, stdout, stderr } = await handover(name);
    for (const part of readCase(name).stderr) expect(stderr).toContain(part);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toMatch(/^\s+at .*\.(ts|js|mjs):\d+/m);
  });

  it('exits with 1 when a contract does not hold, and leaves what was published as it was', {
    timeout: 60_000,
  }, async () => {
    const file = join(temporary, 'published.duckdb');
    expect(await handover('rule-16-a-breach-is-not-a-failure', file)).toMatchObject({ code: 0 });
    const before = readFileSync(file);
    expect(await handover('bad-contract-violation', file)).toMatchObject({ code: 1 });
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

async function failure(project: Case): Promise<{ exit: number; text: string }> {
  try {
    await build(openProject(project.root), options(project));
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    return { exit: exitCodes[error.kind], text: formatDiagnostics(error.diagnostics, { color: false }) };
  }
  return { exit: 0, text: '' };
}

async function handover(
  name: string,
  file = join(temporary, `${name}-cli.duckdb`),
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { asOf = now } = readCase(name);
  const program = join(import.meta.dirname, '..', 'bin', 'handover.mjs');
  const call = [program, 'build', '--project', join(folder, name), '--warehouse', file, '--as-of', asOf, '--no-color'];
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, call)) };
  } catch (error) {
    const { code, stdout, stderr } = failedProcess.parse(error);
    return { code, stdout, stderr };
  }
}

const failedProcess = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });
