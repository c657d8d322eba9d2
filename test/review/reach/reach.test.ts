import { beforeAll, describe, expect, it } from 'vitest';
import type { QueryLineage } from '../../../src/models/lineage/column-lineage.ts';
import { openProject } from '../../../src/project/project.ts';
import type { Pages } from '../../../src/review/reach/pages.ts';
import { reachOf } from '../../../src/review/reach/reach.ts';
import { openSide } from '../../../src/review/side.ts';
import type { DefinitionChange, Side } from '../../../src/review/types.ts';
import { fieldChange } from '../words/sample-review.ts';
import { makeFolder } from '../world-folder.ts';
import { changeOf, contractsIn, metricsIn, modelsIn, reachIn, worldFiles } from './reach-world.ts';

let world: Side;

beforeAll(async () => {
  world = await sideOf({});
});

async function sideOf(files: Readonly<Record<string, string>>): Promise<Side> {
  const folder = makeFolder({ ...worldFiles, ...files });
  try {
    return await openSide(openProject(folder.root), [], new Map());
  } finally {
    folder.remove();
  }
}

describe('models', () => {
  it('reaches only the columns that a column feeds', () => {
    const reach = reachIn(world, [changeOf('model', 'deals')], { columns: { deals: ['amount'] } });
    expect(modelsIn(reach)).toEqual(['deals: amount', 'totals: amount']);
    expect(reach.models.map(({ name, isChanged, isPublic }) => [name, isChanged, isPublic])).toEqual([
      ['deals', true, true],
      ['totals', false, true],
    ]);
  });

  it('reaches all columns of a reader whose rows a column decides', () => {
    const reach = reachIn(world, [changeOf('model', 'stg_deals')], { columns: { stg_deals: ['stage'] } });
    expect(modelsIn(reach)).toEqual(['deals: *', 'places: *', 'stg_deals: stage', 'totals: *']);
  });

  it('reaches everything below a model whose rows may come and go', () => {
    const reach = reachIn(world, [changeOf('model', 'deals')], { columns: { deals: null } });
    expect(modelsIn(reach)).toEqual(['deals: *', 'places: *', 'totals: *']);
  });

  it('names a model that is kept otherwise and holds the same, and nothing below it', () => {
    const reach = reachIn(world, [changeOf('model', 'deals', 'materialized')]);
    expect(modelsIn(reach)).toEqual(['deals: ']);
    expect(metricsIn(reach)).toEqual([]);
  });

  it('takes a new, removed or renamed model as a whole, under both names', () => {
    const renamed = changeOf('model', 'places', '', { change: 'renamed', previousName: 'regions' });
    expect(modelsIn(reachIn(world, [renamed]))).toEqual(['places: *', 'regions: *']);
  });

  it('reaches nothing by unit tests', () => {
    expect(modelsIn(reachIn(world, [changeOf('model', 'deals', 'tests.first')]))).toEqual([]);
  });

  it('follows what either side reads', async () => {
    const head = await sideOf({
      'models/marts/deals.sql':
        "select deal_id, won_at, region, 1.0 as amount, note from stg_deals where stage = 'won'",
      'models/marts/extra.sql': 'select note as remark from stg_deals',
      'models/marts/extra.yml': 'name: extra\ndescription: Remarks.\n',
    });
    // Only the base feeds stg_deals.amount into deals, only the head stg_deals.note into extra.
    const changes = [changeOf('model', 'stg_deals')];
    const columns = new Map([['stg_deals', ['amount', 'note']]]);
    const reach = reachOf({ changes, columns, base: world, head, pages: [] });
    expect(modelsIn(reach)).toEqual([
      'deals: amount note',
      'extra: remark',
      'places: note',
      'stg_deals: amount note',
      'totals: amount',
    ]);
  });

  it('follows the words of models that cannot be parsed', () => {
    const { planned: _planned, inspected: _inspected, ...unread } = world;
    const reach = reachIn(unread, [changeOf('model', 'deals')], { columns: { deals: ['note'] } });
    expect(modelsIn(reach)).toEqual(['deals: note', 'places: *', 'totals: *']);
    expect(modelsIn(reachIn(unread, [changeOf('seed', 'regions')]))).toEqual(['regions: *']);
  });

  it('knows no column where models were planned and not laid out', () => {
    const { inspected: _inspected, ...planned } = world;
    const reach = reachIn(planned, [changeOf('model', 'deals')], { columns: { deals: ['note'] } });
    expect(modelsIn(reach)).toEqual(['deals: note', 'places: *', 'totals: *']);
  });
});

