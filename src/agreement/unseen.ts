import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Agreement, Condition } from '../project/agreement.ts';
import type { YamlPath } from '../project/yaml-file.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';

type Kind = 'attribute' | 'action' | 'channel' | 'team' | 'owner';

interface Use {
  readonly kind: Kind;
  readonly name: string;
  readonly agreement: Agreement;
  readonly path: YamlPath;
}

/**
 * Warns of what the latest agreement judges by and the data never named: attributes, actions, channels, teams, owners;
 * misspelt, or not exported. The models must have run; without main.crm_events, or without leads, nothing is known.
 */
export async function warnOfUnseen(warehouse: Warehouse, agreements: readonly Agreement[]): Promise<Diagnostic[]> {
  const last = agreements.at(-1);
  if (last === undefined || !(await warehouse.hasTable('main', 'crm_events'))) return [];
  const problems: Diagnostic[] = [];
  for (const use of firstUses(last)) {
    if (await isSeen(warehouse, use)) continue;
    const names = await namesSeen(warehouse, use.kind);
    const told = { code: `unseen-${use.kind}`, message: said[use.kind](use.name), ...use.agreement.at(use.path) };
    problems.push(...unseen(told, use.name, names));
  }
  for (const condition of conditionsOf(last)) {
    if (condition.operator !== 'in' || (await hasValue(warehouse, condition))) continue;
    const { attribute, values, path } = condition;
    // A list of values of which no lead ever had one holds for nobody.
    const message = `no lead's ${attribute} was ever ${values.map((value) => `"${value}"`).join(' or ')}`;
    const told = { code: 'unseen-value', message, ...last.at(path) };
    problems.push(...unseen(told, values[0] ?? '', await valuesSeen(warehouse, attribute)));
  }
  return problems;
}

/** Nothing where the data know no names at all. */
function unseen(told: Omit<Diagnostic, 'severity'>, name: string, names: readonly string[]): Diagnostic[] {
  if (names.length === 0) return [];
  const fix = didYouMean(name, names);
  return [
    {
      ...told,
      severity: 'warning',
      expected: `one of ${names.slice(0, 12).join(', ')}${names.length > 12 ? ' …' : ''}`,
      ...(fix === undefined ? {} : { fix }),
    },
  ];
}

const said: Readonly<Record<Kind, (name: string) => string>> = {
  attribute: (name) => `no lead ever had a "${name}"`,
  action: (name) => `no lead ever did a "${name}"`,
  channel: (name) => `no outreach ever went over the channel "${name}"`,
  team: (name) => `no event ever named the team "${name}"`,
  owner: (name) => `no lead was ever assigned to "${name}"`,
};

/** The first place of each name in the agreement. */
function firstUses(agreement: Agreement): Use[] {
  const first = new Map<string, Use>();
  for (const { kind, name, path } of usesOf(agreement)) {
    const key = `${kind} ${name}`;
    if (!first.has(key)) first.set(key, { kind, name, agreement, path });
  }
  return [...first.values()];
}

function conditionsOf({ promises, icp, score, policies }: Agreement): Condition[] {
  return [
    ...promises.flatMap((promise) => ('tiers' in promise ? promise.tiers.flatMap(({ when }) => when) : [])),
    ...icp,
    ...score.fit.flatMap(({ when }) => when),
    ...policies.excluded.flat(),
  ];
}

function usesOf(agreement: Agreement): Omit<Use, 'agreement'>[] {
  const { score, policies, stages, teams, people } = agreement;
  const conditions = conditionsOf(agreement);
  const account = policies.answeredContactAnswersAccount;
  const list = (kind: Kind, names: readonly string[], path: YamlPath) =>
    names.map((name, index) => ({ kind, name, path: [...path, index] }));
  return [
    ...conditions.map(({ attribute, path }) => ({ kind: 'attribute' as const, name: attribute, path })),
    ...stages.flatMap(({ stage, requiredFields }) =>
      list('attribute', requiredFields, ['stages', stage, 'required_fields']),
    ),
    ...(account === undefined
      ? []
      : [{ kind: 'attribute' as const, name: account, path: ['policies', 'answered_contact_answers_account'] }]),
    ...score.intent.map(({ action, path }) => ({ kind: 'action' as const, name: action, path: [...path, 'action'] })),
    ...list('channel', policies.responseChannels ?? [], ['policies', 'response_channels']),
    ...list('channel', policies.followUpChannels ?? [], ['policies', 'follow_up_channels']),
    ...teams.map(({ team }) => ({ kind: 'team' as const, name: team, path: ['teams', team] })),
    ...people.map(({ ownerId, path }) => ({ kind: 'owner' as const, name: ownerId, path })),
  ];
}

const named = {
  attribute: `
    select 1 from main.crm_events
    where type = 'lead_created' and (properties ->> $1) is not null
        or type = 'property_changed' and (properties ->> 'name') = $1
    limit 1`,
  action: `select 1 from main.crm_events where type = 'activity' and (properties ->> 'action') = $1 limit 1`,
  channel: `select 1 from main.crm_events where type = 'outreach' and channel = $1 limit 1`,
  team: 'select 1 from main.crm_events where team = $1 limit 1',
  owner: `select 1 from main.crm_events where type = 'owner_assigned' and owner_id = $1 limit 1`,
};

async function isSeen(warehouse: Warehouse, { kind, name }: Use): Promise<boolean> {
  return (await warehouse.rows(named[kind], [name])).length > 0;
}

const known = {
  attribute: `
    select distinct unnest(json_keys(properties)) as name from main.crm_events where type = 'lead_created'
    union
    select properties ->> 'name' from main.crm_events where type = 'property_changed'`,
  action: `select distinct properties ->> 'action' as name from main.crm_events where type = 'activity'`,
  channel: `select distinct channel as name from main.crm_events where type = 'outreach'`,
  team: 'select distinct team as name from main.crm_events',
  owner: `select distinct owner_id as name from main.crm_events where type = 'owner_assigned'`,
};

async function namesSeen(warehouse: Warehouse, kind: Use['kind']): Promise<string[]> {
  const rows = await warehouse.rows<{ name: string }>(
    `select name from (${known[kind]}) as names where name is not null order by name`,
  );
  return rows.map(({ name }) => name);
}

const attributeValues = `
    select properties ->> $1 as value from main.crm_events where type = 'lead_created'
    union all
    select properties ->> 'value' from main.crm_events
    where type = 'property_changed' and (properties ->> 'name') = $1`;

/** Ends at the first lead that has one of the values, which is soon. */
async function hasValue(
  warehouse: Warehouse,
  { attribute, values }: { readonly attribute: string; readonly values: readonly string[] },
): Promise<boolean> {
  const list = values.map(quoteLiteral).join(', ');
  const query = `select 1 from (${attributeValues}) as attribute_values where value in (${list}) limit 1`;
  return (await warehouse.rows(query, [attribute])).length > 0;
}

async function valuesSeen(warehouse: Warehouse, attribute: string): Promise<string[]> {
  const rows = await warehouse.rows<{ value: string }>(
    `select distinct value from (${attributeValues}) as attribute_values where value <> '' order by value`,
    [attribute],
  );
  return rows.map(({ value }) => value);
}
