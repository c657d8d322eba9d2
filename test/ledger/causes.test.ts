import { describe, expect, it } from 'vitest';
import { changedInputs, knownInputs, unknownInputs } from '../../src/ledger/changed-inputs.ts';
import type { EarlyRows } from '../../src/ledger/compare.ts';
import type { BuildInput } from '../../src/project/ledger.ts';
import { compared, type Input, line, usualMetrics } from './world.ts';

const place = { file: 'metrics/published/inputs.csv', line: 2, column: 1, source: '' };

function inputs(...all: readonly Input[]): BuildInput[] {
  return all.map(([kind, name, hash]) => ({ kind, name, hash }));
}

describe('what the ledger knows', () => {
  const lines = [
    ['2026-W45', 'publication', '2026-11-09T05:00:00Z', 'p1'],
    ['2026-W45', 'file', 'a.csv', 'a1'],
    ['2026-W45', 'model', 'leads', 'l1'],
    ['2026-W46', 'publication', '2026-11-16T05:00:00Z', 'p2'],
    ['2026-W46', 'file', 'a.csv', 'a2'],
    ['2026-W46', 'file', 'b.csv', 'b1'],
    ['2026-W46', 'model', 'leads', ''],
    // On the same data: nothing was new.
    ['2026-10', 'publication', '2026-11-16T05:00:00Z', 'p3'],
    ['2026-W47', 'publication', '2026-11-23T05:00:00Z', 'p4'],
    ['2026-W47', 'file', 'b.csv', 'b2'],
  ] as const;
  const ledger = { inputs: lines.map(([period, kind, name, hash]) => ({ period, kind, name, hash, place })) };

  it('is what all lines up to a publication say', () => {
    expect(knownInputs(ledger, '2026-W45')).toEqual(inputs(['file', 'a.csv', 'a1'], ['model', 'leads', 'l1']));
    const second = inputs(['file', 'a.csv', 'a2'], ['file', 'b.csv', 'b1']);
    expect(knownInputs(ledger, '2026-W46')).toEqual(second);
    expect(knownInputs(ledger, '2026-10')).toEqual(second);
    expect(knownInputs(ledger)).toEqual(inputs(['file', 'a.csv', 'a2'], ['file', 'b.csv', 'b2']));
  });

  it('has to learn what is new, changed or gone, in an order of its own', () => {
    const known = inputs(['file', 'a.csv', 'a1'], ['file', 'b.csv', 'b1'], ['model', 'leads', 'l1']);
    const now = inputs(['model', 'leads', 'l2'], ['file', 'c.csv', 'c1'], ['file', 'a.csv', 'a1']);
    const expected = inputs(['file', 'b.csv', ''], ['file', 'c.csv', 'c1'], ['model', 'leads', 'l2']);
    expect(unknownInputs(known, now)).toEqual(expected);
    expect(unknownInputs(known, now.toReversed())).toEqual(expected);
    expect(unknownInputs(known, known.toReversed())).toEqual([]);
  });

  it('tells files by what they hold', () => {
    const known = inputs(['file', 'old/a.csv', 'a1'], ['file', 'b.csv', 'b1'], ['file', 'c.csv', 'c1']);
    const now = inputs(['file', 'new/a.csv', 'a1'], ['file', 'b.csv', 'b2'], ['file', 'd.csv', 'd1']);
    expect(changedInputs(known, now)).toEqual([
      { kind: 'file', name: 'b.csv', change: 'changed' },
      { kind: 'file', name: 'c.csv', change: 'gone' },
      { kind: 'file', name: 'd.csv', change: 'new' },
    ]);
  });
});

interface Case {
  readonly before?: readonly Input[];
  readonly after?: readonly Input[];
  readonly early?: Readonly<Record<string, EarlyRows>>;
  readonly versionNow?: number;
  readonly isFinal?: boolean;
  readonly asOf?: string;
  readonly isMadeFrom?: (metric: string, input: Pick<BuildInput, 'kind' | 'name'>) => boolean;
}

/** The cause of a share that was 80 % and is 70 %. */
async function cause({ before = [], after = [], early, versionNow = 1, isFinal = true, asOf, isMadeFrom }: Case) {
  const later = usualMetrics
    .filter(({ name }) => name === 'rate')
    .map((rate) => ({ ...rate, version: 2, changes: notes }));
  const { rows } = await compared({
    published: [line({ metric: 'rate', value: 0.8, isFinal })],
    now: [{ metric: 'rate', value: 0.7, version: versionNow }],
    metrics: [...usualMetrics, ...later],
    inputs: { before, after },
    options: {
      ...(asOf === undefined ? {} : { asOf }),
      ...(isMadeFrom === undefined ? {} : { isMadeFrom }),
      earlyRows: () => Promise.resolve(new Map([['2026-W46', new Map(Object.entries(early ?? {}))]])),
    },
  });
  return rows.map((row) => [row.cause, row.cause_en, row.cause_da])[0];
}

