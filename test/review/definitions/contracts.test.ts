import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Project } from '../../../src/project/project.ts';
import { compareContracts } from '../../../src/review/definitions/contracts.ts';
import { contractRules } from '../../../src/review/definitions/rules-contracts.ts';
import type { DefinitionChange } from '../../../src/review/types.ts';
import { formsOf, metricYaml, projectOf } from './definitions.ts';

async function compared(before: Project, after: Project): Promise<DefinitionChange[]> {
  return compareContracts(before, after, await formsOf(before, after));
}

type Files = Readonly<Record<string, string>>;

const calls = { 'metrics/calls.yml': metricYaml('calls', { label: '{ en: Calls, da: Opkald }' }) };
const ofMetric = (contract: string, more: Files = {}): Project =>
  projectOf({ ...calls, 'metrics/x.yml': metricYaml('x', { dimensions: '[team]', contract }), ...more });
const ofModel = (text: string): Project =>
  projectOf({ 'models/marts/deals.yml': `name: deals\ndescription: Deals that were won.\n${text}` });
const config = (contracts: string) => ({
  'handover.yml': `name: tiny\nsources:\n  deals: { kind: table, files: deals.csv, recorded_at: won_at }\ncontracts: ${contracts}\n`,
});

/** A metric's contract, or a project. */
type Side = string | (() => Project);

interface Case {
  readonly rule: string;
  readonly before: Side;
  readonly after: Side;
  readonly words: string;
}

