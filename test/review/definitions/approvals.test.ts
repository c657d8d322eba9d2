import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ledgerInputs } from '../../../src/build/ledger-inputs.ts';
import { openProject } from '../../../src/project/project.ts';
import { termsOf } from '../../../src/review/definitions/agreement-terms.ts';

const root = join(import.meta.dirname, '../../..');
const project = openProject(root);

test.each(project.agreements)(
  'both sides approved the terms of $id as they are, before it took effect',
  (agreement) => {
    const terms = termsOf(agreement);
    expect(agreement.approvals).toMatchObject([
      { by: 'marketing', terms },
      { by: 'sales', terms },
    ]);
    expect(agreement.approvals.every(({ on }) => on < agreement.effectiveFrom)).toBe(true);
  },
);

test('who approved an agreement is nothing that published values are made from', () => {
  const published = readFileSync(join(root, 'metrics', 'published', 'inputs.csv'), 'utf8');
  const nothingLoaded = { declarations: {}, files: [], newestRecordedAt: [], textsExpireAt: null };
  const hashes = ledgerInputs(project, [], nothingLoaded).all.filter(({ kind }) => kind === 'agreement');
  expect(hashes.map(({ name }) => name)).toEqual(['2026-h1', '2026-h2']);
  for (const { name, hash } of hashes) expect(published).toContain(`,agreement,${name},${hash}\n`);
});
