import type { Agreement, AgreementPromise, Condition, Tier } from '../project/agreement.ts';
import type { SqlValue, Warehouse } from '../warehouse/warehouse.ts';

type Row = Readonly<Record<string, SqlValue>>;

/** sla.promises, sla.conditions, sla.attributes, sla.targets. Needs sla.required_fields and sla.policies. */
export async function writePromises(warehouse: Warehouse, agreements: readonly Agreement[]): Promise<void> {
  const promised = agreements.flatMap((agreement) => agreement.promises.map((promise) => ({ agreement, promise })));
  await warehouse.insert(
    'sla.promises',
    {
      agreement: 'text',
      promise: 'text',
      clause: 'text',
      kind: 'text',
      tier_no: 'integer',
      variant: 'text',
      rule: 'text',
      business_minutes: 'double',
      attempts: 'integer',
      channels: 'integer',
      business_days: 'integer',
    },
    promised.flatMap(({ agreement, promise }) => tierRows(promise).map((row) => ({ agreement: agreement.id, ...row }))),
  );
  const rules = agreements.flatMap((agreement) => rulesOf(agreement).map((rule) => ({ agreement, ...rule })));
  await warehouse.insert(
    'sla.conditions',
    {
      agreement: 'text',
      rule: 'text',
      condition_no: 'integer',
      attribute: 'text',
      operator: 'text',
      value: 'text',
      number: 'double',
    },
    rules.flatMap(({ agreement, rule, conditions }) =>
      conditions.flatMap((condition, index) =>
        conditionRows(condition).map((row) => ({ agreement: agreement.id, rule, condition_no: index + 1, ...row })),
      ),
    ),
  );
  await writeAttributes(warehouse);
  await writeTargets(warehouse, promised);
}

interface Promised {
  readonly agreement: Agreement;
  readonly promise: AgreementPromise;
}

/** Targets of a quarter or a team stand beside the one that holds where nothing else is said. */
async function writeTargets(warehouse: Warehouse, promised: readonly Promised[]): Promise<void> {
  await warehouse.insert(
    'sla.targets',
    {
      agreement: 'text',
      side: 'text',
      promise: 'text',
      metric: 'text',
      grain: 'text',
      team: 'text',
      quarter_start: 'date',
      target: 'double',
    },
    promised.flatMap(({ agreement, promise }) => {
      const { id, side, metric, grain, target, targets } = promise;
      const common = { agreement: agreement.id, side, promise: id, metric, grain: grain ?? null };
      return [
        { ...common, team: null, quarter_start: null, target },
        ...targets.quarters.map((entry) => ({
          ...common,
          team: null,
          quarter_start: startOfQuarter(entry.quarter, agreement.fiscalYearStartMonth),
          target: entry.target,
        })),
        ...targets.teams.map((entry) => ({ ...common, team: entry.team, quarter_start: null, target: entry.target })),
      ];
    }),
  );
}

/** A quarter is called after the calendar quarter in which it starts: from February on, 2026-q1 starts on 1 February. */
function startOfQuarter(quarter: string, fiscalYearStartMonth: number): string {
  const firstMonth = Number(quarter.slice(-1)) * 3 - 2;
  const month = firstMonth + ((fiscalYearStartMonth - 1) % 3);
  return `${quarter.slice(0, 4)}-${String(month).padStart(2, '0')}-01`;
}

/** One row a tier and variant. */
function tierRows(promise: AgreementPromise): Row[] {
  if (promise.kind === 'metric') return [];
  return promise.tiers.flatMap((tier, index) => {
    const common = {
      promise: tierName(promise, tier),
      clause: promise.id,
      kind: promise.kind,
      tier_no: index + 1,
      rule: tier.when.length === 0 ? null : tierName(promise, tier),
    };
    return [
      { ...common, variant: 'normal', ...effortColumns(tier) },
      ...(tier.reduced === undefined ? [] : [{ ...common, variant: 'reduced', ...effortColumns(tier.reduced) }]),
      ...(tier.surge === undefined ? [] : [{ ...common, variant: 'surge', ...effortColumns(tier.surge) }]),
    ];
  });
}

interface AnyEffort {
  readonly businessMinutes?: number;
  readonly attempts?: number;
  readonly channels?: number;
  readonly businessDays?: number;
}

function effortColumns({ businessMinutes, attempts, channels, businessDays }: AnyEffort): Row {
  return {
    business_minutes: businessMinutes ?? null,
    attempts: attempts ?? null,
    channels: channels ?? null,
    business_days: businessDays ?? null,
  };
}

function tierName(promise: AgreementPromise, tier: Tier): string {
  return tier.id === undefined ? promise.id : `${promise.id}/${tier.id}`;
}

function rulesOf(agreement: Agreement): { rule: string; conditions: readonly Condition[] }[] {
  const tiers = agreement.promises.flatMap((promise) =>
    promise.kind === 'metric'
      ? []
      : promise.tiers.map((tier) => ({ rule: tierName(promise, tier), conditions: tier.when })),
  );
  return [
    ...tiers,
    { rule: 'icp', conditions: agreement.icp },
    ...agreement.score.fit.map(({ when }, index) => ({ rule: `fit/${index + 1}`, conditions: when })),
    ...agreement.policies.excluded.map((when, index) => ({ rule: `excluded/${index + 1}`, conditions: when })),
  ];
}

/** Rows with the same condition_no are alternatives. */
function conditionRows(condition: Condition): Row[] {
  const { attribute, operator } = condition;
  if (operator === 'in') return condition.values.map((value) => ({ attribute, operator, value }));
  return [{ attribute, operator, number: operator === 'filled' ? null : condition.number }];
}

/** What models must know of a lead at an instant. */
async function writeAttributes(warehouse: Warehouse): Promise<void> {
  await warehouse.run(`
    create or replace table sla.attributes as
    select attribute from sla.conditions
    union
    select field from sla.required_fields
    union
    select account_attribute from sla.policies where account_attribute is not null
    union
    select unnest(['source', 'campaign', 'country'])
    order by attribute
  `);
}
