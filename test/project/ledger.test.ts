import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { FileReader } from '../../src/project/file-reader.ts';
import { grainOfLabel, type Ledger } from '../../src/project/ledger.ts';
import { readLedger } from '../../src/project/ledger-file.ts';
import { shortHash, yamlHash } from '../../src/project/ledger-hash.ts';
import {
  acknowledgementHeader,
  acknowledgementText,
  inputHeader,
  publishedText,
} from '../../src/project/ledger-text.ts';
import { holdsPersonalData } from '../../src/project/personal-data.ts';
import { writeFiles } from '../build/project.ts';

const header = 'metric,version,value,numerator,denominator,target,status,is_final,as_of';
const week = `${header}\nrate,1,0.741,20,27,0.9,missed,true,2026-11-16T05:00:00Z\nvolume,2,27,27,,,,false,2026-11-16T05:00:00Z\n`;

function read(files: Readonly<Record<string, string>>): { ledger: Ledger; problems: string[] } {
  const root = mkdtempSync(join(tmpdir(), 'handover-ledger-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFiles(
    root,
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`metrics/published/${name}`, text])),
  );
  const problems: Diagnostic[] = [];
  const ledger = readLedger(new FileReader(root, root, problems), problems);
  return { ledger, problems: problems.map(told) };
}

function told({ code, message, file, line, column, expected }: Diagnostic): string {
  const name = file?.replace('metrics/published/', '');
  return `${name}:${line}:${column} ${code}: ${message}${expected === undefined ? '' : ` | ${expected}`}`;
}

/** inputs.csv that knows of the files of periods. */
function sealed(files: Readonly<Record<string, string>>): string {
  const lines = Object.entries(files).map(
    ([name, text]) => `${name.replace('.csv', '')},publication,2026-11-16T05:00:00Z,${shortHash(text)}\n`,
  );
  return `${inputHeader}${lines.join('')}`;
}

