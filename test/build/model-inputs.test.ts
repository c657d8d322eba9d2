import { expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { modelInputs } from '../../src/build/model-inputs.ts';
import type { PlannedModel } from '../../src/models/plan.ts';
import { openProject } from '../../src/project/project.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { tinyProject } from './project.ts';

/** A planned model as far as its inputs are told by it. */
function planned(
  name: string,
  folders: readonly string[],
  reads: { readonly models?: readonly string[]; readonly tables?: readonly string[] },
  description = '',
): PlannedModel {
  const plan = {
    file: { name, folders, description },
    reads: reads.models ?? [],
    readsTables: reads.tables ?? [],
  };
  return plan as unknown as PlannedModel;
}

it('tells each table that a model reads by what it is', () => {
  const tables = ['main.agreement_promises', 'main.load_files', 'raw.events', 'run.clock', 'seeds.stages', 'sla.dates'];
  const rows = modelInputs([planned('calls', ['marts', 'sub'], { models: ['stg_calls'], tables })], new Set());
  expect(rows.map(({ input, input_kind: kind }) => `${input} ${kind}`)).toEqual([
    'stg_calls model',
    'agreement_promises agreement',
    'load_files run',
    'raw.events source',
    'run.clock run',
    'seeds.stages seed',
    'sla.dates agreement',
  ]);
  expect(new Set(rows.map(({ model, layer }) => `${model} ${layer}`))).toEqual(new Set(['calls marts']));
});

it('leaves out the empty tables of CRMs without a source, and keeps a model that reads nothing', () => {
  const rows = modelInputs(
    [
      planned('stg_all', ['staging'], { tables: ['main.stg_hubspot'] }, 'All of them,\n  in one line.\n'),
      planned('days', [], {}),
    ],
    new Set(['stg_hubspot']),
  );
  expect(rows).toEqual([
    { model: 'stg_all', layer: 'staging', input: null, input_kind: null, description: 'All of them, in one line.' },
    { model: 'days', layer: null, input: null, input_kind: null, description: null },
  ]);
});

it('is published for every model that runs, those in between too', async () => {
  const root = tinyProject({
    'seeds/people.csv': 'owner,name\no1,Ann\n',
    'models/intermediate/int_deals.sql': 'select deals.*, people.owner from raw.deals, seeds.people',
    'models/intermediate/int_deals.yml':
      'name: int_deals\ndescription: Deals and whose they are.\ngrain: [deal_id]\nmaterialized: ephemeral\n',
    'models/marts/deals.sql':
      'select deal_id, won_at::timestamptz as won_at, amount::integer as amount from int_deals where won_at <= (select as_of from run.clock)',
  });
  const { published, tables } = await build(openProject(root), { now: '2026-03-04T06:00:00Z' });
  const warehouse = await Warehouse.open(published, { readOnly: true });
  const rows = await warehouse.rows('from model_inputs order by model, input');
  warehouse.close();
  const own = { model: 'deals', layer: 'marts', description: 'Deals that were won.' };
  const between = { model: 'int_deals', layer: 'intermediate', description: 'Deals and whose they are.' };
  expect(rows).toEqual([
    { ...own, input: 'int_deals', input_kind: 'model' },
    { ...own, input: 'run.clock', input_kind: 'run' },
    { ...between, input: 'raw.deals', input_kind: 'source' },
    { ...between, input: 'seeds.people', input_kind: 'seed' },
  ]);
  expect(tables.model_inputs).toBe(4);
});
