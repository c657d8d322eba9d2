import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { acknowledge } from '../../src/build/acknowledge.ts';
import { type BuildResult, build } from '../../src/build/build.ts';
import { publishPeriod } from '../../src/build/publish-period.ts';
import { showTable } from '../../src/build/show.ts';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { openProject } from '../../src/project/project.ts';
import { baseFiles, tinyProject, writeFiles } from './project.ts';

const now = '2026-03-12T06:00:00Z';

/** Two deals won in week 10, and one on the Tuesday after it. */
const files = {
  'handover.yml': baseFiles['handover.yml'].replace('deals.csv', 'dumps/*.csv'),
  'dumps/a.csv': 'deal_id,won_at,amount\nd1,2026-03-02T09:00:00Z,100\nd2,2026-03-03T10:00:00Z,250\n',
  'dumps/b.csv': 'deal_id,won_at,amount\nd3,2026-03-10T10:00:00Z,70\n',
};

function run(root: string): Promise<BuildResult> {
  return build(openProject(root), { now });
}

async function failureOf(work: Promise<unknown>): Promise<DiagnosticsError> {
  const error = await work.catch((caught: unknown) => caught);
  if (error instanceof DiagnosticsError) return error;
  throw new Error(`expected a DiagnosticsError, got ${error}`);
}

async function restatements(root: string, work = false) {
  return (await showTable(root, { table: 'restatements', limit: 0, work })).rows;
}

/** What the ledger says of a project's builds, whether they hold. */
function ledgerResults({ contracts }: BuildResult): string[] {
  return contracts.filter(({ rule }) => rule.startsWith('published')).map(({ observed }) => observed);
}

it('stops a build that shows something else than what was published, until somebody says why', async () => {
  const root = tinyProject(files);
  await run(root);
  expect(await publishPeriod(root, { period: '2026-W10' })).toEqual({
    file: 'metrics/published/2026-W10.csv',
    values: 1,
    notFinal: [],
    asOf: '2026-03-10T10:00:00Z',
  });
  expect(readFileSync(join(root, 'metrics/published/2026-W10.csv'), 'utf8')).toBe(
    'metric,version,value,numerator,denominator,target,status,is_final,as_of\nwon_deals,1,2,2,,,,true,2026-03-10T10:00:00Z\n',
  );
  expect(ledgerResults(await run(root))).toEqual(['1 as published']);

  writeFiles(root, { 'dumps/c.csv': 'deal_id,won_at,amount\nd4,2026-03-05T10:00:00Z,10\n' });
  const error = await failureOf(run(root));
  expect(error.kind).toBe('violation');
  expect(error.diagnostics[0]).toMatchObject({
    message:
      'won_deals: published(2026-W10) does not hold: 3 now, 2 when published; because 1 file loaded since: dumps/c.csv',
    file: 'metrics/published/2026-W10.csv',
    line: 2,
    expected: 'within 1 %, or acknowledged: handover publish --period 2026-W10 --acknowledge --reason "…"',
  });
  expect((await failureOf(publishPeriod(root, { period: '2026-W09' }))).diagnostics).toMatchObject([
    { code: 'not-published', message: 'the last run published nothing: contracts do not hold' },
  ]);

  const request = { period: '2026-W10', reason: 'A deal was logged late', by: 'Sales Director', on: '2026-03-12' };
  expect(await acknowledge(root, request)).toMatchObject([{ metric: 'won_deals', fromValue: 2, toValue: 3 }]);
  expect((await failureOf(acknowledge(root, request))).diagnostics).toMatchObject([{ code: 'nothing-to-acknowledge' }]);
  expect(ledgerResults(await run(root))).toEqual(['1 acknowledged']);
  expect(await restatements(root)).toMatchObject([
    {
      ...{ period: '2026-W10', metric: 'won_deals', value_published: 2, value_now: 3, difference: 1 },
      ...{ cause: 'late_data', cause_da: '1 fil indlæst siden: dumps/c.csv', is_beyond: true },
      ...{ reason: 'A deal was logged late', acknowledged_by: 'Sales Director', acknowledged_on: '2026-03-12' },
    },
  ]);

  writeFiles(root, { 'dumps/d.csv': 'deal_id,won_at,amount\nd5,2026-03-06T10:00:00Z,10\n' });
  expect((await failureOf(run(root))).diagnostics[0]?.message).toContain('4 now, 2 when published');

  // Somebody put the reason in better words, with an editor that leaves the end of the last line out.
  const words = join(root, 'metrics/published/restatements.csv');
  writeFiles(root, { 'metrics/published/restatements.csv': readFileSync(words, 'utf8').trimEnd() });
  await acknowledge(root, { ...request, reason: 'Two deals were logged late' });
  expect(readFileSync(words, 'utf8').trimEnd().split('\n')).toHaveLength(3);
  expect(ledgerResults(await run(root))).toEqual(['1 acknowledged']);
});

