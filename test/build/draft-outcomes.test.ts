import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { judgeSiteDraft } from '../../src/build/draft-outcomes.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import type { Progress } from '../../src/diagnostics/progress.ts';
import { openProject } from '../../src/project/project.ts';
import { agreement, events } from './five-leads.ts';
import { writeFiles } from './project.ts';

const now = '2026-03-20T06:00:00Z';
const root = mkdtempSync(join(tmpdir(), 'handover-site-draft-'));
const tighter = 'metrics/agreements/drafts/tighter.yml';
const configured = (site: string) => `
name: drafted
extends: ${join(import.meta.dirname, '../..')}
sources:
  events: { kind: events, files: events.csv, time_zone: Europe/Copenhagen }
${site}`;
const withDraft = configured(`site: { draft: ${tighter} }\n`);
afterAll(() => rmSync(root, { recursive: true }));
beforeAll(async () => {
  writeFiles(root, {
    'handover.yml': withDraft,
    'events.csv': events,
    'metrics/agreements/first.yml': agreement('first', '2026-01-01', 120, 'DK, SE'),
    'metrics/agreements/second.yml': agreement('second', '2026-03-09', 30, 'DK, SE'),
    [tighter]: agreement('tighter', '2030-01-01', 100, 'DK'),
  });
  await build(openProject(root), { now, asOf: '2026-03-13T12:00:00Z', tool: 'test' });
}, 120_000);

/** As if the data reached into the second quarter; `tasks` are those that ran. */
async function judged(asOf = '2026-04-01T06:00:00Z') {
  const tasks: string[] = [];
  const progress: Progress = {
    task: async (name, work) => {
      tasks.push(name);
      return work(() => undefined);
    },
  };
  const found = await judgeSiteDraft(openProject(root), { now, asOf, progress });
  return { ...found, tasks };
}

const told = ({ severity, code, file, line, message }: Diagnostic) => `${severity} ${code} ${file}:${line} ${message}`;
const common = { draft: 'tighter', firstDate: '2026-01-01', lastDate: '2026-03-31' };

describe('judgeSiteDraft', () => {
  it('says nothing of the drafts folder', () => {
    expect(openProject(root).warnings).toEqual([]);
    expect(openProject(root).agreements.map(({ id }) => id)).toEqual(['first', 'second']);
  });

  it('judges the last quarter that is over, and only once', async () => {
    const first = await judged();
    // As agreed fast, slow and early are met; by the draft, within 100 minutes, fast and second. Of DK are these two alone.
    expect(first).toMatchObject({
      warnings: [],
      outcomes: [
        {
          ...{ ...common, clause: 'first_response', side: 'sales' },
          ...{ judgedBefore: 5, keptBefore: 3, judgedAfter: 5, keptAfter: 2, changed: 3 },
        },
        {
          ...{ ...common, clause: 'icp_match', side: 'marketing' },
          ...{ judgedBefore: 5, keptBefore: 4, judgedAfter: 5, keptAfter: 2, changed: 2 },
        },
      ],
    });
    expect(first.tasks).toContain('judge by the draft');
    expect(await judged()).toEqual({ ...first, tasks: [] });
    expect(readdirSync(join(root, 'target')).filter((name) => name.includes('simulate'))).toEqual([]);
  }, 60_000);

  it('judges again when the draft is another', async () => {
    const before = readFileSync(join(root, tighter), 'utf8');
    writeFileSync(join(root, tighter), agreement('wider', '2030-01-01', 100, 'DK, SE'));
    const { outcomes, tasks } = await judged();
    writeFileSync(join(root, tighter), before);
    expect(tasks).toContain('judge by the draft');
    expect(outcomes?.map(({ draft, clause, changed }) => `${draft} ${clause} ${changed}`)).toEqual([
      'wider first_response 3',
      'wider icp_match 0',
    ]);
  }, 60_000);

  it('warns of a quarter without leads', async () => {
    const { outcomes, warnings } = await judged('2026-03-13T12:00:00Z');
    expect(outcomes).toEqual([]);
    expect(warnings?.map(told)).toEqual([
      'warning draft-not-judged handover.yml:6' +
        ' no lead from 2025-10-01 to 2025-12-31, the last quarter that is over, can be judged by the draft',
    ]);
  }, 60_000);

  it('warns of a draft that is wrong, and of one that is not there', async () => {
    const before = readFileSync(join(root, tighter), 'utf8');
    writeFileSync(join(root, tighter), before.replace('time_zone: Europe/Copenhagen', 'time_zone: Copenhagen'));
    const wrong = await judged();
    rmSync(join(root, tighter));
    const missing = await judged();
    writeFileSync(join(root, tighter), before);
    const skipped = `warning draft-not-judged handover.yml:6 the draft ${tighter} cannot be judged; the site is built without it`;
    expect(wrong.outcomes).toEqual([]);
    expect(wrong.warnings?.map(told)).toEqual([skipped, expect.stringContaining(`warning`)]);
    expect(wrong.warnings?.[1]?.file).toBe(tighter);
    expect(missing.warnings?.map(told)).toEqual([skipped, expect.stringContaining('no file')]);
  });

  it('is nothing where no draft is named', async () => {
    writeFileSync(join(root, 'handover.yml'), configured(''));
    expect(await judged()).toEqual({ tasks: [] });
    writeFileSync(join(root, 'handover.yml'), withDraft);
    expect(existsSync(join(root, 'target/handover.draft.json'))).toBe(true);
  });

  it('stops when it is told to', async () => {
    writeFileSync(join(root, 'handover.yml'), withDraft);
    const stopped = judgeSiteDraft(openProject(root), {
      ...{ now, asOf: '2026-07-02T06:00:00Z', signal: AbortSignal.abort() },
      progress: { task: (_, work) => work(() => undefined) },
    });
    await expect(stopped).rejects.toMatchObject({ kind: 'interrupted' });
  });
});
