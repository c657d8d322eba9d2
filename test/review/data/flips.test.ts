import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../src/build/build.ts';
import { openProject } from '../../../src/project/project.ts';
import { compareData } from '../../../src/review/data/data.ts';
import type { DataReview, Side } from '../../../src/review/types.ts';
import { quoteLiteral, Warehouse } from '../../../src/warehouse/warehouse.ts';
import { agreement, events } from '../../build/five-leads.ts';
import { writeFiles } from '../../build/project.ts';
import { reachOfNames, sideOf } from '../definitions/sides.ts';

const now = '2026-03-20T06:00:00Z';
const asOf = '2026-03-13T12:00:00Z';
const home = join(import.meta.dirname, '../../..');

const first = 'metrics/agreements/first.yml';
const definitions: Readonly<Record<string, string>> = {
  'handover.yml': `
name: reviewed
extends: ${home}
sources:
  events: { kind: events, files: events.csv, time_zone: Europe/Copenhagen }
`,
  [first]: agreement('first', '2026-01-01', 120, 'DK, SE'),
  'metrics/agreements/second.yml': agreement('second', '2026-03-09', 30, 'DK, SE'),
};

const folder = mkdtempSync(join(tmpdir(), 'handover-flips-'));
const root = join(folder, 'built');
let base: Side;
let heads = 0;
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await builtAlone(root, {});
  writeFiles(join(folder, 'base'), definitions);
  base = await sideOf(join(folder, 'base'));
});

async function builtAlone(path: string, changes: Readonly<Record<string, string>>): Promise<string> {
  writeFiles(path, { ...definitions, ...changes, 'events.csv': events });
  return (await build(openProject(path), { now, asOf })).published;
}

/** What becomes of the leads when these files are others, and these models, or all that read an agreement, are reached. */
async function reviewOf(changes: Readonly<Record<string, string>>, models?: readonly string[]): Promise<DataReview> {
  const path = join(folder, `head-${heads++}`);
  writeFiles(path, { ...definitions, ...changes });
  const head = await sideOf(path);
  const readers = (head.planned ?? []).filter(({ readsTables }) => readsTables.some((name) => name.startsWith('sla.')));
  const reach = reachOfNames([base, head], {
    models: models ?? readers.map(({ file }) => file.name),
    metrics: ['response_within_sla_rate'],
  });
  const outcome = await compareData({ root, base, head, reach, changes: [] }, { now });
  if (outcome.kind !== 'compared') throw new Error(JSON.stringify(outcome));
  return outcome;
}

describe('compareFlips', () => {
  const tighter = { [first]: agreement('first', '2026-01-01', 100, 'DK') };

  it('tells which verdicts change and by which clause, as two builds of their own do', async () => {
    const { flips, metrics } = await reviewOf(tighter);
    expect(flips).toMatchObject({ verdicts: 4, leads: 2 });
    const [response, icp] = [
      { promise: 'first_response', clauseBefore: 'first first_response', clauseAfter: 'first first_response' },
      { promise: 'icp_match', clauseBefore: 'first icp', clauseAfter: 'first icp' },
    ];
    expect(flips.counts).toEqual([
      { ...response, before: 'met', after: 'late', verdicts: 2 },
      { ...icp, before: 'match', after: 'no match', verdicts: 2 },
    ]);
    expect(flips.list).toEqual([
      { ...response, leadId: 'early', item: '1', before: 'met', after: 'late' },
      { ...response, leadId: 'slow', item: '1', before: 'met', after: 'late' },
      { ...icp, leadId: 'early', item: '1', before: 'match', after: 'no match' },
      { ...icp, leadId: 'slow', item: '1', before: 'match', after: 'no match' },
    ]);
    // Of the week of early, whose MQL is the only one, all were answered in time, and then none.
    expect(metrics[0]?.totals.find(({ period }) => period === '2026-W09')).toMatchObject({ before: 1, after: 0 });

    const after = await builtAlone(join(folder, 'alone'), tighter);
    const both = await Warehouse.open(':memory:', { threads: 1 });
    try {
      await both.run(`
        attach ${quoteLiteral(join(root, 'target/handover.duckdb'))} as b (read_only);
        attach ${quoteLiteral(after)} as a (read_only)`);
      const alone = await both.rows(`
        select lead_id as "leadId", old.status as before, new.status as after
        from b.main.lead_responses as old
        full join a.main.lead_responses as new using (lead_id, cycle_no)
        where old.status is distinct from new.status
        order by lead_id`);
      const found = flips.list.filter(({ promise }) => promise === 'first_response');
      expect(found.map((flip) => ({ leadId: flip.leadId, before: flip.before, after: flip.after }))).toEqual(alone);
    } finally {
      both.close();
    }
  });

  it('calls the verdict none of a lead that is not judged on a side', async () => {
    // The agreement begins after `early`.
    const { flips } = await reviewOf({ [first]: agreement('first', '2026-03-01', 120, 'DK, SE') });
    expect(flips.list).toEqual([
      {
        ...{ promise: 'first_response', leadId: 'early', item: '1', before: 'met', after: 'none' },
        ...{ clauseBefore: 'first first_response', clauseAfter: null },
      },
      {
        ...{ promise: 'icp_match', leadId: 'early', item: '1', before: 'match', after: 'none' },
        ...{ clauseBefore: 'first icp', clauseAfter: null },
      },
    ]);
  });

  it('counts what only a model of the head says as other: it could be anything', async () => {
    const text = readFileSync(join(home, 'models/marts/lead_responses.sql'), 'utf8');
    const { flips } = await reviewOf(
      {
        'models/marts/lead_responses.sql': `
with made as (
${text}
)
select * replace (
    if(lead_id = 'slow', 'call +45 12 34 56 78', status) as status,
    if(lead_id in ('slow', 'fast'), 'of ' || lead_id, promise) as promise
) from made`,
        'models/marts/lead_responses.yml': 'name: lead_responses\ndescription: Another.\nmaterialized: table\n',
      },
      ['lead_responses'],
    );
    expect(flips.counts).toEqual([
      {
        ...{ promise: 'first_response', before: 'met', after: 'other', verdicts: 1 },
        ...{ clauseBefore: 'first first_response', clauseAfter: 'other' },
      },
    ]);
    expect(flips.list).toMatchObject([{ leadId: 'slow', after: 'call +45 12 34 56 78', clauseAfter: 'first of slow' }]);
  });
});