describe('where it cannot be told what a column is made of', () => {
  const doubt = 'not followed';

  /** The world where something of the lineage of `totals` is not known. */
  function doubting(change: (lineage: QueryLineage) => QueryLineage): Side {
    const { inspected } = world;
    const totals = inspected?.lineages.get('totals');
    if (inspected === undefined || totals === undefined) throw new Error('the world has no totals');
    return {
      ...world,
      inspected: { ...inspected, lineages: new Map([...inspected.lineages, ['totals', change(totals)]]) },
    };
  }

  const byNote = (side: Side) => modelsIn(reachIn(side, [], { columns: { deals: ['note'] } }));

  it('is made of everything', () => {
    expect(byNote(world)).toEqual(['deals: note', 'places: note']);
    const column = doubting((lineage) => ({
      ...lineage,
      columns: lineage.columns.map((made) => (made.name === 'deals' ? { ...made, unknown: doubt } : made)),
    }));
    expect(byNote(column)).toEqual(['deals: note', 'places: note', 'totals: deals']);
    const rows = doubting((lineage) => ({ ...lineage, filters: { ...lineage.filters, unknown: doubt } }));
    expect(byNote(rows)).toEqual(['deals: note', 'places: note', 'totals: *']);
    const columns = doubting((lineage) => ({ ...lineage, unknown: doubt }));
    expect(byNote(columns)).toEqual(['deals: note', 'places: note', 'totals: *']);
  });

  it('reaches a metric whose expression may look at the row as a whole', async () => {
    const text = worldFiles['metrics/deal_value.yml'] ?? '';
    const looksAtRow = async (value: string) => {
      const side = await sideOf({ 'metrics/deal_value.yml': text.replace('deals.amount / 2', value) });
      return metricsIn(reachIn(side, [], { columns: { deals: ['note'] } })).includes('deal_value');
    };
    expect(await looksAtRow('deals.amount / 2')).toBe(false);
    expect(await looksAtRow('if(deals is null, 0, deals.amount)')).toBe(true);
  });
});

describe('metrics', () => {
  it('reaches those that name the column, and those made of them', () => {
    const reach = reachIn(world, [changeOf('model', 'deals')], { columns: { deals: ['amount'] } });
    expect(metricsIn(reach)).toEqual(['deal_value', 'value_per_deal']);
  });

  it('finds a column in quotes and in other letters', () => {
    // totals groups by region, so that all its columns are reached; places shows it as place.
    const reach = reachIn(world, [changeOf('model', 'deals')], { columns: { deals: ['region'] } });
    expect(metricsIn(reach)).toEqual(['busy_places', 'promised_deals', 'value_per_deal', 'won_deals']);
  });

  it('reaches none by a column that none names', () => {
    const reach = reachIn(world, [changeOf('model', 'deals')], { columns: { deals: ['note'] } });
    expect(metricsIn(reach)).toEqual([]);
  });

  it('reaches all that look at rows that may come and go', () => {
    const reach = reachIn(world, [changeOf('model', 'deals')], { columns: { deals: null } });
    expect(metricsIn(reach)).toEqual(['busy_places', 'deal_value', 'promised_deals', 'value_per_deal', 'won_deals']);
  });

  it('reaches a metric that changed and those made of it', () => {
    const reach = reachIn(world, [changeOf('metric', 'won_deals')]);
    expect(reach.metrics.map(({ name, isChanged }) => [name, isChanged])).toEqual([
      ['value_per_deal', false],
      ['won_deals', true],
    ]);
    expect(modelsIn(reach)).toEqual([]);
  });

  it('tells of a metric that is gone with the label that it had', () => {
    const project = { ...world.project, metrics: world.project.metrics.filter(({ name }) => name !== 'busy_places') };
    const removed = changeOf('metric', 'busy_places', '', { change: 'removed' });
    const reach = reachOf({
      changes: [removed],
      columns: new Map(),
      base: world,
      head: { ...world, project },
      pages: [],
    });
    expect(reach.metrics).toEqual([
      { name: 'busy_places', label: { en: 'busy_places', da: 'busy_places' }, owner: 'sales', isChanged: true },
    ]);
  });
});

