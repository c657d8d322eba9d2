import { afterEach, expect, it, vi } from 'vitest';
import { testCommand } from '../../src/commands/test.ts';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { tinyProject } from '../build/project.ts';

afterEach(() => vi.restoreAllMocks());

/** Runs the command as the command line does, and gathers what it says. */
async function call(root: string, ...options: string[]) {
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    });
  }
  const error = await testCommand()
    .exitOverride()
    .parseAsync(['--project', root, ...options], { from: 'user' })
    .then(() => undefined)
    .catch((caught: unknown) => caught);
  vi.restoreAllMocks();
  return { ...said, failure: error instanceof DiagnosticsError ? `${error.kind} ${error.message}` : error };
}

const sources = { 'handover.yml': 'name: tiny\nsources: { deals: { kind: table, files: deals.csv } }\n' };

it('says what failed on stderr, prints a row per test where asked, and fails as a violation', async () => {
  const root = tinyProject({
    ...sources,
    'models/marts/deals.tests.yml': `
tests:
  - { name: good, given: { raw.deals: [{ deal_id: d1 }] }, expect: [{ deal_id: d1 }] }
  - { name: bad, given: { raw.deals: [{ deal_id: d1 }] }, expect: [{ deal_id: d2 }] }
`,
  });
  const { stdout, stderr, failure } = await call(root, '--format', 'csv');
  expect(stdout.split('\n')).toEqual([
    'model,test,status,reason,file,line',
    'deals,good,pass,,models/marts/deals.tests.yml,3',
    'deals,bad,fail,"1 row is missing, 1 row was not expected",models/marts/deals.tests.yml,4',
    '',
  ]);
  expect(stderr).toContain('fails models/marts/deals.tests.yml:4:13 deals: bad\n');
  expect(stderr).toMatch(/^test deals {2}2 tests, 1 pass/m);
  expect(failure).toBe('violation tests-failed: 1 of 2 tests fails');

  const good = await call(root, 'good');
  expect(good).toMatchObject({ stdout: '', failure: undefined });
  expect(good.stderr).toMatch(/\n1 test, all pass\n$/);
});

it('says that there are no tests, and where they would be', async () => {
  const { stdout, stderr, failure } = await call(tinyProject(sources));
  expect({ stdout, failure }).toEqual({ stdout: '', failure: undefined });
  expect(stderr).toContain('no tests yet: write them in models/…/<model>.tests.yml beside a model\n');
});
