import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { type BreachLogEntry, readBreachLog } from '../../src/project/breach-log.ts';
import { checkBreachLog } from '../../src/project/breach-log-checks.ts';

const header = 'lead_id,clause,due_on,cause,action,responsible,closed_on';

function read(text: string, path = 'metrics/breaches/2026.csv'): { entries: BreachLogEntry[]; problems: string[] } {
  const problems: Diagnostic[] = [];
  const entries = readBreachLog({ path, text }, problems);
  return { entries, problems: problems.map(told) };
}

function told({ code, message, line, expected, fix }: Diagnostic): string {
  return [`${line} ${code}: ${message}`, expected, fix].filter((part) => part !== undefined).join(' | ');
}

describe('readBreachLog', () => {
  it('reads lines with what they leave out', () => {
    const { entries, problems } = read(
      `${header}\r\nL1,first_response,2026-03-02,"Holiday, nobody on call",A rota,SDR Manager,2026-03-09\r\n\r\nL2,follow_up,, Left the company ,,,\r\n`,
    );
    expect(problems).toEqual([]);
    expect(entries.map(({ place, ...entry }) => ({ ...entry, line: place.line }))).toEqual([
      {
        leadId: 'L1',
        clause: 'first_response',
        dueOn: '2026-03-02',
        cause: 'Holiday, nobody on call',
        action: 'A rota',
        responsible: 'SDR Manager',
        closedOn: '2026-03-09',
        line: 2,
      },
      { leadId: 'L2', clause: 'follow_up', cause: 'Left the company', line: 4 },
    ]);
  });

  it('takes columns in any order, and semicolons as spreadsheets write them', () => {
    const { entries, problems } = read('cause;lead_id;clause\nHoliday, all of us;L1;first_response\n');
    expect(problems).toEqual([]);
    expect(entries).toMatchObject([{ leadId: 'L1', clause: 'first_response', cause: 'Holiday, all of us' }]);
  });

  it.each([
    ['lead_id,clause,due,cause\n', '1 unknown-column: unknown column "due"'],
    ['lead_id,clause,cause,acton\n', 'Did you mean "action"?'],
    ['lead_id,cause,clause,cause\n', '1 duplicate-column: a second column "cause"'],
    ['lead_id,clause\nL1,first_response\n', `1 missing-column: no column "cause" | ${header}`],
    ['', '1 missing-column: no column "lead_id"'],
    [`${header}\nL1,first_response,,,,,\n`, '2 missing-value: no cause | why it was broken, in a few words'],
    [`${header}\n,first_response,,Holiday,,,\n`, '2 missing-value: no lead_id'],
    [`${header}\nL1,,,Holiday,,,\n`, '2 missing-value: no clause'],
    [
      `${header}\n\nL1,first_response,02-03-2026,Holiday,,,\n`,
      '3 invalid-date: due_on: "02-03-2026" is not a date | a date such as 2026-12-24',
    ],
    [`${header}\nL1,first_response,,Holiday,,,2026-02-30\n`, '2 invalid-date: closed_on: "2026-02-30" is not a date'],
    [`${header}\nL1,first_response,,Holiday\n`, '2 invalid-value: a line with 4 cells | 7, as in the header'],
    ['lead_id;clause;cause\nL1;;\nL2;first_response;Ill;\n', '2 missing-value: no clause | the id of the promise'],
    [
      'lead_id;clause;cause\nL2;follow_up;;Ill\n',
      '2 invalid-value: a line with 4 cells | 3, as in the header: lead_id;clause;cause | Put a text that holds a semicolon',
    ],
    [`${header}\nL1;first_response;;Ill, all day;;;\n`, 'The header has commas, this line semicolons.'],
    ['lead_id;clause;cause\nL1,first_response,Ill\n', 'The header has semicolons, this line commas.'],
    [
      `${header}\nL1,first_response,,"Holiday,,,\n`,
      '2 invalid-value: a text that begins with a quote and does not end with one',
    ],
    [
      `${header}\nL1,first_response,2026-03-02,Holiday,,,2026-03-01\n`,
      '2 dates-out-of-order: closed_on 2026-03-01 is before due_on 2026-03-02 | a date on or after due_on',
    ],
    [
      `${header}\nL1,first_response,,Holiday,,anna@example.com,\n`,
      '2 personal-data: responsible holds an e-mail address or a telephone number | a role',
    ],
    [`${header}\nL1,first_response,,"Called +45 12 34 56 78, busy",,,\n`, '2 personal-data: cause holds'],
  ])('refuses %j', (text, problem) => {
    const { entries, problems } = read(text);
    expect(problems).toEqual([expect.stringContaining(problem)].concat(problems.slice(1)));
    expect(entries).toEqual([]);
  });

  it('says of a line of another width nothing else', () => {
    expect(read(`${header}\nL1,,not a date,,\n`).problems).toHaveLength(1);
  });

  it('takes a quote that is written twice, and a closing on the day itself', () => {
    const text = `${header}\nL1,first_response,2026-03-02,"""Busy"", he said",,,2026-03-02\n`;
    expect(read(text)).toMatchObject({ problems: [], entries: [{ cause: '"Busy", he said' }] });
  });

  it('reports every mistake of every line, and keeps the lines without any', () => {
    const { entries, problems } = read(
      `${header}\nL1,first_response,x,,,,y\nL2,first_response,,Holiday,,,\nL3,,,,,,\n`,
    );
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      '2 missing-value',
      '2 invalid-date',
      '2 invalid-date',
      '4 missing-value',
      '4 missing-value',
    ]);
    expect(entries.map(({ leadId }) => leadId)).toEqual(['L2']);
  });
});