const cases: readonly Case[] = [
  {
    rule: 'contract-rule-removed',
    before: '{ adds_up: true, unique: true }',
    after: '{ unique: true }',
    words: 'it no longer asks that parts add up to the whole',
  },
  {
    rule: 'contract-rule-added',
    before: '{ unique: true }',
    after: '{ unique: true, complete: { periods: 3 } }',
    words: 'it now asks that each of the last 3 periods has rows',
  },
  {
    rule: 'contract-warning-added',
    before: '{ unique: true }',
    after: '{ unique: true, freshness: { max_age: 36h, severity: warn } }',
    words: 'it now asks that the newest row is at most 36 hours old, and warns where it does not hold',
  },
  {
    rule: 'contract-warning-removed',
    before: '{ unique: true, change: { within: 50 %, severity: warn } }',
    after: '{ unique: true }',
    words: 'it no longer asks that the last period is that before it, give or take 50 %',
  },
  {
    rule: 'contract-stricter',
    before: '{ range: [0, null] }',
    after: '{ range: [0, 100] }',
    words: 'it asks more: that values lie between 0 and 100, and asked that values are 0 or more',
  },
  {
    rule: 'contract-looser',
    before: '{ restatement: 1 % }',
    after: '{ restatement: 5 % }',
    words:
      'it asks less: that a published value moves by 5 % at most, and asked that a published value moves by 1 % at most',
  },
  {
    rule: 'contract-looser',
    before: '{ complete: true }',
    after: '{ complete: { periods: 4 } }',
    words: 'it asks less: that each of the last 4 periods has rows, and asked that every period that is over has rows',
  },
  {
    rule: 'contract-looser',
    before: '{ agrees_with: [{ metric: calls }] }',
    after: '{ agrees_with: [{ metric: calls, within: 2 % }] }',
    words: 'it asks less: that it says the same as Calls, give or take 2 %, and asked that it says the same as Calls',
  },
  {
    rule: 'contract-otherwise',
    before: '{ range: [0, 10] }',
    after: '{ range: [5, 20] }',
    words: 'it asks something else: that values lie between 5 and 20, and asked that values lie between 0 and 10',
  },
  {
    rule: 'contract-otherwise',
    before: '{ reconciles_with: select count(*) from deals }',
    after: '{ reconciles_with: select count(deal_id) from deals }',
    words:
      'it asks something else: that all periods add up to `select count(deal_id) from deals`, and asked that all periods add up to `select count(*) from deals`',
  },
  {
    rule: 'contract-otherwise',
    before: '{ sql: [{ name: no twins, select: select 1 where false }] }',
    after: '{ sql: [{ name: no twins, select: select 1 where true }] }',
    words: 'it asks something else in the words that the check "no twins" finds no row',
  },
  {
    rule: 'contract-rule-added',
    before: '{ references: [{ columns: [team], to: teams }] }',
    after: '{ references: [{ columns: [team], to: teams }, { columns: [a, b], to: pairs, to_columns: [c, d] }] }',
    words: 'it now asks that `a` and `b` of every row are found in `pairs` as `c` and `d`',
  },
  {
    rule: 'contract-warning-changed',
    before: '{ volume: { within: 20 %, severity: warn } }',
    after: '{ volume: { within: 10 %, severity: warn } }',
    words:
      'it asks more: that the last period has as many rows as the median of the 8 before it, give or take 10 %, and asked that the last period has as many rows as the median of the 8 before it, give or take 20 %',
  },
  {
    rule: 'contract-severity-raised',
    before: '{ unique: { severity: warn } }',
    after: '{ unique: true }',
    words: 'when it does not hold that no row is counted twice, nothing is published any more; so far that only warned',
  },
  {
    rule: 'contract-severity-lowered',
    before: '{ unique: true }',
    after: '{ unique: { severity: warn } }',
    words:
      'when it does not hold that no row is counted twice, that only warns from now on; so far nothing was published',
  },
  {
    rule: 'contract-check-name',
    before: '{ sql: [{ name: no twins, select: select 1 where false }] }',
    after: '{ sql: [{ name: no doubles, select: select 1 where FALSE }] }',
    words:
      'a check is called otherwise: that the check "no doubles" finds no row was that the check "no twins" finds no row',
  },
  {
    rule: 'contract-rule-added',
    before: () => ofModel('grain: [deal_id]'),
    after: () => ofModel('grain: [deal_id]\ncolumns:\n  team: { description: A team, not_null: true }'),
    words: 'it now asks that `team` is never empty',
  },
  {
    rule: 'contract-rule-added',
    before: () => ofModel('grain: [deal_id]\ncolumns:\n  team: { description: A team }'),
    after: () => ofModel('grain: [deal_id]\ncolumns:\n  team: { description: A team, type: varchar }'),
    words: 'it now asks that `team` is a `varchar`',
  },
  {
    rule: 'contract-otherwise',
    before: () => ofModel('grain: [deal_id]\ncolumns:\n  team: { description: A team, type: varchar }'),
    after: () => ofModel('grain: [deal_id]\ncolumns:\n  team: { description: A team, type: BIGINT }'),
    words: 'it asks something else: that `team` is a `BIGINT`, and asked that `team` is a `varchar`',
  },
  {
    rule: 'contract-rule-removed',
    before: () => ofModel('grain: [deal_id]\ncolumns:\n  team: { description: A team, unique: true }'),
    after: () => ofModel('grain: [deal_id]\ncolumns:\n  team: { description: A team }'),
    words: 'it no longer asks that `team` is unique',
  },
  {
    rule: 'contract-otherwise',
    before: () => ofModel('grain: [deal_id]'),
    after: () => ofModel('grain: [deal_id, team]'),
    words:
      'it asks something else: that `deal_id` and `team` are unique and never empty, and asked that `deal_id` is unique and never empty',
  },
  {
    rule: 'contract-looser',
    before: () => ofModel('grain: [deal_id]\ncolumns:\n  team: { description: A team, accepted_values: [a, b] }'),
    after: () => ofModel('grain: [deal_id]\ncolumns:\n  team: { description: A team, accepted_values: [b, c, a] }'),
    words: 'it asks less: that `team` is one of "a", "b" and "c", and asked that `team` is one of "a" and "b"',
  },
  {
    rule: 'contract-rule-added',
    before: () => ofModel('grain: [deal_id]'),
    after: () => ofModel('grain: [deal_id]\ncontract: { enforced: true }'),
    words: 'it now asks that its columns are those listed, none else and none less',
  },
  {
    rule: 'contract-severity-lowered',
    before: () => ofModel('grain: [deal_id]\ncontract: { relationships: [{ columns: [team], to: teams }] }'),
    after: () =>
      ofModel('grain: [deal_id]\ncontract: { relationships: [{ columns: [team], to: teams, severity: warn }] }'),
    words:
      'when it does not hold that `team` of every row is found in `teams`, that only warns from now on; so far nothing was published',
  },
  {
    rule: 'contract-stricter',
    before: () => ofModel('grain: [deal_id]\ncontract: { expressions: [{ name: paid, that: amount > 0 }] }'),
    after: () => ofModel('grain: [deal_id]\ncontract: { expressions: [{ name: paid, that: amount > 1 }] }'),
    words:
      'it asks more: that `amount > 1` holds for every row ("paid"), and asked that `amount > 0` holds for every row ("paid")',
  },
  {
    rule: 'contract-stricter',
    before: () => projectOf(config('{ freshness: { max_age: 3d } }')),
    after: () => projectOf(config('{ freshness: { max_age: 36h } }')),
    words:
      'it asks more: that the data are at most 36 hours old when a build starts, and asked that the data are at most 72 hours old when a build starts',
  },
];

