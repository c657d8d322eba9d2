import { describe, expect, it } from 'vitest';
import { type ReviewMeeting, readDecisions } from '../../../src/project/decision-file.ts';
import { emptyProject, type Project } from '../../../src/project/project.ts';
import { compareDecisions } from '../../../src/review/definitions/decisions.ts';
import { otherRules } from '../../../src/review/definitions/rules-others.ts';
import { leavesOf, withOther } from './leaves.ts';

const empty = emptyProject('/nowhere', 'small');

const callFirst = 'title: { en: Call first, da: Ring først }';
const sendLater = 'title: { en: Send later, da: Send senere }';

function meeting(decisions: readonly string[], heldOn = '2026-10-08', file = '2026-q3'): ReviewMeeting {
  const items = decisions.map((keys) => `  - responsible: SDR Manager\n    ${keys.replaceAll('\n', '\n    ')}\n`);
  const by = items.map((item) => (item.includes('decided_by') ? item : `${item}    decided_by: Sales Director\n`));
  const text = `review: 2026-Q3\nheld_on: ${heldOn}\ndecisions:\n${by.join('')}`;
  const problems: { message: string }[] = [];
  const read = readDecisions({ path: `metrics/decisions/${file}.yml`, text }, problems as never);
  if (read === undefined) throw new Error(problems.map(({ message }) => message).join());
  return read;
}

const decided = (...decisions: readonly string[]): Project => ({ ...empty, decisions: [meeting(decisions)] });

interface Case {
  readonly rule: string;
  readonly before: Project;
  readonly after: Project;
  readonly says: readonly string[];
}

const cases: readonly Case[] = [
  {
    rule: 'decision-added',
    before: decided(callFirst),
    after: decided(sendLater, callFirst),
    says: ['"Send later" was decided on 2026-10-08'],
  },
  {
    rule: 'decision-removed',
    before: decided(callFirst, sendLater),
    after: decided(sendLater),
    says: ['"Call first" is gone'],
  },
  {
    rule: 'decision-done',
    before: decided(callFirst),
    after: decided(`${callFirst}\ndone_on: 2026-11-12`),
    says: ['"Call first": it was done on 2026-11-12'],
  },
  {
    rule: 'decision-undone',
    before: decided(`${callFirst}\ndone_on: 2026-11-12`, `${sendLater}\ndone_on: 2026-11-12`),
    after: decided(callFirst, `${sendLater}\ndone_on: 2026-11-13`),
    says: [
      '"Call first": it is open again; it was done on 2026-11-12',
      '"Send later": it was done on 2026-11-13 instead of 2026-11-12',
    ],
  },
  {
    rule: 'decision-record',
    before: decided(`${callFirst}\ndecided_by: Sales Director`, sendLater),
    after: {
      ...empty,
      decisions: [
        meeting([`${callFirst}\ndecided_by: CRO\ntarget: { metric: win_rate, from: 20 %, to: 25 % }`, `${sendLater}`]),
      ],
    },
    says: [
      '"Call first": it was decided by "CRO" instead of "Sales Director"',
      '"Call first": a target of "win_rate" was decided',
      '"Call first": the target until then was 0.2 instead of nothing',
      '"Call first": the decided target is 0.25 instead of nothing',
    ],
  },
  {
    rule: 'decision-plan',
    before: decided(`${callFirst}\ndue: 2026-11-15`),
    after: decided(`${callFirst}\ndue: 2026-12-15`),
    says: ['"Call first": it is due on 2026-12-15 instead of 2026-11-15'],
  },
  {
    rule: 'decision-words',
    before: decided(callFirst, `${sendLater}\ndue: 2026-11-15`),
    after: decided(
      `${callFirst}\nwhy: { en: Because, da: Fordi }`,
      'title: { en: Send late, da: Send sent }\ndue: 2026-11-15',
    ),
    says: ['"Call first": the why is worded otherwise', '"Send late": the title is worded otherwise'],
  },
];

describe('what a change of decisions does:', () => {
  it.each(cases)('$rule', ({ rule, before, after, says }) => {
    const [change, ...others] = compareDecisions(before, after);
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      kind: 'decision',
      name: '2026-Q3',
      title: 'the decisions of 2026-Q3',
      change: 'changed',
    });
    expect(change?.fields.map(({ words }) => words)).toEqual(says);
    expect(new Set(change?.fields.map((field) => field.rule))).toEqual(new Set([rule]));
    expect(change?.class).toBe(otherRules.find(({ id }) => id === rule)?.class);
  });

  it('has a case for every rule', () => {
    const ids = otherRules.filter(({ kind }) => kind === 'decision').map(({ id }) => id);
    expect(cases.map(({ rule }) => rule).sort()).toEqual(ids.sort());
  });
});

it('names every decision of a review that came or went whole', () => {
  const both = decided(callFirst, sendLater);
  const told = (before: Project, after: Project) =>
    compareDecisions(before, after).map(({ change, class: kind, file, fields }) => ({
      ...{ change, kind, file },
      words: fields.map(({ words }) => words),
    }));
  const file = 'metrics/decisions/2026-q3.yml';
  expect(told(empty, both)).toEqual([
    {
      ...{ change: 'added', kind: 'additive', file },
      words: ['"Call first" was decided on 2026-10-08', '"Send later" was decided on 2026-10-08'],
    },
  ]);
  expect(told(both, empty)).toEqual([
    { change: 'removed', kind: 'breaking', file, words: ['"Call first" is gone', '"Send later" is gone'] },
  ]);
});

it('says nothing of decisions in another order or file', () => {
  const [first, second] = [meeting([callFirst], '2026-10-08', 'a'), meeting([sendLater], '2026-10-08', 'b')];
  const merged = { ...empty, decisions: [meeting([sendLater, callFirst])] };
  expect(compareDecisions({ ...empty, decisions: [first, second] }, { ...empty, decisions: [second, first] })).toEqual(
    [],
  );
  expect(compareDecisions({ ...empty, decisions: [first, second] }, merged)).toEqual([]);
});

it('lets no value of a decision become another without a word', () => {
  const whole = meeting([
    `${callFirst}
why: { en: Because, da: Fordi }
decided_by: [Sales Director, Head of Marketing]
due: 2026-11-15
done_on: 2026-11-12
target: { metric: win_rate, from: 20 %, to: 25 % }`,
  ]);
  const leaves = leavesOf(whole, ['at', 'file']);
  expect(leaves).toHaveLength(14);
  const silent = leaves.filter((leaf) => {
    const other = withOther(whole, leaf, typeof leaf.value === 'number' ? leaf.value + 1 : `${leaf.value}x`);
    return compareDecisions({ ...empty, decisions: [whole] }, { ...empty, decisions: [other] }).length === 0;
  });
  expect(silent.map(({ path }) => path.join('.'))).toEqual([]);
});
