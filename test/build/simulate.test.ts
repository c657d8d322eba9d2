import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { type Simulation, simulate } from '../../src/build/simulate.ts';
import { formatSimulation } from '../../src/commands/print-simulation.ts';
import type { Progress } from '../../src/diagnostics/progress.ts';
import { openProject } from '../../src/project/project.ts';
import { deadProcess } from './cli.ts';
import { failureOf } from './failure.ts';
import { agreement, events } from './five-leads.ts';
import { tinyProject, writeFiles } from './project.ts';

const now = '2026-03-20T06:00:00Z';
const asOf = '2026-03-13T12:00:00Z';

const root = mkdtempSync(join(tmpdir(), 'handover-simulate-'));
const target = join(root, 'target');
const draft = join(root, 'drafts/tighter.yml');
afterAll(() => rmSync(root, { recursive: true }));
beforeAll(async () => {
  writeFiles(root, {
    'handover.yml': `
name: simulated
extends: ${join(import.meta.dirname, '../..')}
sources:
  events: { kind: events, files: events.csv, time_zone: Europe/Copenhagen }
`,
    'events.csv': events,
    'metrics/agreements/first.yml': agreement('first', '2026-01-01', 120, 'DK, SE'),
    'metrics/agreements/second.yml': agreement('second', '2026-03-09', 30, 'DK, SE'),
    // Its own day lies far ahead.
    'drafts/tighter.yml': agreement('tighter', '2030-01-01', 100, 'DK'),
  });
  await build(openProject(root), { now, asOf });
}, 120_000);

const from = '2026-03-02';
const run = (more: { to?: string; agreement?: string; progress?: Progress; signal?: AbortSignal } = {}) =>
  simulate(openProject(root), { agreement: draft, from, now, ...more });

function kept({ promises }: Simulation, name: string) {
  const row = promises.find(({ promise }) => promise === name);
  return row && [row.kept_before, row.judged_before, row.kept_after, row.judged_after, row.changed];
}