const sideOf = (side: Side) => (typeof side === 'string' ? ofMetric(side) : side());

describe('a change of one rule', () => {
  it.each(cases)('$rule: $words', async ({ rule, before, after, words }) => {
    const changes = await compared(sideOf(before), sideOf(after));
    expect(changes).toHaveLength(1);
    expect(changes[0]?.fields.map((field) => [field.rule, field.words])).toEqual([[rule, words]]);
    expect(changes[0]?.class).toBe(contractRules.find(({ id }) => id === rule)?.class);
    expect(changes[0]).toMatchObject({ kind: 'contract', change: 'changed', isUnknown: false });
  });

  it('has a case for each rule of the table', () => {
    const tried = new Set(cases.map(({ rule }) => rule));
    expect(contractRules.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([]);
  });
});

/** Every kind of rule that a metric's contract may have. */
const everything = {
  range: '[0, 10]',
  complete: 'true',
  freshness: '36h',
  volume: '{ within: 20 %, of_last: 4 }',
  unique: 'true',
  adds_up: 'true',
  reconciles_with: '{ select: select count(*) from deals, within: 1 % }',
  references: '[{ columns: [team], to: teams }]',
  agrees_with: '[{ metric: calls, within: 1 % }]',
  change: '{ within: 50 % }',
  restatement: '2 %',
  sql: '[{ name: none, select: select 1 where amount > 1 and amount < 3 }]',
};
const contractOf = (rules: Readonly<Record<string, string>>) =>
  `{ ${Object.entries(rules)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }`;

describe('every kind of rule', () => {
  it('of a metric has a rule of the table, whether it comes or goes', async () => {
    const [none, all] = [ofMetric('{ restatement: false }'), ofMetric(contractOf(everything))];
    const kinds = Object.keys(everything).sort();
    for (const changes of [await compared(none, all), await compared(all, none)]) {
      const fields = changes.flatMap((change) => change.fields);
      expect(fields.map(({ path }) => path.split('.')[0]).sort()).toEqual(kinds);
      expect(fields.filter(({ isUnknown }) => isUnknown)).toEqual([]);
    }
  });

  it('that nothing is known of counts as breaking and says so', async () => {
    const [before, after] = [ofMetric('{ unique: true }'), ofMetric('{ unique: { severity: error } }')];
    const metrics = after.metrics.map((metric) => ({
      ...metric,
      // As a rule that a later version adds would come.
      contract: metric.contract.map((rule) => (rule.kind === 'unique' ? { ...rule, limit: 3 } : rule)),
    }));
    const [change] = await compared(before, { ...after, metrics });
    expect(change?.fields.map(({ rule, class: kindOf }) => [rule, kindOf])).toEqual([
      ['contract-otherwise', 'breaking'],
    ]);
  });
});

describe('what is said for all metrics', () => {
  const files = (contracts: string, own = '{ range: [0, null] }') =>
    projectOf({
      ...calls,
      'metrics/x.yml': metricYaml('x', { dimensions: '[team]', contract: own }),
      'metrics/y.yml': metricYaml('y', { dimensions: '[team]', label: '{ en: Y, da: Y }' }),
      ...config(contracts),
    });

  it('is one change, and not one of every metric', async () => {
    const before = files('{ metrics: { unique: true, adds_up: true } }');
    const after = files('{ metrics: { unique: true } }');
    expect(await compared(before, after)).toMatchObject([
      {
        name: 'contracts.metrics',
        title: 'the contract of every metric',
        file: 'handover.yml',
        line: 4,
        class: 'breaking',
        fields: [{ path: 'adds_up', words: 'it no longer asks that parts add up to the whole' }],
      },
    ]);
  });

  it('is told with its severity, rules that nobody wrote too', async () => {
    const [change, ...others] = await compared(files('{ metrics: {} }'), files('{ metrics: { severity: warn } }'));
    expect(others).toEqual([]);
    expect(change?.title).toBe('the contract of every metric');
    expect(change?.fields.map(({ path, rule }) => [path, rule])).toEqual([
      ['dated.severity', 'contract-severity-lowered'],
      ['restatement.severity', 'contract-severity-lowered'],
      // It stands in the metric's own file, which leaves the severity to handover.yml.
      ['range.severity', 'contract-severity-lowered'],
    ]);
    expect(change?.fields.at(-1)?.words).toBe(
      'when it does not hold that what each says of `range` holds, that only warns from now on; so far nothing was published',
    );
  });

  it('is not changed by a metric that is an exception to it', async () => {
    const before = files('{ metrics: { unique: true, adds_up: true } }');
    const after = files('{ metrics: { unique: true, adds_up: true } }', '{ range: [0, null], adds_up: false }');
    expect(await compared(before, after)).toMatchObject([
      { name: 'x', file: 'metrics/x.yml', fields: [{ path: 'adds_up', rule: 'contract-rule-removed' }] },
    ]);
  });

  it('and said by a metric in its own words is no change', async () => {
    const before = files('{ metrics: { unique: true } }');
    const after = files('{ metrics: { unique: true } }', '{ unique: { severity: error }, range: [0, null] }');
    expect(await compared(before, after)).toEqual([]);
  });

  it('is told beside what a metric says itself in the same change', async () => {
    const before = files('{ metrics: { unique: true, complete: true } }');
    const after = files('{ metrics: { unique: true } }', '{ range: [0, 5] }');
    const changes = await compared(before, after);
    expect(changes.map(({ name, fields }) => [name, fields.map(({ path }) => path)])).toEqual([
      ['contracts.metrics', ['complete']],
      ['x', ['range']],
    ]);
  });
});

describe('what means nothing', () => {
  it('is no change: order of rules, short and long forms, how SQL is written', async () => {
    const long: Readonly<Record<string, string>> = {
      ...everything,
      range: '{ between: [0, 10] }',
      complete: '{}',
      freshness: '{ max_age: 36h, severity: error }',
      unique: '{ severity: error }',
      references: '[{ columns: [team], to: teams, to_columns: [team] }]',
      reconciles_with: '{ within: 1 %, select: "SELECT COUNT(*)  FROM deals;" }',
      restatement: '{ within: 2 % }',
      sql: '[{ select: SELECT 1 where 3 > amount and (amount > 1), name: none }]',
    };
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(Object.keys(long), { minLength: 1 }), async (keys) => {
        const [plain, other] = [everything, long].map((rules) =>
          contractOf(
            Object.fromEntries(
              keys.map((key) => [key, Object.entries(rules).find(([name]) => name === key)?.[1] ?? '']),
            ),
          ),
        );
        const reversed = contractOf(Object.fromEntries([...keys].sort().map((key) => [key, long[key] ?? ''])));
        for (const written of [other, reversed]) {
          expect(await compared(ofMetric(plain ?? ''), ofMetric(written ?? ''))).toEqual([]);
        }
      }),
      { numRuns: 8, seed: 20_261_126 },
    );
  });

  it('of a model too', async () => {
    const before = ofModel(
      'grain: [deal_id, team]\ncolumns:\n  a: { description: A, accepted_values: [x, y] }\ncontract: { expressions: [{ name: b, that: c and d }] }',
    );
    const after = ofModel(
      'contract: { expressions: [{ that: "D AND (c) -- both", name: b }] }\ncolumns:\n  a: { accepted_values: [y, x], description: Another }\ngrain: [team, deal_id] # the key',
    );
    expect(await compared(before, after)).toEqual([]);
  });
});

