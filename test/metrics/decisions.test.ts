import { afterEach, expect, it } from 'vitest';
import { writeDecisions } from '../../src/metrics/decisions.ts';
import { type ReviewMeeting, readDecisions } from '../../src/project/decision-file.ts';
import { emptyProject } from '../../src/project/project.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

let warehouse: Warehouse;
afterEach(() => warehouse?.close());

function meeting(file: string, review: string, heldOn: string, ...decisions: readonly string[]): ReviewMeeting {
  const items = decisions.map((more) => `  - decided_by: A\n    responsible: B\n    ${more}\n`).join('');
  const text = `review: ${review}\nheld_on: ${heldOn}\ndecisions:\n${items}`;
  const read = readDecisions({ path: `metrics/decisions/${file}.yml`, text }, []);
  if (read === undefined) throw new Error(text);
  return read;
}

const titled = (title: string): string => `title: { en: ${title} }`;

async function written(meetings: readonly ReviewMeeting[], fiscalYearStartMonth = 1) {
  warehouse = await Warehouse.open(':memory:');
  const empty = emptyProject('/nowhere', 'small');
  await writeDecisions(warehouse, {
    ...empty,
    config: { ...empty.config, fiscalYearStartMonth },
    decisions: meetings,
  });
  return warehouse.rows('select * from main.decisions order by period_start, review, decision_no');
}

it('is a row a decision, with the days, the target and both languages', async () => {
  const more = `title: { en: Up, da: Op }
    decided_by: [Head of Marketing, Sales Director]
    why: { da: Fordi }
    due: 2026-11-15
    done_on: 2026-11-12
    target: { metric: answered, from: 85 %, to: 90 % }`;
  const text = `review: 2026-Q3\nheld_on: 2026-10-08\ndecisions:\n  - responsible: Inside Sales Manager\n    ${more}\n`;
  const read = readDecisions({ path: 'metrics/decisions/2026-q3.yml', text }, []);
  expect(await written(read === undefined ? [] : [read])).toEqual([
    {
      ...{ review: '2026-Q3', grain: 'quarter', period_start: '2026-07-01', held_on: '2026-10-08', decision_no: 1 },
      ...{ title_en: 'Up', title_da: 'Op', why_en: 'Fordi', why_da: 'Fordi' },
      ...{ decided_by: 'Head of Marketing, Sales Director', responsible: 'Inside Sales Manager' },
      ...{ due_on: '2026-11-15', done_on: '2026-11-12', metric: 'answered', target_from: 0.85, target_to: 0.9 },
      file: 'metrics/decisions/2026-q3.yml',
    },
  ]);
});

it('numbers the decisions of a review on, over its meetings in order of date and file', async () => {
  const rows = await written([
    meeting('a', '2026-W47', '2026-11-24', titled('third')),
    meeting('c', '2026-W47', '2026-11-23', titled('second')),
    meeting('b', '2026-W47', '2026-11-23', titled('zero'), titled('first')),
    meeting('d', '2026-W46', '2026-11-23', titled('other')),
  ]);
  expect(rows.map(({ review, decision_no, title_da }) => `${review} ${decision_no} ${title_da}`)).toEqual([
    '2026-W46 1 other',
    '2026-W47 1 zero',
    '2026-W47 2 first',
    '2026-W47 3 second',
    '2026-W47 4 third',
  ]);
});

it.each([
  // 4 January 2026 is a Sunday: week 1 began on 29 December. 2026 ends on a Thursday: 53 weeks.
  ['2026-W01', 1, 'week', '2025-12-29'],
  ['2026-W47', 1, 'week', '2026-11-16'],
  ['2026-W53', 1, 'week', '2026-12-28'],
  ['2026-02', 1, 'month', '2026-02-01'],
  ['2026-Q1', 1, 'quarter', '2026-01-01'],
  // From February on: February to April begins in the first calendar quarter, November to January in the fourth.
  ['2026-Q1', 2, 'quarter', '2026-02-01'],
  ['2026-Q4', 2, 'quarter', '2026-11-01'],
  ['2026-Q3', 7, 'quarter', '2026-07-01'],
  ['2026-Q3', 12, 'quarter', '2026-09-01'],
])('%s, of fiscal years from month %i on, is the %s from %s', async (review, month, grain, start) => {
  const rows = await written([meeting('a', review, '2027-01-04', titled('x'))], month);
  expect(rows).toMatchObject([{ grain, period_start: start }]);
});

it('is there without any', async () => {
  expect(await written([])).toEqual([]);
});