const notes = [
  { version: 1, why: 'First version', approvedBy: [] },
  { version: 2, why: 'Without self-booked demos', approvedBy: [] },
];

describe('the cause', () => {
  it('is late data: files that hold rows from before the period ended', async () => {
    expect(
      await cause({
        before: [['file', 'a.csv', 'a1']],
        after: [
          ['file', 'a.csv', 'a2'],
          ['file', 'b.csv', 'b1'],
          ['file', 'c.csv', 'c1'],
        ],
        early: { 'a.csv': { early: 900, late: 3 }, 'b.csv': { early: 0, late: 0 }, 'c.csv': { early: 1, late: 0 } },
      }),
    ).toEqual([
      'late_data',
      '2 files loaded or changed since: a.csv, c.csv',
      '2 filer indlæst eller ændret siden: a.csv, c.csv',
    ]);
  });

  it('is every new file where none holds such rows and nothing else changed', async () => {
    const after: Input[] = ['b', 'c', 'd', 'e'].map((name) => ['file', `${name}.csv`, name]);
    const early = Object.fromEntries(after.map(([, name]) => [name, { early: 0, late: 0 }]));
    expect(await cause({ after, early })).toEqual([
      'late_data',
      '4 files loaded since: b.csv, c.csv, d.csv and 1 more',
      '4 filer indlæst siden: b.csv, c.csv, d.csv og 1 til',
    ]);
  });

  it('is a definition: another version says why', async () => {
    const change = { after: [['metric', 'rate.v2', 'r2'] as const], versionNow: 2 };
    expect(await cause(change)).toEqual([
      'definition',
      'metric version 1 → 2: Without self-booked demos',
      'nøgletallets version 1 → 2: Without self-booked demos',
    ]);
  });

  it('is that it settled, and a definition that changed meanwhile is told besides', async () => {
    const after = [['model', 'leads', 'l2'] as const, ['file', 'b.csv', 'b1'] as const];
    expect(await cause({ before: [['model', 'leads', 'l1']], after, isFinal: false })).toEqual([
      'settled',
      'it was not final when it was published; model changed: leads',
      'tallet var ikke endeligt, da det blev offentliggjort; model ændret: leads',
    ]);
  });

  it('is a definition that changed under the same name, and only one that counts for the metric', async () => {
    const isMadeFrom: NonNullable<Case['isMadeFrom']> = (_metric, { name }) => name !== 'other_model';
    const before: Input[] = [
      ['model', 'leads', 'l1'],
      ['metric', 'rate.v1', 'r1'],
      ['agreement', '2026-h1', 'h1'],
      ['model', 'other_model', 'o1'],
    ];
    const after: Input[] = [
      ['model', 'leads', 'l2'],
      ['metric', 'rate.v1', 'r9'],
      ['agreement', '2026-h1', 'h9'],
      ['model', 'other_model', 'o9'],
    ];
    expect(await cause({ before, after, isMadeFrom })).toEqual([
      'definition',
      'agreement changed: 2026-h1; metric changed: rate.v1; model changed: leads',
      'aftale ændret: 2026-h1; nøgletal ændret: rate.v1; model ændret: leads',
    ]);
  });

  it('is both where a definition changed and late rows came; files without such rows say nothing then', async () => {
    const after: Input[] = [
      ['file', 'b.csv', 'b1'],
      ['model', 'leads', 'l2'],
    ];
    const at = (early: number) => cause({ after, early: { 'b.csv': { early, late: 0 } } });
    expect(await at(1)).toMatchObject(['both', 'model changed: leads; 1 file loaded since: b.csv', {}]);
    expect(await at(0)).toMatchObject(['definition', 'model changed: leads', {}]);
  });

  it('is how far the data are trusted where the files are the same', async () => {
    expect(await cause({ asOf: '2026-11-23T05:00:00Z' })).toMatchObject([
      'late_data',
      'the data reach to 2026-11-23, and to 2026-11-16 when it was published',
      'data rækker til 2026-11-23, og rakte til 2026-11-16, da tallet blev offentliggjort',
    ]);
  });

  it('is leads that were forgotten, or the tool, where nothing else changed', async () => {
    expect(await cause({ after: [['forgotten', 'forgotten.csv', 'f1']] })).toMatchObject(['forgotten', {}, {}]);
    expect(await cause({ after: [['tool', 'handover', 't2']] })).toMatchObject([
      'definition',
      'the tool itself changed: handover',
      'selve værktøjet ændret: handover',
    ]);
  });

  it('is unknown where nothing is known to have changed', async () => {
    expect(await cause({})).toMatchObject(['unknown', {}, {}]);
  });
});