describe('readLedger', () => {
  it('is empty without files', () => {
    expect(read({})).toEqual({ ledger: { periods: [], inputs: [], acknowledgements: [] }, problems: [] });
  });

  it('reads what was published, and what was said of it', () => {
    const reasons = `${acknowledgementHeader}2026-W46,rate,1,0.741,0.7,missed,"Merged leads, found late",Sales Director,2026-11-24\n`;
    const { ledger, problems } = read({
      '2026-W46.csv': week,
      'inputs.csv': sealed({ '2026-W46.csv': week }),
      'restatements.csv': reasons,
    });
    expect(problems).toEqual([]);
    expect(ledger.periods).toMatchObject([
      {
        label: '2026-W46',
        grain: 'week',
        lines: [
          {
            metric: 'rate',
            version: 1,
            value: 0.741,
            target: 0.9,
            status: 'missed',
            isFinal: true,
            place: { line: 2 },
          },
          { metric: 'volume', version: 2, value: 27, denominator: null, status: null, isFinal: false },
        ],
      },
    ]);
    expect(ledger.acknowledgements).toMatchObject([
      { period: '2026-W46', metric: 'rate', toValue: 0.7, toStatus: 'missed', reason: 'Merged leads, found late' },
    ]);
  });

  it('does not mind how lines end', () => {
    const windows = week.replaceAll('\n', '\r\n');
    expect(read({ '2026-W46.csv': windows, 'inputs.csv': sealed({ '2026-W46.csv': week }) }).problems).toEqual([]);
  });

  it.each([
    ['2026-W54.csv', week, '2026-W54.csv:1:1 unknown-period: "2026-W54" names no period'],
    ['2026-W46.csv', 'metric;version;value\n', '2026-W46.csv:1:1 invalid-header: not a file that'],
    [
      '2026-W46.csv',
      `${header}\nrate,1,0.5\n`,
      '2026-W46.csv:2:1 invalid-value: a line with 3 cells | 9, as in the header',
    ],
    ['2026-W46.csv', week.replace('0.741', '0,741'), '2026-W46.csv:2:1 invalid-value: a line with 10 cells'],
    ['2026-W46.csv', week.replace('0.741', '74.1%'), '2026-W46.csv:2:8 invalid-value: value: "74.1%" is not a number'],
    ['2026-W46.csv', week.replace('0.741', 'Infinity'), '2026-W46.csv:2:8 invalid-value: value: "Infinity" is not a'],
    ['2026-W46.csv', week.replace('rate,1', 'rate,one'), '2026-W46.csv:2:6 invalid-value: version: "one" is not the'],
    ['2026-W46.csv', week.replace('missed', 'lost'), '2026-W46.csv:2:24 invalid-value: status: "lost" | kept, missed'],
    ['2026-W46.csv', week.replace('true', 'yes'), '2026-W46.csv:2:31 invalid-value: is_final: "yes" | true or false'],
    ['2026-W46.csv', week.replace('volume', 'rate'), '2026-W46.csv:3:1 invalid-value: a second line on "rate"'],
    ['inputs.csv', `${inputHeader}2026-W46,flie,a.csv,\n`, 'inputs.csv:2:10 invalid-value: kind: "flie"'],
    ['inputs.csv', `${inputHeader}2026-46,file,a.csv,\n`, 'inputs.csv:2:1 invalid-value: period: "2026-46" names no'],
    ['inputs.csv', `${inputHeader}2026-W46,file,a.csv,zz\n`, 'inputs.csv:2:21 invalid-value: hash: "zz"'],
    [
      'restatements.csv',
      `${acknowledgementHeader}2026-W46,rate,1,0.741,0.7,missed,,Sales Director,2026-11-24\n`,
      'restatements.csv:2:34 invalid-value: no reason',
    ],
    [
      'restatements.csv',
      `${acknowledgementHeader}2026-W46,rate,1,0.741,0.7,missed,Ask,anna@example.com,24-11-2026\n`,
      'restatements.csv:2:38 invalid-value: acknowledged_by holds an e-mail address',
    ],
  ])('says where %s is wrong (%#)', (name, text, expected) => {
    const { problems } = read({ [name]: text });
    expect(problems.some((problem) => problem.startsWith(expected.split(' | ')[0] ?? ''))).toBe(true);
    expect(problems.join('\n')).toContain(expected);
  });

  it('says when a published file is another than was written, is gone, or unknown', () => {
    const good = sealed({ '2026-W46.csv': week });
    const edited = week.replace('0.741', '0.941');
    expect(read({ '2026-W46.csv': edited, 'inputs.csv': good }).problems).toEqual([
      expect.stringContaining('2026-W46.csv:1:1 changed-publication: 2026-W46 is not what was published'),
    ]);
    expect(read({ 'inputs.csv': good }).problems).toEqual([
      'inputs.csv:2:1 missing-file: 2026-W46 was published and metrics/published/2026-W46.csv is gone',
    ]);
    // What was acknowledged in it only follows.
    const reasons = `${acknowledgementHeader}2026-W46,rate,1,0.741,0.7,missed,Late leads,Sales Director,2026-11-24\n`;
    expect(read({ 'inputs.csv': good, 'restatements.csv': reasons }).problems).toHaveLength(1);
    expect(read({ '2026-W46.csv': week }).problems).toEqual([
      '2026-W46.csv:1:1 unknown-publication: metrics/published/inputs.csv knows nothing of 2026-W46',
    ]);
  });

  it('says when a reason belongs to nothing that was published', () => {
    const reason = (line: string) =>
      read({
        '2026-W46.csv': week,
        'inputs.csv': sealed({ '2026-W46.csv': week }),
        'restatements.csv': `${acknowledgementHeader}${line},Because,,2026-11-24\n`,
      }).problems;
    expect(reason('2026-W46,rate,1,0.741,0.7,missed')).toEqual([]);
    expect(reason('2026-W45,rate,1,0.741,0.7,missed')).toEqual([
      'restatements.csv:2:1 unknown-period: 2026-W45 was not published',
    ]);
    expect(reason('2026-W46,rate,2,0.741,0.7,missed')).toEqual([
      'restatements.csv:2:1 unknown-metric: version 2 of "rate" was not published in 2026-W46',
    ]);
    expect(reason('2026-W46,rate,1,0.75,0.7,missed')).toEqual([
      expect.stringContaining('from_value 0.75 of "rate" is not what was published in 2026-W46 | 0.741'),
    ]);
  });
});

