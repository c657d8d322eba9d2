import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

// The benchmarks are plain JavaScript, run by node as they are.
const { renderResults } = await import(new URL('../../bench/render.mjs', import.meta.url).href);
const { compare, limitMemory } = await import(new URL('../../bench/measure.mjs', import.meta.url).href);
const { stageSeconds } = await import(new URL('../../bench/artefacts.mjs', import.meta.url).href);

const machine = { processor: 'A processor', cores: 2, memoryGb: 24, node: 'v20', duckdb: '1.5', handover: '0.1.0' };
const pair = (ours: number, base: number) => ({ ours: { wallSeconds: ours }, base: { wallSeconds: base } });
const render = (result: object, causes?: object[]): string =>
  renderResults({ some: { title: 'Some', explanation: 'Why.', causes } }, { some: { runs: 1, machine, ...result } });

describe('results as Markdown', () => {
  it('says of each target whether it is met, and of each that is not why', () => {
    const figures = [
      compare({ name: 'quick', against: 'by hand', target: 1.5 }, [pair(1, 1), pair(2, 1), pair(1.2, 1)]),
      compare({ name: 'slow, 10 events', against: 'by hand', target: 1.5 }, [pair(2, 1)]),
      compare({ name: 'odd', against: 'by hand', target: 1.5 }, [pair(3, 1)]),
      compare({ name: 'unjudged', against: 'by hand' }, [pair(3, 1)]),
    ];
    const text = render({ figures }, [{ of: 'slow', why: 'it waits.' }]);
    expect(text).toContain('| quick | 1.20 s | by hand | 1.00 s | 1.2× | ≤ 1.5× | yes | – | – | – |');
    expect(text).toContain('| unjudged | 3.00 s | by hand | 1.00 s | 3× | – | – | – | – | – |');
    expect(text).toContain('- slow, 10 events (against by hand): it waits.');
    expect(text).toContain('- odd (against by hand): the cause is not known.');
    expect(text).not.toContain('- quick');
    expect(text).not.toContain('- unjudged');
  });

  it('tells memory without a limit and judges it with one', () => {
    const builds = [{ ours: { memoryMb: 900 } }, { ours: { memoryMb: 2100 } }];
    const text = render({ memory: [limitMemory('free', undefined, builds), limitMemory('bound', 2000, builds)] });
    expect(text).toContain('| free | 2100 | – | – |');
    expect(text).toContain('| bound | 2100 | < 2000 | **no** |');
    expect(text).toContain('- bound: the cause is not known.');
  });

  it('sets the stages of builds side by side', () => {
    const builds = [
      { name: 'small', seconds: { load: 1, models: 2.04 }, usage: { wallSeconds: 3.5, memoryMb: 100 } },
      { name: 'large', seconds: { load: 10, models: 25 }, usage: { wallSeconds: 36, memoryMb: 1000 } },
    ];
    const text = render({ stages: [{ builds }] });
    expect(text).toContain('| seconds by stage | small | large |');
    expect(text).toContain('| models | 2.0 | 25.0 |');
    expect(text).toContain('| in all | 3.5 | 36.0 |');
    expect(text).toContain('| most memory | 100 MB | 1000 MB |');
  });

  it('leaves out what no suite measures any more', () => {
    expect(renderResults({}, { gone: { runs: 1, machine } })).not.toContain('gone');
  });
});

describe('seconds by stage', () => {
  const project = mkdtempSync(join(tmpdir(), 'handover-stages-'));
  afterAll(() => rmSync(project, { recursive: true }));
  const messages = `read the project  0.2 s
load  1 of 11 files, 10,208,959 rows  0.8 s
check models and metrics  0.1 s
model stg_events  view  because dumps/load 9.9 s.parquet is new  0.0 s
model lead_cycles  1,067,668 rows  2.3 s
evaluate metrics  22 of 22 metrics, 28,802 values  6.6 s
check contracts  787 of 787 hold  26.5 s
publish  39 tables  28.2 s

published target/handover.duckdb
`;

  it('takes what the build printed, and models and metrics as exactly as it wrote them down', () => {
    mkdirSync(join(project, 'target'));
    const results = { models: [{ milliseconds: 12 }, { milliseconds: 2250 }], metrics: { milliseconds: 6612 } };
    writeFileSync(join(project, 'target', 'run-results.json'), JSON.stringify(results));
    const seconds = stageSeconds(project, { usage: { wallSeconds: 66 }, messages });
    expect(seconds).toMatchObject({ load: 0.8, models: 2.262, metrics: 6.612, contracts: 26.5, publish: 28.2 });
    expect(seconds['the rest']).toBeCloseTo(66 - 0.8 - 2.262 - 6.612 - 26.5 - 28.2);
  });

  it('fails when a build says nothing of a stage', () => {
    const others = messages.replace(/^publish.*\n/m, '');
    expect(() => stageSeconds(project, { usage: { wallSeconds: 66 }, messages: others })).toThrow('"publish"');
  });
});
