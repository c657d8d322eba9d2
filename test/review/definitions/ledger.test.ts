import { describe, expect, it } from 'vitest';
import type { BreachLogEntry } from '../../../src/project/breach-log.ts';
import { type Improvement, readImprovement } from '../../../src/project/improvement-file.ts';
import type { Acknowledgement, Ledger, PublishedLine } from '../../../src/project/ledger.ts';
import { emptyProject, type Project } from '../../../src/project/project.ts';
import { startOf } from '../../../src/project/yaml-file.ts';
import { compareImprovements } from '../../../src/review/definitions/improvements.ts';
import { compareLedger } from '../../../src/review/definitions/ledger.ts';
import { otherRules } from '../../../src/review/definitions/rules-others.ts';

const place = startOf({ path: 'metrics/published/2026-Q3.csv', text: '' });
const empty = emptyProject('/nowhere', 'small');

const line = (value: number, metric = 'mql_volume'): PublishedLine => ({
  ...{ metric, version: 1, value, numerator: null, denominator: null, target: 100, status: 'kept', isFinal: true },
  ...{ asOf: '2026-11-23T08:00:00Z', place },
});
const acknowledged = (reason: string): Acknowledgement => ({
  ...{ period: '2026-Q3', metric: 'mql_volume', version: 1, fromValue: 120, toValue: 118, toStatus: null },
  ...{ reason, by: 'Head of marketing', on: '2026-11-24', place },
});
const published = (lines: readonly PublishedLine[], hash = '0123456789ab'): Partial<Ledger> => ({
  periods: [{ label: '2026-Q3', grain: 'quarter', lines }],
  inputs: [{ period: '2026-Q3', kind: 'model', name: 'lead_cycles', hash, place }],
});
const withLedger = (ledger: Partial<Ledger>): Project => ({ ...empty, ledger: { ...empty.ledger, ...ledger } });

function improved(more: string, by = 'both heads'): Project {
  const title = 'title: { en: Call first, da: Ring først }';
  const agreed = `agreed_on: 2026-09-01\nagreed_by: ${by}`;
  const text = `id: call-first\n${title}\n${agreed}\nmetric: mql_volume\nsince: 2026-09-07\n${more}`;
  const improvement = readImprovement({ path: 'metrics/improvements/call-first.yml', text }, []);
  return { ...empty, improvements: [improvement].filter((found): found is Improvement => found !== undefined) };
}

const breach = (leadId: string, cause: string): BreachLogEntry => ({
  ...{ leadId, clause: 'first_response', dueOn: '2026-10-01', cause },
  place: startOf({ path: 'metrics/breaches/2026.csv', text: '' }),
});
const logged = (...breachLog: readonly BreachLogEntry[]): Project => ({ ...empty, breachLog });

interface Case {
  readonly rule: string;
  readonly before: Project;
  readonly after: Project;
  readonly says: readonly string[];
}

const ledgerCases: readonly Case[] = [
  {
    rule: 'ledger-published',
    before: empty,
    after: withLedger(published([line(120)])),
    says: ['2026-Q3 is published'],
  },
  {
    rule: 'ledger-removed',
    before: withLedger(published([line(120)])),
    after: empty,
    says: ['what was published is taken away'],
  },
  {
    rule: 'ledger-rewritten',
    before: withLedger(published([line(120), line(3, 'meetings')])),
    after: withLedger(published([line(140), line(9, 'sql_volume')])),
    says: [
      'what was published is rewritten: "mql_volume" shows version 1, value 140, target 100, kept instead of version 1, value 120, target 100, kept',
      'what was published is rewritten: there is a line on "sql_volume" that was not there (version 1, value 9, target 100, kept)',
      'what was published is rewritten: the line on "meetings" is gone (version 1, value 3, target 100, kept)',
    ],
  },
  {
    rule: 'ledger-inputs',
    before: withLedger(published([line(120)])),
    after: withLedger(published([line(120)], 'ba9876543210')),
    says: ['what was published is rewritten: what its values were made from is another in inputs.csv'],
  },
  {
    rule: 'ledger-acknowledged',
    before: empty,
    after: withLedger({ acknowledgements: [acknowledged('Two leads were merged.')] }),
    says: ['a restatement is acknowledged: 2026-Q3, "mql_volume": 120 to 118'],
  },
  {
    rule: 'ledger-unacknowledged',
    before: withLedger({ acknowledgements: [acknowledged('Two leads were merged.')] }),
    after: empty,
    says: ['an acknowledgement is taken back: 2026-Q3, "mql_volume": 120 to 118'],
  },
  {
    rule: 'ledger-reason',
    before: withLedger({ acknowledgements: [acknowledged('Two leads were merged.')] }),
    after: withLedger({ acknowledgements: [acknowledged('Two leads turned out to be one.')] }),
    says: ['why or by whom a restatement was acknowledged is worded otherwise: 2026-Q3, "mql_volume": 120 to 118'],
  },
];

