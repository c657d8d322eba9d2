import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { build } from '../../src/build/build.ts';
import { type CheckResult, checkBuilt } from '../../src/build/check-contracts.ts';
import { openProject } from '../../src/project/project.ts';
import { failureOf } from './failure.ts';
import { baseFiles, tinyProject, writeFiles } from './project.ts';

const now = '2026-03-04T06:00:00Z';
const check = (root: string): Promise<CheckResult> => checkBuilt(openProject(root), { now });
const outcomes = ({ results }: CheckResult) =>
  Object.fromEntries(
    results.map(({ rule, passed, observed }) => [rule, `${passed ? 'holds' : 'breaks'}: ${observed}`]),
  );

const contract = (text: string) =>
  baseFiles['metrics/won_deals.yml'].replace('contract: { range: [0, 100] }', `contract: ${text}`);

describe('check', () => {
  test('without a build says so', async () => {
    const { kind, diagnostics } = await failureOf(check(tinyProject()));
    expect(kind).toBe('invalid');
    expect(diagnostics).toMatchObject([{ code: 'nothing-built', message: 'nothing was built yet' }]);
  });

  test('looks at what was built by the contracts as they are now, and changes nothing that is published', async () => {
    const root = tinyProject();
    const built = await build(openProject(root), { now });
    const first = await check(root);
    expect(first.asOf).toBe('2026-03-03T10:00:00Z');
    expect(first.warnings).toEqual([]);
    expect(first.results.map(({ rule, passed }) => [rule, passed])).toEqual(
      built.contracts.map(({ rule, passed }) => [rule, passed]),
    );

    // The dump is not looked at, and what holds for it is not asked.
    const published = { stat: statSync(built.published).mtimeMs, bytes: readFileSync(built.published) };
    writeFiles(root, {
      'deals.csv': 'deal_id,won_at,amount\n',
      'metrics/won_deals.yml': contract(
        `{ range: [0, 1], unique: true, sql: [{ name: small, select: from deals where amount > 200, severity: warn }] }`,
      ),
    });
    const second = await check(root);
    expect(outcomes(second)).toMatchObject({
      range: expect.stringMatching(/^breaks: \d+ of \d+ values outside: 2 in month 2026-03-01/),
      'unique(deal_id)': 'holds: every key once',
      'sql(small)': `breaks: 1 row: {'deal_id': d2, 'won_at': '2026-03-03 10:00:00+00', 'amount': 250}`,
    });
    expect(statSync(built.published).mtimeMs).toBe(published.stat);
    expect(readFileSync(built.published).equals(published.bytes)).toBe(true);
    expect(existsSync(join(root, 'target/handover.lock'))).toBe(false);

    // Neither a new model nor a changed one runs.
    writeFiles(root, {
      'models/marts/deals.sql': `${readFileSync(join(root, 'models/marts/deals.sql'), 'utf8')} where true`,
      'models/marts/later.sql': 'select deal_id from deals',
      'metrics/late_deals.yml': contract('{ range: [0, 1] }').replace('won_deals', 'late_deals'),
    });
    const third = await check(root);
    expect(outcomes(third)).toEqual(outcomes(second));
    expect(third.warnings.filter(({ code }) => code === 'not-up-to-date')).toMatchObject([
      { severity: 'warning', message: '1 model or metric changed since the last build: deals' },
      { severity: 'warning', message: 'not built yet, and not checked: later, late_deals' },
    ]);
  });
});
