import { afterAll, describe, expect, test } from 'vitest';
import { openProject, type Project } from '../../src/project/project.ts';
import type { ReviewPolicy } from '../../src/project/review-policy.ts';
import { termsOf } from '../../src/review/definitions/agreement-terms.ts';
import { compareDefinitions } from '../../src/review/definitions/definitions.ts';
import { violationsOf } from '../../src/review/policy/policy.ts';
import { openSide } from '../../src/review/side.ts';
import type { DataOutcome, RestatedPeriod, Side, Violation } from '../../src/review/types.ts';
import { now, officeFiles } from './office.ts';
import { makeFolder } from './world-folder.ts';

const columns = 'lead_id, mql_at, answered_at, booked_at, team, lead_type, recorded_at';
const loaded = new Map([
  [
    'raw.leads',
    new Map([...columns.split(', ').map((name): [string, string] => [name, 'VARCHAR']), ['amount', 'INTEGER']]),
  ],
]);

const opened = new Map<string, Promise<Side>>();
const folders: { remove(): void }[] = [];
afterAll(() => {
  for (const folder of folders) folder.remove();
});

/** The office with other files; null: without one. Of the same files the same. */
async function office(files: Readonly<Record<string, string | null>> = {}): Promise<Side> {
  const key = JSON.stringify(files);
  const side = opened.get(key) ?? openOffice(files);
  opened.set(key, side);
  return side;
}

async function openOffice(files: Readonly<Record<string, string | null>>): Promise<Side> {
  const all = Object.entries({ ...officeFiles, ...files }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  const folder = makeFolder(Object.fromEntries(all));
  folders.push(folder);
  const side = await openSide(openProject(folder.root), [], loaded);
  expect(side.problems).toEqual([]);
  return side;
}

function textOf(path: string, ...edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, officeFiles[path] ?? '');
}

const emptyData: Extract<DataOutcome, { kind: 'compared' }> = {
  ...{ kind: 'compared', asOf: now, ranBefore: 0, ranAfter: 0, metrics: [], owners: null, rows: [], restated: [] },
  flips: { verdicts: 0, leads: 0, counts: [], list: [] },
};

function noRows() {
  return { onlyBefore: 0, onlyAfter: 0, changed: 0, columns: [], schema: [], samples: [] };
}

const notCompared: DataOutcome = { kind: 'not_needed', reason: 'none' };

interface Reviewed {
  readonly base: Side;
  readonly data: DataOutcome;
  readonly policy: Partial<ReviewPolicy>;
  readonly today: string;
}

async function violations(
  head: Side,
  { base, data = notCompared, policy, today = now.slice(0, 10) }: Partial<Reviewed> = {},
): Promise<Violation[]> {
  const before = base ?? (await office());
  const changes = await compareDefinitions(before, head, { today });
  const { review } = before.project.config;
  const sides = { base: before.project, head: head.project };
  return violationsOf({ policy: { ...review, ...policy }, ...sides, changes, data, today });
}

const rate = 'metrics/mql_to_meeting_rate.yml';
const shorter = ['window_days: 30', 'window_days: 14'] as const;
const second = [
  ['version: 1\nlabel', 'version: 2\nlabel'],
  ['  - { version: 1, why: First version }', '  - { version: 1, why: First version }\n  - { version: 2, why: Sooner }'],
] as const;