describe('what is written', () => {
  it('reads back as it was, whatever the numbers and words', () => {
    const number = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }));
    const entry = fc.record({ value: number, reason: fc.string({ minLength: 1 }) });
    fc.assert(
      fc.property(entry, ({ value, reason }) => {
        const line = {
          ...{ metric: 'rate', version: 1, value, numerator: value, denominator: null, target: null },
          ...{ status: null, isFinal: true, asOf: '2026-11-16T05:00:00Z' },
        };
        const text = publishedText([line]);
        // A line break by itself, and blanks alone, are none that a person types on a command line.
        const words = `a${reason.replaceAll('\r', '')}`;
        // What looks like an address is refused.
        fc.pre(!holdsPersonalData(words));
        const said = acknowledgementText([
          {
            ...{ period: '2026-W46', metric: 'rate', version: 1, fromValue: value, toValue: value, toStatus: null },
            ...{ reason: words, by: null, on: '2026-11-24' },
          },
        ]);
        const { ledger, problems } = read({
          '2026-W46.csv': text,
          'inputs.csv': sealed({ '2026-W46.csv': text }),
          'restatements.csv': `${acknowledgementHeader}${said}`,
        });
        expect(problems).toEqual([]);
        const [found] = ledger.periods[0]?.lines ?? [];
        expect(found?.value).toBe(value === 0 ? 0 : value);
        expect(ledger.acknowledgements[0]?.reason).toBe(words);
      }),
      { numRuns: 60, seed: 20_261_126 },
    );
  });

  it('is the same for the same values in any order', () => {
    const lines = ['b', 'a', 'c'].map((metric) => ({
      ...{ metric, version: 1, value: 1, numerator: null, denominator: null, target: null },
      ...{ status: null, isFinal: true, asOf: '2026-11-16T05:00:00Z' },
    }));
    expect(publishedText(lines)).toBe(publishedText(lines.toReversed()));
    expect(publishedText(lines).split('\n').slice(1, 3)).toEqual([
      'a,1,1,,,,,true,2026-11-16T05:00:00Z',
      'b,1,1,,,,,true,2026-11-16T05:00:00Z',
    ]);
  });
});

it.each([
  ['2026-W53', 'week'],
  ['2027-W53', undefined],
  ['2026-W00', undefined],
  ['2026-12', 'month'],
  ['2026-13', undefined],
  ['2026-Q4', 'quarter'],
  ['2026-q4', undefined],
  ['week 46', undefined],
])('takes %s for a %s', (label, grain) => {
  expect(grainOfLabel(label)).toBe(grain);
});

it('hashes a definition by what it says', () => {
  const hash = yamlHash('# a metric\nname: rate\nfilter: a\nlabel: { en: Rate }\ngrains: [week, month]\n', ['label']);
  expect(yamlHash('grains:\n  - week\n  - month\nlabel: { en: Share }\nfilter: "a"\nname: rate\n', ['label'])).toBe(
    hash,
  );
  expect(yamlHash('name: rate\nfilter: b\ngrains: [week, month]\n', ['label'])).not.toBe(hash);
  expect(yamlHash('name: rate\nfilter: a\ngrains: [month, week]\n', ['label'])).not.toBe(hash);
});
