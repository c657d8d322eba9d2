import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ledgerInputs } from '../../../src/build/ledger-inputs.ts';
import { openProject } from '../../../src/project/project.ts';
import { termsOf } from '../../../src/review/definitions/agreement-terms.ts';

const root = join(import.meta.dirname, '../../..');
const project = openProject(root);

test.each(project.agreements)('both sides approved the terms of $id as they are', (agreement) => {
  const terms = termsOf(agreement);
  const sides = agreement.approvals.filter((approval) => approval.terms === terms).map(({ by }) => by);
  expect(sides).toEqual(['marketing', 'sales']);
});

test('who approved an agreement is nothing that published values are made from', () => {
  const nothingLoaded = { declarations: {}, files: [], newestRecordedAt: [], textsExpireAt: null };
  const hashes = (agreements: typeof project.agreements): unknown =>
    ledgerInputs({ ...project, agreements }, [], nothingLoaded).all.filter(({ kind }) => kind === 'agreement');
  const unapproved = project.agreements.map((agreement) => ({ ...agreement, approvals: [] }));
  expect(hashes(project.agreements)).toHaveLength(2);
  expect(hashes(unapproved)).toEqual(hashes(project.agreements));
});