describe('a new version', () => {
  test('is owed by a metric that says something else where it stands', async () => {
    const [violation, ...others] = await violations(await office({ [rate]: textOf(rate, shorter) }));
    expect(others).toEqual([]);
    expect(violation).toMatchObject({
      rule: 'version_bump',
      severity: 'error',
      message: 'MQL→meeting rate says something else and is still version 1',
      file: rate,
    });
    expect(violation?.fix).toContain('`metrics/mql_to_meeting_rate.v1.yml`');
    expect(violation?.fix).toContain('`effective_from: YYYY-MM-DD`');
    expect(violation?.fix).toContain('`- { version: 2, why: … }`');
  });

  test('is enough where it takes effect on a day and the earlier one is kept', async () => {
    const now2 = textOf(
      rate,
      shorter,
      ['version: 1\nlabel', 'version: 2\neffective_from: 2026-05-01\nlabel'],
      second[1],
    );
    const files = { [rate]: now2, 'metrics/mql_to_meeting_rate.v1.yml': textOf(rate) };
    expect(await violations(await office(files))).toEqual([]);
  });

  test('of all periods owes the earlier one a last day', async () => {
    const files = { [rate]: textOf(rate, shorter, ...second), 'metrics/mql_to_meeting_rate.v1.yml': textOf(rate) };
    expect(await violations(await office(files))).toMatchObject([{ rule: 'deprecation_dates' }]);
    const dated = textOf(rate, ['version: 1\nlabel', 'version: 1\ndeprecated_on: 2026-12-31\nlabel']);
    const announced = { ...files, 'metrics/mql_to_meeting_rate.v1.yml': dated };
    expect(await violations(await office(announced))).toEqual([]);
  });

  test('is owed by one that goes back to an earlier version, and by an earlier one that changes', async () => {
    const first = 'metrics/mql_to_meeting_rate.v1.yml';
    const now2 = textOf(rate, ['version: 1\nlabel', 'version: 2\neffective_from: 2026-05-01\nlabel'], second[1]);
    const both = { [rate]: now2, [first]: textOf(rate) };
    const [back] = await violations(await office(), { base: await office(both) });
    expect(back).toMatchObject({
      rule: 'version_bump',
      message: 'MQL→meeting rate goes back from version 2 to version 1',
      fix: 'Keep what it was as `metrics/mql_to_meeting_rate.v2.yml`; in the changed file write `version: 3` and `effective_from: YYYY-MM-DD`, the first day that it is for, and under changes `- { version: 3, why: … }`.',
    });
    const [early, ...others] = await violations(await office({ ...both, [first]: textOf(rate, shorter) }), {
      base: await office(both),
    });
    expect(others).toEqual([]);
    expect(early).toMatchObject({
      message: 'MQL→meeting rate, version 1 says something else and is still version 1',
      file: first,
      fix: expect.stringContaining('Leave metrics/mql_to_meeting_rate.v1.yml as it was'),
    });
  });

  test('is owed by no words, no new metric and no trend', async () => {
    const files = {
      [rate]: textOf(rate, ['minimum_sample: 5', 'minimum_sample: 9'], ['en: MQL→meeting rate', 'en: Meetings']),
      'metrics/meetings.yml': textOf(rate, ['name: mql_to_meeting_rate', 'name: meetings'], ['en: MQL', 'en: New MQL']),
    };
    expect(await violations(await office(files))).toEqual([]);
  });

  test('is owed by a published model that loses a column, and by no other', async () => {
    const deals = 'models/marts/deals.sql';
    const without = textOf(deals, ['leads.amount, leads.team', 'leads.amount']);
    expect(await violations(await office({ [deals]: without }))).toMatchObject([
      {
        rule: 'version_bump',
        message: 'the model deals is published, and the column `team` (VARCHAR) is gone',
        file: 'models/marts/deals.yml',
      },
    ]);
    const staging = 'models/staging/stg_leads.sql';
    const wider = textOf(staging, ['lead_type,', 'lead_type,\n    1 as one,']);
    expect(await violations(await office(), { base: await office({ [staging]: wider }) })).toEqual([]);
  });
});

describe('a line of why', () => {
  const deals = 'models/marts/deals.sql';
  const fewer = { [deals]: textOf(deals, ['is not null', 'is not null and leads.amount > 0']) };
  const rows = { ...{ model: 'deals', isPublic: true, key: ['lead_id'], rowsBefore: 9, rowsAfter: 9 }, ...noRows() };
  const owed = [
    {
      rule: 'version_bump',
      message: 'the model deals makes other rows or values, and nothing says why',
      fix: 'Write under `changes` in models/marts/deals.yml: `- { on: YYYY-MM-DD, why: … }`.',
    },
  ];

  test('is owed by a model whose SQL makes other rows, as far as anybody can tell', async () => {
    const head = await office(fewer);
    expect(await violations(head)).toMatchObject(owed);
    const compared = (row: typeof rows): DataOutcome => ({ ...emptyData, rows: [row] });
    expect(await violations(head, { data: compared({ ...rows, onlyBefore: 16 }) })).toMatchObject(owed);
    expect(await violations(head, { data: compared(rows) })).toEqual([]);
    expect(await violations(head, { data: emptyData })).toEqual([]);
  });

  test('is enough where it is new', async () => {
    const yml = 'models/marts/deals.yml';
    const line = (why: string): string => `${officeFiles[yml]}changes: [{ on: 2026-07-05, why: ${why} }]\n`;
    const first = { ...fewer, [yml]: line('Free deals are none') };
    expect(await violations(await office(first))).toEqual([]);
    const base = await office({ [yml]: line('Free deals are none') });
    expect(await violations(await office(first), { base })).toMatchObject(owed);
  });
});