describe('seeds and settings', () => {
  it('reaches the readers of a seed, and the contracts that look into them', () => {
    const reach = reachIn(world, [changeOf('seed', 'regions')]);
    expect(modelsIn(reach)).toEqual(['regions: *']);
    expect(metricsIn(reach)).toEqual([]);
    expect(contractsIn(reach)).toEqual(['model places: 1', 'metric busy_places: 1']);
  });

  it('reaches all that is made of a source that is read otherwise', () => {
    const reach = reachIn(world, [changeOf('project', 'world', 'sources.deals.time_zone')]);
    expect(modelsIn(reach)).toEqual(['deals: *', 'places: *', 'stg_deals: *', 'totals: *']);
  });

  it('reaches nothing by the review policy, and contracts alone by their defaults', () => {
    expect(reachIn(world, [changeOf('project', 'world', 'review.approvals')])).toEqual({
      ...{ models: [], metrics: [], contracts: [], pages: [] },
      ...{ diagram: '', leftOut: 0 },
    });
    const contracts = reachIn(world, [changeOf('contract', 'contracts.metrics')]);
    expect(contracts.contracts.map(({ of }) => of)).toEqual(
      metricsIn(reachIn(world, [changeOf('model', 'deals')], { columns: { deals: null } })),
    );
    expect(metricsIn(contracts)).toEqual([]);
  });
});

describe('contracts', () => {
  it('counts the rules about a column that is reached', () => {
    // deals: not null of amount, and the expression that names it. The sum has the implied rules of a metric.
    const reach = reachIn(world, [changeOf('model', 'deals')], { columns: { deals: ['amount'] } });
    const rules = (name: string) => world.project.metrics.find((metric) => metric.name === name)?.contract.length;
    expect(contractsIn(reach)).toEqual([
      'model deals: 2',
      `metric deal_value: ${rules('deal_value')}`,
      `metric value_per_deal: ${rules('value_per_deal')}`,
    ]);
  });

  it('counts all of a model whose rows may come and go', () => {
    // deals: its key is unique and not null, and the two about amount. places: its place is a region.
    const reach = reachIn(world, [changeOf('model', 'deals')], { columns: { deals: null } });
    expect(contractsIn(reach).filter((text) => text.startsWith('model'))).toEqual([
      'model deals: 4',
      'model places: 1',
    ]);
  });

  it('reaches nothing else by a contract that is another', () => {
    const reach = reachIn(world, [changeOf('contract', 'deals')]);
    expect(contractsIn(reach)).toEqual(['model deals: 4']);
    expect(modelsIn(reach)).toEqual([]);
    expect(reach.diagram).toBe('');
  });
});

