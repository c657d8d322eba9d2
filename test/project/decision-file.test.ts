import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { checkDecisions } from '../../src/project/decision-checks.ts';
import { readDecisions } from '../../src/project/decision-file.ts';
import { metric } from '../metrics/project.ts';

const base = {
  title: '{ en: Call first, da: Ring først }',
  decided_by: 'Sales Director',
  responsible: 'SDR Manager',
};

type Keys = Readonly<Record<string, string | undefined>>;

/** A meeting with one decision, whose keys begin in line 4. */
function text(keys: Keys = {}, { review = '2026-Q3', held_on = '2026-10-08' }: Keys = {}): string {
  const lines = Object.entries({ ...base, ...keys }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${value}`],
  );
  return `review: ${review}\nheld_on: ${held_on}\ndecisions:\n  - ${lines.join('\n    ')}\n`;
}

function read(written: string) {
  const problems: Diagnostic[] = [];
  const meeting = readDecisions({ path: 'metrics/decisions/2026-q3.yml', text: written }, problems);
  return { meeting, problems: problems.map(told) };
}

function told({ severity, file, line, column, message, expected, fix }: Diagnostic): string {
  return [`${severity} ${file}:${line}:${column} ${message}`, expected, fix]
    .filter((part) => part !== undefined)
    .join(' | ');
}

describe('readDecisions', () => {
  it('reads what is written', () => {
    const { meeting, problems } = read(
      text({
        why: '{ en: Because, da: Fordi }',
        decided_by: '[Sales Director, Head of Marketing]',
        due: '2026-11-15',
        done_on: '2026-11-12',
        target: '{ metric: answered, from: 85 %, to: 90 % }',
      }),
    );
    expect(problems).toEqual([]);
    expect(meeting).toMatchObject({
      review: '2026-Q3',
      heldOn: '2026-10-08',
      decisions: [
        {
          title: { en: 'Call first', da: 'Ring først' },
          why: { en: 'Because', da: 'Fordi' },
          decidedBy: ['Sales Director', 'Head of Marketing'],
          responsible: 'SDR Manager',
          dueOn: '2026-11-15',
          doneOn: '2026-11-12',
          target: { metric: 'answered', from: 0.85, to: 0.9 },
        },
      ],
    });
  });

  it('tells in one language what is missing in the other', () => {
    const { meeting } = read(text({ title: '{ da: Ring først }', why: '{ en: Because }' }));
    expect(meeting?.decisions[0]).toMatchObject({
      title: { en: 'Ring først', da: 'Ring først' },
      why: { en: 'Because', da: 'Because' },
    });
  });

  it('takes what is decided and done on the day of the meeting', () => {
    expect(read(text({ due: '2026-10-08', done_on: '2026-10-08' })).problems).toEqual([]);
  });

  it.each([
    [{ titel: '{ en: x }' }, ':7:5 unknown key "decisions.0.titel" | one of title, why, decided_by'],
    [{ title: undefined }, 'missing key "decisions.0.title"'],
    [{ title: '{ en: Ring, danish: Ring }' }, ':4:24 unknown key "decisions.0.title.danish" | one of en, da'],
    [{ title: '{}' }, ':4:12 decisions.0.title: says nothing: write en, da or both'],
    [{ title: 'Ring først' }, ':4:12 decisions.0.title: expected keys below it, received "Ring først"'],
    [{ due: '15 November' }, ':7:10 decisions.0.due: not a date such as 2026-07-01'],
    [{ due: '2026-10-07' }, 'error metrics/decisions/2026-q3.yml:7:10 due 2026-10-07 is before held_on 2026-10-08'],
    [{ done_on: '2026-10-07' }, ':7:14 done_on 2026-10-07 is before held_on 2026-10-08'],
    [{ decided_by: 'anna@example.com' }, ':5:17 decided_by holds an e-mail address or a telephone number | a role'],
    [
      { why: '{ en: Call +45 20 30 40 50 }' },
      ':7:10 why holds an e-mail address or a telephone number | words that name nobody',
    ],
    [{ target: '{ metric: answered, to: ninety }' }, '"ninety" is not a number or a percentage such as 90 %'],
    [{ target: '{ metric: answered }' }, 'missing key "decisions.0.target.to"'],
  ])('refuses %j', (keys, problem) => {
    expect(read(text(keys)).problems).toEqual([expect.stringContaining(problem)]);
  });

  it.each(['2026-Q5', '2026-W54', '2025-W53', '2026-13', '2026-q3', 'Q3', '1066-Q3'])(
    'refuses a review of %s',
    (review) => {
      expect(read(text({}, { review })).problems).toEqual([
        expect.stringContaining(
          ':1:9 review: not a quarter such as 2026-Q3, a month such as 2026-10 or a week such as 2026-W47',
        ),
      ]);
    },
  );

  it.each(['2026-W53', '2026-W01', '2026-12', '2026-Q4'])('takes a review of %s', (review) => {
    expect(read(text({}, { review, held_on: '2027-01-04' })).problems).toEqual([]);
  });

  it('warns of a meeting before what it reviewed, mostly a slip of the year', () => {
    const { meeting, problems } = read(text({}, { held_on: '2026-06-30' }));
    expect(meeting).toBeDefined();
    expect(problems).toEqual([
      expect.stringContaining(
        'warning metrics/decisions/2026-q3.yml:2:10 held_on 2026-06-30 is before 2026-Q3 begins, on 2026-07-01',
      ),
    ]);
  });

  it('refuses a meeting that decided nothing', () => {
    expect(read('review: 2026-W47\nheld_on: 2026-11-23\ndecisions: []\n').problems).toEqual([
      expect.stringContaining(':3:12 decisions: an empty list'),
    ]);
  });
});

describe('checkDecisions', () => {
  const metrics = [
    metric('answered', 'type: ratio\nnumerator: is_hit\nmodel: answers\ntime: at\nminimum_sample: 20'),
    metric('volume', 'type: count\nmodel: answers\ntime: at'),
  ];
  const check = (target: string): string[] => {
    const { meeting } = read(text({ target }));
    return meeting === undefined ? ['not read'] : checkDecisions([meeting], metrics).map(told);
  };

  it.each(['{ metric: answered, from: 85 %, to: 0.9 }', '{ metric: volume, to: 150 }'])('takes %s', (target) => {
    expect(check(target)).toEqual([]);
  });

  it.each([
    [
      '{ metric: answerd, to: 90 % }',
      ':7:23 unknown metric "answerd" | the name of a metric in metrics/ | Did you mean "answered"?',
    ],
    [
      '{ metric: answered, to: 90 }',
      ':7:37 target 90 is out of range | a share between 0 and 1, or a percentage such as 90 % | Did you mean 90 %?',
    ],
    ['{ metric: answered, from: -1, to: 90 % }', ':7:39 target -1 is out of range'],
    ['{ metric: volume, to: -1 }', 'target -1 is out of range | a number of zero or more'],
  ])('refuses %s', (target, problem) => {
    expect(check(target)).toEqual([expect.stringContaining(problem)]);
  });
});