const agreement = 'metrics/agreements/2026.yml';
const eased = ['within_minutes: 120', 'within_minutes: 150'] as const;

/** The eased agreement with approvals of these sides, of its terms or of others. */
function approved(project: Project, sides: readonly string[], terms?: string): string {
  const [first] = project.agreements;
  const own = terms ?? (first === undefined ? '' : termsOf(first));
  const lines = sides.map((side) => `  - { by: ${side}, on: 2026-07-01, terms: "${own}" }\n`);
  return textOf(agreement, eased, ['promises:\n', `approvals:\n${lines.join('')}promises:\n`]);
}

describe('approvals', () => {
  test.each<[string, readonly string[], string | undefined, string[]]>([
    ['by nobody', [], undefined, ['Head of Marketing (marketing) and Sales Director (sales) have not approved them']],
    ['by one side', ['sales'], undefined, ['Head of Marketing (marketing) has not approved them']],
    ['by both', ['marketing', 'sales'], undefined, []],
    [
      'of other terms',
      ['marketing', 'sales'],
      '0000000a',
      ['Head of Marketing (marketing) and Sales Director (sales) have not approved them as they are now'],
    ],
  ])('%s', async (_, sides, terms, expected) => {
    const { project } = await office({ [agreement]: textOf(agreement, eased) });
    const text = sides.length === 0 ? textOf(agreement, eased) : approved(project, sides, terms);
    const found = await violations(await office({ [agreement]: text }));
    expect(found.map(({ rule }) => rule)).toEqual(expected.map(() => 'approvals'));
    expect(found.map(({ message }) => message)).toEqual(
      expected.map((who) => `the agreement 2026 has other terms, and ${who}`),
    );
  });

  test('are asked for no words', async () => {
    const text = textOf(agreement, ['en: demo requests', 'en: demos'], ['Good Friday', 'Friday']);
    expect(await violations(await office({ [agreement]: text }))).toEqual([]);
  });

  test('are asked for a new agreement, and nothing approves taking one away', async () => {
    const later = textOf(agreement, ['id: "2026"', 'id: "2027"'], ['effective_from: 2026', 'effective_from: 2027']);
    const both = await office({ 'metrics/agreements/2027.yml': later });
    expect(await violations(both)).toMatchObject([{ rule: 'approvals', file: 'metrics/agreements/2027.yml' }]);
    expect(await violations(await office(), { base: both })).toMatchObject([
      { rule: 'approvals', message: 'the agreement 2027 is taken away, and leads of its time are judged by another' },
    ]);
  });
});

const restated: RestatedPeriod = {
  ...{ period: '2026-Q1', grain: 'quarter', metric: 'deal_amount', label: { en: 'Sold', da: 'Sold' }, unit: 'amount' },
  ...{ owner: 'sales', before: 10, after: 9, statusBefore: null, statusAfter: null, noise: 'untold' },
  ...{ numeratorBefore: null, numeratorAfter: null, denominatorBefore: null, denominatorAfter: null },
  ...{ isPublished: true, published: 10, isBeyondTolerance: true, isAcknowledged: false },
};

function dataWith(...periods: readonly Partial<RestatedPeriod>[]): DataOutcome {
  return { ...emptyData, restated: periods.map((period) => ({ ...restated, ...period })) };
}

