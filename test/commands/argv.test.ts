import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { writeFiles } from '../build/project.ts';

// The program as people start it: data on stdout and nothing else there, all that is said on stderr, and its exit code.

const root = mkdtempSync(join(tmpdir(), 'handover-argv-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const files = {
  'handover.yml': 'name: tiny\nsources:\n  deals: { kind: table, files: deals.csv, recorded_at: won_at }\n',
  'deals.csv': 'deal_id,won_at,amount\nd1,2026-03-02T09:00:00Z,100\nd2,2026-03-03T10:00:00Z,250\n',
  'models/staging/stg_deals.sql': 'select deal_id, amount::integer as euro\nfrom raw.deals\n',
  'models/staging/stg_deals.yml': 'name: stg_deals\ndescription: Deals.\nmaterialized: ephemeral\n',
  'models/marts/totals.v1.sql': 'select sum(euro) as total\nfrom stg_deals\n',
  'models/marts/totals.v2.sql': 'select sum(euro) as total, count(*) as deals\nfrom stg_deals; -- all of them\n',
  'models/marts/totals.yml': `
name: totals
description: All of it.
versions:
  - { version: 1, change: The sum., why: First version, deprecated_on: 2099-12-31 }
  - { version: 2, change: The number too., why: Asked for }
`,
  'models/marts/totals.tests.yml': `
tests:
  - name: two deals are added up
    given: { stg_deals: [{ euro: 1 }, { euro: 2 }] }
    expect: [{ total: 4, deals: 2 }]
`,
  'models/marts/pinned.sql': 'select total\nfrom totals_v1\n',
  'models/marts/pinned.yml': 'name: pinned\ndescription: Not moved yet.\n',
};

/** Runs the program in the project. */
async function handover(...call: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = join(import.meta.dirname, '../../bin/handover.mjs');
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [program, ...call], { cwd: root })) };
  } catch (error) {
    const { code, stdout, stderr } = failedProcess.parse(error);
    return { code, stdout, stderr };
  }
}

const failedProcess = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });

const warning = `warning models/marts/pinned.sql:2:6 model "pinned" reads version 1 of "totals", which may be used until 2099-12-31 [deprecated-version]
    1 | select total
  > 2 | from totals_v1
      |      ^
  fix: Read "totals", which is the latest version: 2, The number too.
`;

beforeAll(async () => {
  writeFiles(root, files);
  const { code, stdout, stderr } = await handover('build', '--no-color');
  expect(stderr).toContain(warning);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
});

it('ls --names: a name a line, in the order in which they run', async () => {
  expect(await handover('ls', '--names', '--select', '+pinned')).toEqual({
    code: 0,
    stdout: 'stg_deals\ntotals_v1\npinned\n',
    stderr: '',
  });
});

it('ls --lineage: a chart that can be pasted', async () => {
  expect(await handover('ls', '--lineage', '--format', 'mermaid', '--select', 'totals.v2')).toEqual({
    code: 0,
    stdout: `graph LR
    model_stg_deals["stg_deals"]
    model_totals_v2["totals_v2"]
    model_stg_deals --> model_totals_v2
    classDef outside stroke-dasharray: 4
    class model_stg_deals outside
`,
    stderr: '',
  });
});

it('ls --column: where it comes from, and what it feeds', async () => {
  expect(await handover('ls', '--column', 'totals.total')).toEqual({
    code: 0,
    stdout: `made of
  totals.total
  └─ totals_v2.total
     └─ stg_deals.euro
          ← raw.deals.amount

feeds
  no other column
`,
    stderr: '',
  });
});

it('compile: the SQL that runs, which runs when it is pasted', async () => {
  const { code, stdout, stderr } = await handover('compile', 'totals.v2');
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: `with
"stg_deals" as (
select deal_id, amount::integer as euro
from raw.deals
)
select * from (
select sum(euro) as total, count(*) as deals
from stg_deals
)
`,
    stderr: '',
  });
});

it('show --inline: rows on stdout, their origin on stderr', async () => {
  const { code, stdout, stderr } = await handover('show', '--inline', 'from totals', '--format', 'csv');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'total,deals\n350,2\n' });
  expect(stderr).not.toContain('350');
  expect(await handover('show', '--inline', 'from totals', '--format', 'csv', '--quiet')).toEqual({
    code: 0,
    stdout: 'total,deals\n350,2\n',
    stderr: '',
  });
});

it('test: a failing one is printed as a difference, and is no success', async () => {
  const { code, stdout, stderr } = await handover('test', '--no-color');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`fails models/marts/totals.tests.yml:3:11 totals_v2: two deals are added up
  1 row differs
    ~ expected → found
      total  deals
    ~ 4 → 3  2
`);
  expect(stderr).toContain('error 1 of 1 test fails [tests-failed]\n');
});

it.each([
  [['ls', '--select', 'totlas'], 'Did you mean "totals"?'],
  [['ls', '--format', 'mermaid'], 'models cannot be listed as mermaid'],
  [['ls', '--column', 'totals.totla'], 'Did you mean "total"?'],
  [['compile'], 'no model is named'],
  [['show', '--inline', 'select totl from totals'], 'Did you mean "total"?'],
  [['build', '--as-of', 'yesterday'], '--as-of "yesterday" is not an instant'],
  [['biuld'], "unknown command 'biuld'"],
])('%j is a mistake of the call, told on stderr', async (call, reason) => {
  const { code, stdout, stderr } = await handover(...call, '--no-color');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(reason);
  expect(stderr).not.toMatch(/^\s+at .*\.(ts|js|mjs):\d+/m);
});