describe('agreements', () => {
  it('reaches the metric of a promise though no model changes', () => {
    const reach = reachIn(world, [changeOf('agreement', 'one', 'promises.places.target')]);
    expect(metricsIn(reach)).toEqual(['busy_places']);
    expect(modelsIn(reach)).toEqual([]);
  });

  it('reaches a model by the column that a policy is written into', () => {
    const chosen = reachIn(world, [changeOf('agreement', 'one', 'policies.reassignment')]);
    expect(modelsIn(chosen)).toEqual(['terms: reassignment']);
    const other = reachIn(world, [changeOf('agreement', 'one', 'policies.self_booked')]);
    expect(modelsIn(other)).toEqual([]);
  });

  it('reaches the owner where a model shows it, and no metric', () => {
    const reach = reachIn(world, [changeOf('agreement', 'one', 'owners.sales.title')]);
    expect(modelsIn(reach)).toEqual(['owners: sales_owner']);
    expect(metricsIn(reach)).toEqual([]);
  });

  it.each(['effective_from', 'something_new'])('reaches all that is written by %s', (path) => {
    const reach = reachIn(world, [changeOf('agreement', 'one', path)]);
    expect(modelsIn(reach)).toEqual(['owners: *', 'terms: *']);
    // Both are promised; value_per_deal is made of one of them.
    expect(metricsIn(reach)).toEqual(['busy_places', 'value_per_deal', 'won_deals']);
  });

  it('takes one that is new as a whole, whatever its fields', () => {
    const added = changeOf('agreement', 'one', 'promises.places.target', { change: 'added' });
    expect(modelsIn(reachIn(world, [added]))).toEqual(['owners: *', 'terms: *']);
  });

  it('reaches nothing by approvals, nor by words beside a change', () => {
    expect(modelsIn(reachIn(world, [changeOf('agreement', 'one', 'approvals.sales.0123abcd')]))).toEqual([]);
    const fields = [
      fieldChange({ path: 'promises.places.target' }),
      fieldChange({ path: 'owners.sales.title', class: 'cosmetic' }),
    ];
    expect(modelsIn(reachIn(world, [changeOf('agreement', 'one', '', { fields })]))).toEqual([]);
  });

  it('reaches by its calendars the metrics that count in opening hours', async () => {
    const text = (worldFiles['metrics/deal_value.yml'] ?? '').replace(
      'type: sum\nmodel: deals\ntime: won_at\nvalue: deals.amount / 2\ngrains: [month]\nunit: amount',
      `type: duration
model: deals
start: won_at
stop: { model: stg_deals, time: won_at, filter: note is not null }
by: [deal_id]
clock: business
calendar: office
statistic: average
unfinished: left_out
grains: [month]
unit: hours`,
    );
    const side = await sideOf({ 'metrics/deal_value.yml': text });
    const by = (path: string) => metricsIn(reachIn(side, [changeOf('agreement', 'one', path)]));
    expect(by('calendars.office.hours.mon')).toEqual(['deal_value', 'value_per_deal']);
    expect(metricsIn(reachIn(side, [changeOf('seed', 'holidays')]))).toEqual(['deal_value', 'value_per_deal']);
    expect(by('calendars.office.reduced.2026-07-01')).toEqual([]);
    // Its other model is looked at too; the sum in the world looks at one alone.
    const byNote = (other: Side) => metricsIn(reachIn(other, [], { columns: { stg_deals: ['note'] } }));
    expect(byNote(side)).toEqual(['deal_value', 'value_per_deal']);
    expect(byNote(world)).toEqual([]);
    // In the world itself none counts in opening hours.
    expect(metricsIn(reachIn(world, [changeOf('agreement', 'one', 'calendars.office.hours.mon')]))).toEqual([]);
  });

  it('reaches every metric when weeks begin elsewhere', async () => {
    const agreement = worldFiles['metrics/agreements/one.yml'] ?? '';
    const head = await sideOf({
      'metrics/agreements/one.yml': agreement.replace('Europe/Copenhagen', 'Europe/London'),
    });
    const changes = [changeOf('agreement', 'one', 'time_zone')];
    const reach = reachOf({ changes, columns: new Map(), base: world, head, pages: [] });
    expect(metricsIn(reach)).toEqual(['busy_places', 'deal_value', 'promised_deals', 'value_per_deal', 'won_deals']);
  });
});