describe('an acknowledgement', () => {
  test('is owed once by each published period that shows something else', async () => {
    const data = dataWith({}, { metric: 'mql_volume', label: { en: 'MQL volume', da: '' } }, { period: '2026-04' });
    expect(await violations(await office(), { data })).toMatchObject([
      {
        rule: 'acknowledgements',
        message: '2026-Q1 was published, and would show something else of Sold; MQL volume',
        file: null,
      },
      { message: '2026-04 was published, and would show something else of Sold' },
    ]);
    const [, one] = await violations(await office(), { data });
    expect(one?.fix).toContain('handover publish --period 2026-04 --metric deal_amount --acknowledge');
  });

  test.each<[string, Partial<RestatedPeriod>]>([
    ['that nobody published', { isPublished: false }],
    ['within tolerance', { isBeyondTolerance: false }],
    ['that is acknowledged', { isAcknowledged: true }],
  ])('is not owed by one %s', async (_, period) => {
    expect(await violations(await office(), { data: dataWith(period) })).toEqual([]);
  });

  test('says of what is gone that it is', async () => {
    const [found] = await violations(await office(), { data: dataWith({ after: null }) });
    expect(found?.message).toBe('2026-Q1 was published, and would no longer show Sold');
  });
});

describe('a last day', () => {
  const amount = 'metrics/deal_amount.yml';
  const dated = { [amount]: textOf(amount, ['version: 1\nlabel', 'version: 1\ndeprecated_on: 2026-12-31\nlabel']) };
  const renamed = { [amount]: null, 'metrics/sold.yml': textOf(amount, ['name: deal_amount', 'name: sold']) };

  test.each<[string, Readonly<Record<string, string | null>>, string]>([
    ['goes', { [amount]: null }, 'Sold is gone, and nothing said that it would go'],
    ['is renamed', renamed, 'Sold was "deal_amount", and nothing said that it would go'],
  ])('is owed by a metric that %s without one, and not by one that had it', async (_, files, message) => {
    expect(await violations(await office(files))).toMatchObject([{ rule: 'deprecation_dates', message }]);
    const base = await office(dated);
    expect(await violations(await office(files), { base, today: '2027-01-01' })).toEqual([]);
    expect(await violations(await office(files), { base, today: '2026-12-31' })).toMatchObject([
      { message: `${message.split(', and ')[0]}, and it was to be there until 2026-12-31` },
    ]);
  });

  test('is owed by a version that is no longer kept, and nothing else is', async () => {
    const first = 'metrics/mql_to_meeting_rate.v1.yml';
    const alone = { [rate]: textOf(rate, shorter, ...second) };
    const announced = textOf(rate, ['version: 1\nlabel', 'version: 1\ndeprecated_on: 2026-12-31\nlabel']);
    const base = await office({ ...alone, [first]: announced });
    expect(await violations(await office(alone), { base, today: '2027-01-01' })).toEqual([]);
    expect(await violations(await office(alone), { base, today: '2026-12-01' })).toMatchObject([
      {
        rule: 'deprecation_dates',
        message: 'version 1 of MQL→meeting rate is gone, and it was to be there until 2026-12-31',
      },
    ]);
    expect(await violations(await office(alone))).toMatchObject([
      { message: 'version 1 of MQL→meeting rate is gone, and nothing said that it would go' },
    ]);
  });

  test('is owed by a published model that goes, and not by one that nobody reads', async () => {
    const extra = { 'models/marts/extra.sql': 'select team from stg_leads', 'models/marts/extra.yml': yml('extra') };
    expect(await violations(await office(), { base: await office(extra) })).toMatchObject([
      { rule: 'deprecation_dates', message: 'the model extra is gone, and nothing said that it would go' },
    ]);
    const inner = {
      'models/intermediate/extra.sql': 'select team from stg_leads',
      'models/intermediate/extra.yml': yml('extra'),
    };
    expect(await violations(await office(), { base: await office(inner) })).toEqual([]);
  });
});

function yml(name: string): string {
  return `name: ${name}\ndescription: Of the office.\n`;
}

test('a rule that is switched off finds nothing, and one that warns says so', async () => {
  const head = await office({ [rate]: textOf(rate, shorter) });
  expect(await violations(head, { policy: { versionBump: 'off' } })).toEqual([]);
  expect(await violations(head, { policy: { versionBump: 'warn' } })).toMatchObject([{ severity: 'warn' }]);
});
