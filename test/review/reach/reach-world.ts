import type { Pages } from '../../../src/review/reach/pages.ts';
import { reachOf } from '../../../src/review/reach/reach.ts';
import type { DefinitionChange, Reach, Side } from '../../../src/review/types.ts';
import { definitionChange, fieldChange } from '../words/sample-review.ts';

const metric = (name: string, lines: string): string => `
name: ${name}
version: 1
label: { en: ${name}, da: ${name} }
description: { en: A number., da: Et tal. }
owner: sales
direction: up
${lines}
changes: [{ version: 1, why: First version }]
`;

/**
 * stg_deals (of raw.deals) → deals → totals, places; regions (of seeds.regions), owners and terms (of the agreement).
 * Metrics: won_deals and deal_value on deals, value_per_deal of both, busy_places on places, promised_deals on totals.
 */
export const worldFiles: Readonly<Record<string, string>> = {
  'handover.yml': `
name: world
sources:
  deals:
    kind: table
    files: deals.csv
    columns: { deal_id: varchar, won_at: timestamptz, region: varchar, amount: double, stage: varchar, note: varchar }
`,
  'seeds/regions.csv': 'region,title\nnorth,The north\n',
  'models/staging/stg_deals.sql': 'select deal_id, won_at, region, amount, stage, note from raw.deals',
  'models/staging/stg_deals.yml': 'name: stg_deals\ndescription: Deals.\n',
  'models/marts/deals.sql': `
select deal_id, won_at, region, amount * 2 as amount, note
from stg_deals
where stage = 'won'
`,
  'models/marts/deals.yml': `
name: deals
description: Deals that were won.
public: true
grain: [deal_id]
columns:
  amount: { description: Twice what was paid., not_null: true }
  note: { description: What was said. }
contract:
  expressions: [{ name: paid, that: amount > 0 }]
`,
  'models/marts/totals.sql': `
select region, min(won_at) as first_at, sum(amount) as amount, count(*) as deals
from deals
group by region
`,
  'models/marts/totals.yml': 'name: totals\ndescription: Sums.\n',
  'models/marts/places.sql': 'select deal_id, won_at, region as place, note from deals',
  'models/marts/places.yml': `
name: places
description: Where deals were won.
contract:
  relationships: [{ columns: [place], to: regions, to_columns: [region] }]
`,
  'models/marts/regions.sql': 'select region, title from seeds.regions',
  'models/marts/regions.yml': 'name: regions\ndescription: Titles.\n',
  'models/marts/owners.sql': 'select agreement, sales_owner from sla.agreements',
  'models/marts/owners.yml': 'name: owners\ndescription: Who answers.\n',
  'models/marts/terms.sql': 'select agreement, reassignment, acceptance from sla.policies',
  'models/marts/terms.yml': 'name: terms\ndescription: What was chosen.\n',
  'metrics/won_deals.yml': metric(
    'won_deals',
    `type: count
model: deals
time: won_at
filter: '"Region" <> ''west'''
grains: [month]
unit: count
headline: true
contract: { range: [0, 100] }`,
  ),
  'metrics/deal_value.yml': metric(
    'deal_value',
    'type: sum\nmodel: deals\ntime: won_at\nvalue: deals.amount / 2\ngrains: [month]\nunit: amount',
  ),
  'metrics/value_per_deal.yml': metric(
    'value_per_deal',
    'type: derived\nexpression: deal_value / won_deals\ngrains: [month]\nunit: amount',
  ),
  'metrics/busy_places.yml': metric(
    'busy_places',
    `type: count_distinct
model: places
time: won_at
key: [place]
grains: [month]
unit: count
contract: { references: [{ columns: [place], to: regions, to_columns: [region] }] }`,
  ),
  'metrics/promised_deals.yml': metric(
    'promised_deals',
    'type: sum\nmodel: totals\ntime: first_at\nvalue: deals\ngrains: [month]\nunit: number',
  ),
  'metrics/agreements/one.yml': `
id: one
effective_from: 2026-01-01
time_zone: Europe/Copenhagen
owners: { marketing: { title: Head }, sales: { title: Director } }
calendars: { office: { hours: { mon: ["08:00-16:00"] } } }
default_calendar: office
promises:
  marketing: []
  sales:
    - { id: places, metric: busy_places, target: 10, per: month }
    - { id: first_response, metric: won_deals, target: 20, per: month, within_minutes: 60 }
`,
};

/** A breaking change of one field. */
export function changeOf(
  kind: DefinitionChange['kind'],
  name: string,
  path = 'filter',
  more: Partial<DefinitionChange> = {},
): DefinitionChange {
  return definitionChange({
    kind,
    name,
    title: `the ${kind} ${name}`,
    fields: [fieldChange({ path })],
    file: '',
    ...more,
  });
}

/** What changes of a side reach in it, where nothing else differs. */
export function reachIn(
  side: Side,
  changes: readonly DefinitionChange[],
  { columns = {}, pages = [] }: { columns?: Readonly<Record<string, readonly string[] | null>>; pages?: Pages } = {},
): Reach {
  return reachOf({ changes, columns: new Map(Object.entries(columns)), base: side, head: side, pages });
}

/** `deals: amount`, or `totals: *` where any column may be another. */
export function modelsIn({ models }: Reach): string[] {
  return models.map(({ name, columns }) => `${name}: ${columns === null ? '*' : columns.join(' ')}`).sort();
}

export function metricsIn({ metrics }: Reach): string[] {
  return metrics.map(({ name }) => name);
}

export function contractsIn({ contracts }: Reach): string[] {
  return contracts.map(({ of, kind, rules }) => `${kind} ${of}: ${rules}`);
}