describe('pages and the diagram', () => {
  const site: Pages = [
    { address: '/', title: 'Home', tables: new Set(['deals', 'agreement_documents']), metrics: new Set(['headline']) },
    { address: '/all/', title: '/all/', tables: new Set(['metric_values']), metrics: new Set(['all']) },
    { address: '/[metric]/', title: 'Metric', tables: new Set(), metrics: new Set(['each']) },
    { address: '/one/', title: 'One', tables: new Set(), metrics: new Set(['metric busy_places', 'promised']) },
  ];
  const shownBy = (changes: DefinitionChange[], columns = {}) =>
    reachIn(world, changes, { pages: site, columns }).pages.map(({ address, shows }) => [address, ...shows]);

  it('names what a page shows of what is reached', () => {
    // won_deals is the headline; busy_places and won_deals are promised; value_per_deal is made of won_deals.
    expect(shownBy([changeOf('metric', 'won_deals')])).toEqual([
      ['/', 'won_deals'],
      ['/all/'],
      ['/[metric]/', 'value_per_deal', 'won_deals'],
      ['/one/', 'won_deals'],
    ]);
    expect(shownBy([changeOf('metric', 'busy_places')])).toEqual([
      ['/all/'],
      ['/[metric]/', 'busy_places'],
      ['/one/', 'busy_places'],
    ]);
    expect(shownBy([changeOf('agreement', 'one', 'review.every_months')])).toEqual([['/']]);
    expect(shownBy([changeOf('seed', 'regions')])).toEqual([]);
  });

  it('draws what leads from the change to the pages', () => {
    const columns = { deals: ['amount'] };
    const reach = reachIn(world, [changeOf('model', 'deals')], { columns, pages: site });
    expect(reach.pages.map(({ address }) => address)).toEqual(['/', '/all/', '/[metric]/']);
    expect([reach.diagram, reach.leftOut]).toEqual([
      `flowchart LR
    n1["deals (changed)"]
    n2["totals"]
    n3(["deal_value"])
    n4(["value_per_deal"])
    n5{{"Home /"}}
    n6{{"/all/"}}
    n7{{"Metric /&lsqb;metric&rsqb;/"}}
    n1 --> n2
    n1 --> n3
    n3 --> n4
    n1 --> n5
    n3 --> n6
    n4 --> n6
    n3 --> n7
    n4 --> n7
    classDef changed stroke-width:3px
    class n1 changed
`,
      0,
    ]);
  });

  it('draws an agreement, a seed and a new metric as what they are', () => {
    const changes = [
      changeOf('agreement', 'one', 'policies.acceptance'),
      changeOf('seed', 'regions'),
      changeOf('metric', 'busy_places', '', { change: 'added' }),
    ];
    const { diagram } = reachIn(world, changes, { pages: site.slice(0, 1) });
    expect(diagram).toBe(`flowchart LR
    n1("the agreement one (changed)")
    n2("the seed regions (changed)")
    n3["regions"]
    n4["terms"]
    n5(["busy_places (added)"])
    n6{{"Home /"}}
    n1 --> n4
    n1 --> n6
    n2 --> n3
    classDef changed stroke-width:3px
    class n1,n2,n5 changed
`);
  });
});

it('reaches nothing by changes of wording', () => {
  const fields = [fieldChange({ class: 'cosmetic' })];
  const changes = [
    changeOf('metric', 'won_deals', '', { class: 'cosmetic', fields }),
    changeOf('agreement', 'one', '', { class: 'cosmetic', fields }),
  ];
  expect(reachIn(world, changes)).toMatchObject({ models: [], metrics: [], contracts: [], pages: [], diagram: '' });
});