describe('simulate', () => {
  it('judges the history by the draft, in the place of the agreements that begin later', async () => {
    const simulation = await run();
    expect(simulation).toMatchObject({ draft: 'tighter', from, to: null, asOf, warnings: [] });
    // As agreed fast and slow are met, never overdue and second, within 30 minutes, late; by the draft fast and second
    // are met, and slow is late.
    expect(kept(simulation, 'first_response')).toEqual([2, 4, 2, 4, 2]);
    expect(simulation.moves.filter(({ promise }) => promise === 'first_response')).toEqual([
      { promise: 'first_response', before: 'late', after: 'met', verdicts: 1 },
      { promise: 'first_response', before: 'met', after: 'late', verdicts: 1 },
      { promise: 'first_response', before: 'met', after: 'met', verdicts: 1 },
      { promise: 'first_response', before: 'overdue', after: 'overdue', verdicts: 1 },
    ]);
    // Of four MQLs three are of DK or SE, and two of DK.
    expect(kept(simulation, 'icp_match')).toEqual([3, 4, 2, 4, 1]);
    expect(simulation.promises.map(({ promise }) => promise)).toEqual(['first_response', 'icp_match']);
    expect(simulation.changes).toEqual([
      {
        ...{ promise: 'first_response', lead_id: 'slow', item: '1' },
        ...{ before: 'met', clause_before: 'first first_response', after: 'late' },
        clause_after: 'tighter first_response',
      },
      {
        ...{ promise: 'first_response', lead_id: 'second', item: '1' },
        ...{ before: 'late', clause_before: 'second first_response', after: 'met' },
        clause_after: 'tighter first_response',
      },
      {
        ...{ promise: 'icp_match', lead_id: 'slow', item: '1' },
        ...{ before: 'match', clause_before: 'first icp', after: 'no match', clause_after: 'tighter icp' },
      },
    ]);
  }, 60_000);

  it('compares up to a day, and leaves what begins then in force', async () => {
    const simulation = await run({ to: '2026-03-10' });
    expect(kept(simulation, 'first_response')).toEqual([2, 3, 1, 3, 1]);
    expect(kept(simulation, 'icp_match')).toEqual([2, 3, 1, 3, 1]);
  }, 60_000);

  it('takes the copy of an agreement for a draft as it is, id and all', async () => {
    const copy = await run({ agreement: join(root, 'metrics/agreements/first.yml'), to: '2026-03-09' });
    expect(copy.draft).toBe('first (draft)');
    expect(kept(copy, 'first_response')).toEqual([2, 3, 2, 3, 0]);
    expect(copy.changes).toEqual([]);
  }, 60_000);

  it('leaves no trace, whether it ends, fails or is stopped', async () => {
    const before = contents();
    // As a process that was killed leaves it.
    mkdirSync(join(target, `handover.simulate.${await deadProcess()}`));
    await run();
    await failureOf(run({ agreement: join(root, 'drafts/none.yml') }));
    const controller = new AbortController();
    const copies: string[] = [];
    const progress: Progress = {
      async task(title, work) {
        if (title === 'judge by the draft') {
          copies.push(...readdirSync(target).filter((name) => name.includes('.simulate.')));
          controller.abort();
        }
        return work(() => {});
      },
    };
    const stopped = await failureOf(run({ progress, signal: controller.signal }));
    expect(stopped.kind).toBe('interrupted');
    expect(stopped.diagnostics).toEqual([
      { code: 'interrupted', severity: 'error', message: 'stopped before it was done; nothing was changed' },
    ]);
    expect(copies).toEqual([`handover.simulate.${process.pid}`]);
    expect(contents()).toEqual(before);
  }, 60_000);

  it('tells what is wrong with the draft where it stands, and with the dates', async () => {
    writeFiles(root, {
      'drafts/wrong.yml': agreement('wrong', '2026-01-01', 100, 'DK')
        .replace('response_within_sla_rate', 'response_rate')
        .replace('Europe/Copenhagen', 'Europe/London'),
    });
    const wrong = await failureOf(run({ agreement: join(root, 'drafts/wrong.yml') }));
    expect(wrong.diagnostics.map(({ code, file, line }) => `${file}:${line} ${code}`)).toEqual([
      'drafts/wrong.yml:4 different-time-zone',
      'drafts/wrong.yml:13 unknown-metric',
    ]);
    const missing = await failureOf(run({ agreement: join(root, 'drafts/none.yml'), to: '2026-02-30' }));
    expect(missing.diagnostics.map(({ code }) => code)).toEqual(['invalid-option', 'no-file']);
    const reversed = await failureOf(run({ to: from }));
    expect(reversed.diagnostics[0]?.message).toBe(`--to ${from} is not after --from ${from}`);
  }, 60_000);

  it('begins on the day that the draft says itself, unless it is told', async () => {
    const own = await simulate(openProject(root), { agreement: join(root, 'metrics/agreements/second.yml'), now });
    expect(own).toMatchObject({ draft: 'second', from: '2026-03-09' });
    expect(kept(own, 'first_response')).toEqual([0, 1, 0, 1, 0]);
  }, 60_000);

  it('refuses to begin after the data end, by its own day too', async () => {
    const project = openProject(root);
    const message = (failure: Awaited<ReturnType<typeof failureOf>>) => failure.diagnostics[0]?.message;
    expect(message(await failureOf(simulate(project, { agreement: draft, from: '2026-03-14', now })))).toBe(
      '--from 2026-03-14 is after the data end (2026-03-13)',
    );
    expect(message(await failureOf(simulate(project, { agreement: draft, now })))).toBe(
      'effective_from 2030-01-01 is after the data end (2026-03-13)',
    );
  }, 60_000);

  it('warns of what no lead ever had', async () => {
    writeFiles(root, {
      'drafts/unseen.yml': agreement('unseen', '2026-01-01', 100, 'DK').replace('country', 'contry'),
    });
    const { warnings } = await run({ agreement: join(root, 'drafts/unseen.yml') });
    expect(warnings.map(({ code, file, message }) => `${file} ${code} ${message}`)).toEqual([
      'drafts/unseen.yml unseen-attribute no lead ever had a "contry"',
    ]);
  }, 60_000);

  it('needs a build', async () => {
    const project = openProject(tinyProject());
    const failure = await failureOf(simulate(project, { agreement: draft, from, now }));
    expect(failure.diagnostics[0]?.code).toBe('nothing-built');
  });

  it('prints what changes for people and for programs', async () => {
    const simulation = await run({ to: '2026-03-10' });
    const markdown = formatSimulation(simulation, 'markdown', true);
    expect(markdown).toContain(`# Draft tighter from ${from} until before 2026-03-10, data as of ${asOf}`);
    expect(markdown).toContain('| first response | 2 of 3 (66.7 %) | 1 of 3 (33.3 %) | 1 |');
    expect(markdown).toContain(
      '| first response | slow | 1 | met | first first_response | late | tighter first_response |',
    );
    const json: unknown = JSON.parse(formatSimulation(simulation, 'json', false));
    expect(json).toMatchObject({ draft: 'tighter', to: '2026-03-10', as_of: asOf });
    expect(json).not.toHaveProperty('changes');
  }, 60_000);
});

/** Everything that lies in the folder of the warehouse. */
function contents(): string[] {
  return readdirSync(target, { recursive: true, encoding: 'utf8' })
    .map((name) => `${name} ${contentOf(join(target, name))}`)
    .sort();
}

function contentOf(path: string): string {
  return statSync(path).isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'a folder';
}