it('compares the contract of a version that was raised with that before, and names the renamed', async () => {
  const changes = '[{ version: 1, why: First }, { version: 2, why: Another }]';
  const first = { contract: '{ range: [0, 10] }' };
  const before = projectOf({ 'metrics/x.yml': metricYaml('x', first) });
  const raised = projectOf({
    'metrics/x.yml': metricYaml('x', { version: '2', changes, contract: '{ range: [0, 20] }' }),
    'metrics/x.v1.yml': metricYaml('x', first),
  });
  expect(await compared(before, raised)).toMatchObject([
    { name: 'x', versionBefore: 1, versionAfter: 2, fields: [{ rule: 'contract-looser' }], line: 12 },
  ]);
  const renamed = projectOf({ 'metrics/z.yml': metricYaml('z', { contract: '{ range: [0, 5] }' }) });
  expect(await compared(before, renamed)).toMatchObject([
    { name: 'z', previousName: 'x', title: 'the contract of MQL volume', fields: [{ rule: 'contract-stricter' }] },
  ]);
});

it('says nothing of contracts of what is new or gone', async () => {
  const before = projectOf({});
  const after = ofMetric(contractOf(everything));
  expect(await compared(before, after)).toEqual([]);
  expect(await compared(after, before)).toEqual([]);
});
