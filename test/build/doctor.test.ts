import { expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { checkSetup } from '../../src/build/doctor.ts';
import { openProject } from '../../src/project/project.ts';
import { tinyProject, writeFiles } from './project.ts';

const told = async (root: string, nodeVersion = 'v20.19.0') =>
  (await checkSetup(openProject(root), { nodeVersion })).map(
    ({ check, ok, found }) => `${ok ? 'ok' : 'NO'} ${check}: ${found}`,
  );

it('says what a build finds, before and after one', async () => {
  const root = tinyProject();
  expect(await told(root)).toEqual([
    'ok node: v20.19.0',
    'ok project: tiny: 1 models, 1 metrics, 0 agreements',
    'ok source deals: 1 files, 0.0 MB',
    'ok salt: none, and none is needed',
    'ok work file: none yet',
    'ok published: nothing yet: run "handover build"',
  ]);
  await build(openProject(root), { now: '2026-03-04T06:00:00Z' });
  expect((await told(root)).slice(4)).toEqual([
    expect.stringMatching(/^ok work file: opens, [\d.]+ MB$/),
    'ok published: data as of 2026-03-03T10:00:00Z, 16 tables',
  ]);
});

it('says what is missing and how to mend it', async () => {
  const root = tinyProject();
  writeFiles(root, {
    'handover.yml': 'name: tiny\nsources:\n  crm: { files: "no-such/*.csv", personal: { lead_id: hash } }\n',
    'target/handover.work.duckdb': 'not a database',
  });
  const checks = await checkSetup(openProject(root), { nodeVersion: 'v18.20.0' });
  expect(checks.filter(({ ok }) => !ok)).toMatchObject([
    { check: 'node', fix: 'Install Node 20.19 or newer.' },
    { check: 'source crm', found: 'no file matches "no-such/*.csv"' },
    { check: 'salt', found: 'none' },
    { check: 'work file', found: expect.stringContaining('cannot open') },
  ]);
});