it('names the definitions that changed', async () => {
  const root = tinyProject(files);
  await run(root);
  await publishPeriod(root, { period: '2026-W10' });
  const metric = baseFiles['metrics/won_deals.yml'];
  const second = metric
    .replace('version: 1\n', 'version: 2\nfilter: amount > 100\n')
    .replace('First version }', 'First version }, { version: 2, why: Without small deals }');
  writeFiles(root, { 'metrics/won_deals.yml': second, 'metrics/won_deals.v1.yml': metric });
  await failureOf(run(root));
  expect(await restatements(root, true)).toMatchObject([
    {
      version_published: 1,
      version_now: 2,
      cause: 'definition',
      cause_en: 'metric version 1 → 2: Without small deals',
    },
  ]);

  // The same from April on leaves March as it was.
  writeFiles(root, { 'metrics/won_deals.yml': second.replace('unit:', 'effective_from: 2026-04-01\nunit:') });
  expect(ledgerResults(await run(root))).toEqual(['1 as published']);

  const model =
    'select deal_id, won_at::timestamptz as won_at, amount::integer as amount from raw.deals where amount < 200';
  writeFiles(root, { 'models/marts/deals.sql': model });
  await failureOf(run(root));
  expect(await restatements(root, true)).toMatchObject([{ cause: 'definition', cause_en: 'model changed: deals' }]);
});

it('finds nothing changed in another folder, with files of other names in another order', async () => {
  const root = tinyProject(files);
  await run(root);
  await publishPeriod(root, { period: '2026-W10' });
  const elsewhere = mkdtempSync(join(tmpdir(), 'handover-elsewhere-'));
  onTestFinished(() => rmSync(elsewhere, { recursive: true }));
  cpSync(root, elsewhere, { recursive: true, filter: (path) => !path.includes('target') });
  renameSync(join(elsewhere, 'dumps/a.csv'), join(elsewhere, 'dumps/z.csv'));
  expect(ledgerResults(await run(elsewhere))).toEqual(['1 as published']);
  expect(await restatements(elsewhere)).toEqual([]);
});

it('publishes only what is there, is over, and was not published before', async () => {
  const root = tinyProject(files);
  const codes = async (period: string): Promise<string | undefined> =>
    (await failureOf(publishPeriod(root, { period }))).diagnostics[0]?.code;
  expect(await codes('2026-W10')).toBe('nothing-built');
  await run(root);
  expect(await codes('2026-W11')).toBe('unfinished-period');
  expect(await codes('2026-W09')).toBe('unknown-period');
  const absent = await failureOf(publishPeriod(root, { period: '2026-W09' }));
  expect(absent.diagnostics[0]?.expected).toContain('such as 2026-W10');
  expect(await codes('week 10')).toBe('unknown-period');
  await publishPeriod(root, { period: '2026-W10' });
  expect(await codes('2026-W10')).toBe('published-before');
});