describe('checkBreachLog', () => {
  const agreements = [
    {
      promises: [
        { id: 'mql_volume', kind: 'metric' },
        { id: 'first_response', kind: 'first_response' },
      ],
    },
    { promises: [{ id: 'follow_up', kind: 'follow_up' }] },
  ];
  const check = (...files: readonly string[]): string[] => {
    const entries = files.flatMap(
      (lines, index) => read(`${header}\n${lines}`, `metrics/breaches/${index}.csv`).entries,
    );
    return checkBreachLog(entries, agreements).map(({ file, ...problem }) => `${file}:${told({ ...problem })}`);
  };

  it('finds nothing in different breaches of clauses of any agreement', () => {
    expect(
      check('L1,first_response,2026-03-02,a,,,\nL1,first_response,,b,,,', 'L1,follow_up,,c,,,\nL2,follow_up,,d,,,'),
    ).toEqual([]);
  });

  it('refuses a second line on one breach, wherever the first one is', () => {
    expect(check('L2,follow_up,,a,,,\nL1,first_response,2026-03-02,a,,,', 'L1,first_response,2026-03-02,b,,,')).toEqual(
      [
        'metrics/breaches/1.csv:2 duplicate-breach: a second line on lead "L1", first_response due on 2026-03-02; ' +
          'the first is metrics/breaches/0.csv:3 | Remove one of them.',
      ],
    );
    expect(check('L1,follow_up,,a,,,\nL1,follow_up,,b,,,')).toEqual([
      expect.stringContaining('Give each its due_on, or remove one of them.'),
    ]);
  });

  it('refuses a clause that no agreement has, and one that no single lead can break', () => {
    expect(check('L1,first_respons,,a,,,\nL1,mql_volume,,a,,,')).toEqual([
      'metrics/breaches/0.csv:2 unknown-clause: unknown clause "first_respons" | ' +
        'the id of a promise to single leads: first_response, follow_up | Did you mean "first_response"?',
      'metrics/breaches/0.csv:3 unknown-clause: unknown clause "mql_volume" | ' +
        'the id of a promise to single leads: first_response, follow_up',
    ]);
  });
});