const improvementCases: readonly Case[] = [
  { rule: 'improvement-added', before: empty, after: improved(''), says: ['is new'] },
  { rule: 'improvement-removed', before: improved(''), after: empty, says: ['is gone'] },
  {
    rule: 'improvement-closed',
    before: improved(''),
    after: improved('until: 2026-10-31\n'),
    says: ['it is closed: 2026-10-31 is the last day on which it is measured'],
  },
  {
    rule: 'improvement-until',
    before: improved('until: 2026-10-31\n'),
    after: improved('until: 2026-11-30\n'),
    says: ['it is measured until 2026-11-30 instead of 2026-10-31'],
  },
  {
    rule: 'improvement-measured',
    before: improved(''),
    after: improved('team: dk\nexpected: 90 %\n'),
    says: [
      'it is measured in the team "dk" instead of all teams',
      'the metric was expected to become 0.9 instead of nothing',
    ],
  },
  {
    rule: 'improvement-agreed',
    before: improved(''),
    after: improved('', 'sales alone'),
    says: ['it was agreed by "sales alone" instead of "both heads"'],
  },
  {
    rule: 'improvement-words',
    before: improved(''),
    after: improved('note: { en: Since the fair., da: Siden messen. }\n'),
    says: ['the note is worded otherwise'],
  },
  {
    rule: 'breaches-explained',
    before: logged(),
    after: logged(breach('L1', 'holiday')),
    says: ['1 line explains a breach that had no explanation'],
  },
  {
    rule: 'breaches-removed',
    before: logged(breach('L1', 'holiday'), breach('L2', 'ill')),
    after: logged(),
    says: ['2 lines that explained a breach are gone'],
  },
  {
    rule: 'breaches-changed',
    before: logged(breach('L1', 'holiday'), breach('L2', 'ill')),
    after: logged(breach('L2', 'ill'), breach('L1', 'was ill')),
    says: ['1 line on a breach says something else'],
  },
];

describe('what a change of the ledger does:', () => {
  it.each(ledgerCases)('$rule', ({ rule, before, after, says }) => {
    const [change, ...others] = compareLedger(before, after);
    expect(others).toEqual([]);
    expect(change?.fields.map(({ words }) => words)).toEqual(says);
    expect(new Set(change?.fields.map((field) => field.rule))).toEqual(new Set([rule]));
    expect(change?.class).toBe(otherRules.find(({ id }) => id === rule)?.class);
  });
});

describe('what a change of improvements and the breach log does:', () => {
  it.each(improvementCases)('$rule', ({ rule, before, after, says }) => {
    const [change, ...others] = compareImprovements(before, after);
    expect(others).toEqual([]);
    expect(change?.fields.map(({ words }) => words)).toEqual(says);
    expect(new Set(change?.fields.map((field) => field.rule))).toEqual(new Set([rule]));
    expect(change?.class).toBe(otherRules.find(({ id }) => id === rule)?.class);
  });

  it('is told without a word of any lead', () => {
    const before = logged(breach('lead-4711', 'the secret cause'), breach('lead-4712', 'x'));
    const after = logged(breach('lead-4711', 'another secret'), breach('lead-4713', 'y'));
    const changes = compareImprovements(before, after);
    expect(changes[0]?.fields).toHaveLength(3);
    expect(JSON.stringify(changes)).not.toMatch(/lead-47|secret|"[xy]"/);
  });
});

it('every rule of ledger and improvements has a case', () => {
  const ids = otherRules.filter(({ kind }) => kind === 'ledger' || kind === 'improvement').map(({ id }) => id);
  expect([...ledgerCases, ...improvementCases].map(({ rule }) => rule).sort()).toEqual(ids.sort());
});

it('nothing that is the same is a change', () => {
  const project = () => withLedger({ ...published([line(120)]), acknowledgements: [acknowledged('x')] });
  expect(compareLedger(project(), project())).toEqual([]);
  expect(compareImprovements(improved(''), improved(''))).toEqual([]);
  expect(
    compareImprovements(logged(breach('L1', 'a'), breach('L2', 'b')), logged(breach('L2', 'b'), breach('L1', 'a'))),
  ).toEqual([]);
});
