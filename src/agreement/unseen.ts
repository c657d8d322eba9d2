import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Agreement } from '../project/agreement.ts';
import type { YamlPath } from '../project/yaml-file.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

interface Use {
  /** An attribute of leads, or the action of an activity. */
  readonly kind: 'attribute' | 'action';
  readonly name: string;
  readonly agreement: Agreement;
  readonly path: YamlPath;
}

/**
 * Warns of attributes and actions that an agreement judges by and that no lead of the data ever had: misspelt, or not
 * exported. The models must have run; without main.crm_events, or without leads, nothing is known.
 */
export async function warnOfUnseen(warehouse: Warehouse, agreements: readonly Agreement[]): Promise<Diagnostic[]> {
  const last = agreements.at(-1);
  if (last === undefined || !(await warehouse.hasTable('main', 'crm_events'))) return [];
  const problems: Diagnostic[] = [];
  for (const use of firstUses(last)) {
    if (await isSeen(warehouse, use)) continue;
    const names = await namesSeen(warehouse, use.kind);
    if (names.length === 0) continue;
    const fix = didYouMean(use.name, names);
    problems.push({
      code: `unseen-${use.kind}`,
      severity: 'warning',
      message: use.kind === 'attribute' ? `no lead ever had a "${use.name}"` : `no lead ever did a "${use.name}"`,
      ...use.agreement.at(use.path),
      expected: `one of ${names.slice(0, 12).join(', ')}${names.length > 12 ? ' …' : ''}`,
      ...(fix === undefined ? {} : { fix }),
    });
  }
  return problems;
}

/** The first place of each name in the agreement. */
function firstUses(agreement: Agreement): Use[] {
  const conditions = [
    ...agreement.promises.flatMap((promise) => ('tiers' in promise ? promise.tiers.flatMap(({ when }) => when) : [])),
    ...agreement.icp,
    ...agreement.score.fit.flatMap(({ when }) => when),
    ...agreement.policies.excluded.flat(),
  ];
  const account = agreement.policies.answeredContactAnswersAccount;
  const attributes = [
    ...conditions.map(({ attribute, path }) => ({ name: attribute, path })),
    ...agreement.stages.flatMap(({ stage, requiredFields }) =>
      requiredFields.map((name, index) => ({ name, path: ['stages', stage, 'required_fields', index] })),
    ),
    ...(account === undefined ? [] : [{ name: account, path: ['policies', 'answered_contact_answers_account'] }]),
  ];
  const actions = agreement.score.intent.map(({ action, path }) => ({ name: action, path: [...path, 'action'] }));
  const first = new Map<string, Use>();
  const add = (kind: Use['kind'], name: string, path: YamlPath) => {
    const key = `${kind} ${name}`;
    if (!first.has(key)) first.set(key, { kind, name, agreement, path });
  };
  for (const { name, path } of attributes) add('attribute', name, path);
  for (const { name, path } of actions) add('action', name, path);
  return [...first.values()];
}

const named = {
  attribute: `
    select 1 from main.crm_events
    where type = 'lead_created' and (properties ->> $1) is not null
        or type = 'property_changed' and (properties ->> 'name') = $1
    limit 1`,
  action: `select 1 from main.crm_events where type = 'activity' and (properties ->> 'action') = $1 limit 1`,
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
};

async function namesSeen(warehouse: Warehouse, kind: Use['kind']): Promise<string[]> {
  const rows = await warehouse.rows<{ name: string }>(
    `select name from (${known[kind]}) as names where name is not null order by name`,
  );
  return rows.map(({ name }) => name);
}
