import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { bundleForTests } from '../build/cli.ts';
import { writeFiles } from '../build/project.ts';

const cli = bundleForTests();
const root = mkdtempSync(join(tmpdir(), 'handover-query-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const yml = (name: string, more: string) => `
name: ${name}
label: { en: The ${name}, da: Det ${name} }
description: { en: What it says., da: Hvad det siger. }
owner: sales
model: calls
direction: up
dimensions: [team, country]
minimum_sample: 2
${more}`;

beforeAll(async () => {
  writeFiles(root, {
    'handover.yml': 'name: calls\nsources:\n  calls: { kind: table, files: calls.csv, recorded_at: called_at }\n',
    'calls.csv': `call_id,called_at,team,country,minutes,is_met
c1,2026-02-02T09:00:00Z,north,DK,10,true
c2,2026-02-03T09:00:00Z,north,DK,20,false
c3,2026-02-04T09:00:00Z,south,SE,30,true
c4,2026-03-02T09:00:00Z,north,DK,40,true
c5,2026-03-03T10:00:00Z,south,DK,,true
`,
    'models/marts/calls.sql': `
select call_id, called_at::timestamptz as called_at, team, country, minutes::double as minutes, is_met::boolean as is_met
from raw.calls`,
    'models/marts/calls.yml': 'name: calls\ndescription: Calls.\ngrain: [call_id]\n',
    'metrics/met_rate.yml': yml(
      'met_rate',
      `type: ratio
time: called_at
numerator: is_met
denominator: "true"
unit: percent
contract: { range: [0, 1] }
version: 2
changes:
  - { version: 1, why: First version }
  - { version: 2, why: Everything counts, approved_by: [Sales Director] }
`,
    ),
    'metrics/call_p90.yml': yml(
      'call_p90',
      `type: percentile
time: called_at
value: minutes
percentile: 0.9
unit: minutes
changes: [{ version: 1, why: First version }]
`,
    ),
  });
  await build(openProject(root), { now: '2026-03-10T06:00:00.000Z' });
});

/** Runs `handover query` in the project. */
async function query(...call: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [cli, 'query', ...call], { cwd: root })) };
  } catch (error) {
    const { code, stdout, stderr } = failedProcess.parse(error);
    return { code, stdout, stderr };
  }
}

const failedProcess = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });

describe('handover query', () => {
  it('prints what people need, in units, with what to be careful about', async () => {
    const { code, stdout, stderr } = await query(
      'met_rate',
      'call_p90',
      '--compare',
      'previous',
      '--format',
      'markdown',
    );
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `| metric   | period start |       value |      n | 95 % interval | previous | difference | change | note            |
| -------- | ------------ | ----------: | -----: | ------------: | -------: | ---------: | ------ | --------------- |
| call_p90 | 2026-02-01   |      28 min |      3 |      ≥ 10 min |        – |          – | –      |                 |
| call_p90 | 2026-03-01   | over 40 min |      2 |      ≥ 40 min |        – |          – | –      | period not over |
| met_rate | 2026-02-01   |      66.7 % | 2 of 3 | 20.8 – 93.9 % |        – |          – | –      |                 |
| met_rate | 2026-03-01   |       100 % | 2 of 2 |  34.2 – 100 % |        – |          – | –      | period not over |
`,
    });
    expect(stderr).toBe('published, data as of 2026-03-03T10:00:00Z\n');
  });

  it('prints combinations under a condition as data', async () => {
    const call = ['met_rate', '--by', 'country, team', '--where', "country = 'DK'", '--from', '2026-03-01'];
    const { stdout } = await query(...call, '--format', 'csv', '--quiet');
    const [head, ...lines] = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(',').slice(0, 12).join());
    expect(head).toBe(
      'metric,version,grain,period_start,period_end,country,team,unit,value,numerator,denominator,lower_95',
    );
    expect(lines).toEqual([
      expect.stringMatching(/^met_rate,2,month,2026-03-01,2026-04-01,DK,north,percent,1,1,1,0\.206/),
      expect.stringMatching(/^met_rate,2,month,2026-03-01,2026-04-01,DK,south,percent,1,1,1,0\.206/),
    ]);
  });

  it('prints a table without rows', async () => {
    expect(await query('met_rate', '--from', '2027-01-01', '--format', 'markdown', '--quiet')).toEqual({
      code: 0,
      stdout: '| metric | period start | value |   n |\n| ------ | ------------ | ----: | --: |\n',
      stderr: '',
    });
  });

  it('says where no period is asked for that has values', async () => {
    const { stderr } = await query('met_rate', '--from', '2027-01-01');
    expect(stderr).toBe('published, data as of 2026-03-03T10:00:00Z; no values in these periods\n');
  });

  it('--explain tells what stands behind the answer', async () => {
    const { stdout } = await query('met_rate', '--by', 'team,country', '--explain', '--lang', 'da');
    const [told = '', sql = ''] = stdout.split('\nSQL\n');
    expect(told).toContain('Det met_rate (met_rate, version 2)\nmetrics/met_rate.yml\n');
    expect(told).toContain('  1: First version\n  2: Everything counts (approved by Sales Director)\n');
    expect(told).toContain(
      'made of\n  calls: called_at, country, is_met, team\n  which come from\n    raw.calls: called_at',
    );
    expect(told).toMatch(/contracts\n[\s\S]*range holds: \d+ values inside; expected from 0 to 1/);
    expect(sql).toContain('grouping sets');
    const shown = await promisify(execFile)(process.execPath, [cli, 'show', '--inline', sql, '--format', 'json'], {
      cwd: root,
    });
    expect(JSON.parse(shown.stdout)).toHaveLength(4);
  });

  it('--explain as JSON holds the whole definition', async () => {
    const { stdout } = await query('call_p90', '--explain', '--format', 'json', '--quiet');
    expect(JSON.parse(stdout)).toMatchObject([
      {
        definition: { name: 'call_p90', type: 'percentile', percentile: 0.9 },
        ...{ models: ['calls'], promises: [] },
        sql: expect.stringContaining('from main.metric_values'),
        buildSql: expect.stringContaining('from "main"."calls" as model'),
      },
    ]);
    const cut = await query('call_p90', '--explain', '--format', 'json', '--quiet', '--by', 'team,country');
    expect(JSON.parse(cut.stdout)).toMatchObject([
      { sql: expect.stringContaining('from "main"."calls" as model'), buildSql: null },
    ]);
  });

  it.each([
    [
      ['met_rate', '--where', "contry = 'DK'"],
      `error where:1:1 met_rate has no dimension "contry" [unknown-dimension]
  > 1 | contry = 'DK'
      | ^
  expected: it has the dimensions team, country
  fix: Did you mean "country"?
`,
    ],
    [['met_rates'], 'fix: Did you mean "met_rate"?'],
    [['met_rate', '--by', 'team,regoin'], 'met_rate has no dimension "regoin"'],
    [['met_rate', '--grain', 'year'], 'Allowed choices are week, month, quarter.'],
    [['met_rate', '--compare', 'last'], 'Allowed choices are previous.'],
    [['met_rate', '--explain', '--format', 'csv'], 'an explanation cannot be printed as csv'],
    [['met_rate', '--warehouse', 'nowhere.duckdb'], 'nothing was built yet'],
    [['met_rate', '--as-of', '2026-02-15T00:00:00Z'], '--as-of works with build; query tells what was published'],
    [['met_rate', '--where', 'team = "north"'], "fix: If it is a text, write 'north': double quotes are around names."],
  ])('%j is a mistake of the call, told on stderr', async (call, reason) => {
    const { code, stdout, stderr } = await query(...call, '--no-color');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(reason);
    expect(stderr).not.toMatch(/^\s+at .*\.(ts|js|mjs):\d+/m);
  });
});
