import type { Agreement, AgreementPromise, Condition, Tier } from '../project/agreement.ts';
import { exits, ladder } from '../project/stages.ts';
import { quoteLiteral, type SqlValue, type Warehouse } from '../warehouse/warehouse.ts';
import type { KeyedCalendar } from './calendar-rules.ts';
import { startOfDate } from './dates.ts';

type Row = Readonly<Record<string, SqlValue>>;

/** sla.stages, sla.agreements, sla.team_calendars, sla.release_reasons, sla.required_fields. */
export async function writeTerms(
  warehouse: Warehouse,
  agreements: readonly Agreement[],
  calendars: readonly KeyedCalendar[],
): Promise<void> {
  const keyOf = (agreement: Agreement, name: string): number | null =>
    calendars.find((entry) => entry.agreement === agreement && entry.calendar.name === name)?.key ?? null;
  await warehouse.insert('sla.stages', { stage: 'text', rung: 'integer', is_exit: 'boolean' }, [
    ...ladder.map((stage, index) => ({ stage, rung: index + 1, is_exit: false })),
    ...exits.map((stage) => ({ stage, rung: null, is_exit: true })),
  ]);
  await writeAgreements(warehouse, agreements, keyOf);
  await warehouse.insert(
    'sla.team_calendars',
    { agreement: 'text', team: 'text', calendar_key: 'integer' },
    agreements.flatMap((agreement) =>
      agreement.teams.map(({ team, calendar }) => ({
        agreement: agreement.id,
        team,
        calendar_key: keyOf(agreement, calendar),
      })),
    ),
  );
  await warehouse.insert(
    'sla.release_reasons',
    { agreement: 'text', reason: 'text' },
    agreements.flatMap(({ id, releaseReasons }) => releaseReasons.map((reason) => ({ agreement: id, reason }))),
  );
  await warehouse.insert(
    'sla.required_fields',
    { agreement: 'text', stage: 'text', field: 'text' },
    agreements.flatMap(({ id, requiredFields }) =>
      requiredFields.flatMap(({ stage, fields }) => fields.map((field) => ({ agreement: id, stage, field }))),
    ),
  );
}

/** An agreement is in force from 00:00 of its day in its zone until the next one is. */
async function writeAgreements(
  warehouse: Warehouse,
  agreements: readonly Agreement[],
  keyOf: (agreement: Agreement, calendar: string) => number | null,
): Promise<void> {
  await warehouse.insert(
    'sla.agreements',
    {
      agreement: 'text',
      effective_from: 'date',
      effective_at: 'timestamptz',
      superseded_at: 'timestamptz',
      time_zone: 'text',
      default_calendar_key: 'integer',
      marketing_owner: 'text',
      sales_owner: 'text',
    },
    agreements.map((agreement) => ({
      agreement: agreement.id,
      effective_from: agreement.effectiveFrom,
      time_zone: agreement.timeZone,
      default_calendar_key: keyOf(agreement, agreement.defaultCalendar),
      marketing_owner: agreement.owners.marketing,
      sales_owner: agreement.owners.sales,
    })),
  );
  const [first] = agreements;
  if (first === undefined) return;
  await warehouse.run(`
    update sla.agreements
    set effective_at = make_timestamptz(${startOfDate(quoteLiteral(first.timeZone), 'effective_from')});

    update sla.agreements
    set superseded_at = later.effective_at
    from (
        select agreement, lead(effective_at) over (order by effective_at) as effective_at
        from sla.agreements
    ) as later
    where later.agreement = agreements.agreement
  `);
}

/** sla.promises, sla.conditions, sla.attributes, sla.targets. */
export async function writePromises(warehouse: Warehouse, agreements: readonly Agreement[]): Promise<void> {
  const promised = agreements.flatMap((agreement) => agreement.promises.map((promise) => ({ agreement, promise })));
  await warehouse.insert(
    'sla.promises',
    {
      agreement: 'text',
      promise: 'text',
      kind: 'text',
      tier_no: 'integer',
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
  await warehouse.insert(
    'sla.targets',
    { agreement: 'text', side: 'text', promise: 'text', metric: 'text', grain: 'text', target: 'double' },
    promised.map(({ agreement, promise }) => ({
      agreement: agreement.id,
      side: promise.side,
      promise: promise.id,
      metric: promise.metric,
      grain: promise.grain ?? null,
      target: promise.target,
    })),
  );
}

function tierRows(promise: AgreementPromise): Row[] {
  if (promise.kind === 'metric') return [];
  return promise.tiers.map((tier, index) => ({
    promise: tierName(promise, tier),
    kind: promise.kind,
    tier_no: index + 1,
    rule: tier.when.length === 0 ? null : tierName(promise, tier),
    ...('businessMinutes' in tier
      ? { business_minutes: tier.businessMinutes }
      : { attempts: tier.attempts, channels: tier.channels, business_days: tier.businessDays }),
  }));
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
  return [...tiers, { rule: 'icp', conditions: agreement.icp }];
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
    select unnest(['source', 'campaign', 'country'])
    order by attribute
  `);
}
