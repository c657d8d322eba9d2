import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkPartition } from '../../../src/models/partition/check-partition.ts';
import { clockComparisons, clockTable } from '../../../src/models/partition/clock-comparisons.ts';
import { openProject } from '../../../src/project/project.ts';
import { quoteIdentifier } from '../../../src/warehouse/warehouse.ts';
import { type ProjectModels, readProjectModels } from '../lineage/project.ts';
import { ask, type Told } from '../tiny-world.ts';

/** Those that are made whole, and are safe to be cut all the same: with their inputs that are cut by lead_id. */
const madeWhole: Readonly<Record<string, readonly string[]>> = {
  int_cohort_cycles: ['lead_cycles', 'stage_conversions'],
};

/** Models of this project by the lead, with those of their inputs that are cut by lead_id. */
const cut = new Map([
  ...openProject(join(import.meta.dirname, '../../..')).models.flatMap((model): [string, readonly string[]][] =>
    model.partition?.by === 'lead_id' && !model.partition.inputs.has('raw.events')
      ? [[model.name, [...model.partition.inputs.keys()]]]
      : [],
  ),
  ...Object.entries(madeWhole),
]);

/** Agreements that name what the tiny world's does not. */
const terms = `
  insert into sla.criteria values ('2026', true, 10);
  insert into sla.score_fit values ('2026', 'fit/1', 10);
  insert into sla.conditions values ('2026', 'fit/1', 1, 'country', 'in', 'SE', null);
  insert into sla.score_intent values ('2026', 'intent/1', 'page_view', 5, 10, null);
  insert into sla.owner_calendars values ('2026', 'o0', 1);
  insert into sla.conditions values ('2026', 'excluded/1', 1, 'campaign', 'in', 'bought', null);
  update sla.policies set reassignment = 'restarts', attempts_within_us = 60000000`;

const chosen = ['a', 'c', 'e'];

/** Six leads that do the same at other times, each a little more than the one before. */
const events: readonly Told[] = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((lead, index): Told[] => {
  const at = (hour: number) =>
    `2026-03-${String(2 + index).padStart(2, '0')}T${String(8 + hour).padStart(2, '0')}:00:00Z`;
  const story: Told[] = [
    [
      lead,
      at(0),
      'lead_created',
      {
        properties: {
          country: index % 2 === 0 ? 'DK' : 'DE',
          lead_type: 'demo_request',
          campaign: lead === 'e' ? 'bought' : 'own',
        },
      },
    ],
    [
      lead,
      at(1),
      'stage_entered',
      { stage: 'mql', team: 'north', properties: { amount: 100 + index, currency: 'EUR' } },
    ],
    [lead, at(2), 'owner_assigned', { owner: `o${index % 2}` }],
    [lead, at(3), 'outreach', { channel: 'phone', properties: { direction: 'outbound' } }],
    [lead, at(0), 'activity', { properties: { action: 'content_download', content: 'guide' } }],
    [lead, at(3), 'activity', { properties: { action: 'page_view' } }],
    [lead, at(4), 'lead_paused'],
    [lead, at(4), 'reply_received'],
    [lead, at(4), 'property_changed', { properties: { name: 'country', value: 'SE' } }],
    [lead, at(5), 'meeting_booked', { properties: { meeting_id: 'm', scheduled_for: at(9) } }],
    [lead, at(6), 'meeting_rescheduled', { properties: { meeting_id: 'm', scheduled_for: at(10) } }],
    [lead, at(10), 'meeting_held', { properties: { meeting_id: 'm' } }],
    [lead, at(11), 'stage_entered', { stage: 'lost' }],
    [lead, at(12), 'stage_entered', { stage: 'lead' }],
    [lead, at(13), 'stage_entered', { stage: 'mql' }],
  ];
  return story.slice(0, 10 + index);
});

let project: ProjectModels;
let answers: ReadonlyMap<string, readonly [string, string]>;

beforeAll(async () => {
  project = await readProjectModels();
  const queries = [...cut].flatMap(([name, inputs]) => [full(name), alone(name, inputs)]);
  const rows = (await ask(events, '2026-06-01T00:00:00Z', queries, terms)).map((found) =>
    found
      .map((row) => JSON.stringify(row))
      .sort()
      .join('\n'),
  );
  answers = new Map([...cut.keys()].map((name, index) => [name, [rows[2 * index] ?? '', rows[2 * index + 1] ?? '']]));
});

const leads = chosen.map((lead) => `'${lead}'`).join(', ');
const full = (name: string) => `select * from ${quoteIdentifier(name)} where lead_id in (${leads})`;

function alone(name: string, inputs: readonly string[]): string {
  const folder = name.startsWith('int_') ? 'intermediate' : 'marts';
  const sql = readFileSync(join(import.meta.dirname, `../../../models/${folder}/${name}.sql`), 'utf8');
  const tables = inputs.map((input) => `${input} as (select * from main.${input} where lead_id in (${leads}))`);
  return `with ${tables.join(', ')} select * from (\n${sql}\n)`;
}

describe('a model by the lead is safe, and gives some leads alone what it gives them among all:', () => {
  it.each([...cut.keys()])('%s', (name) => {
    const model = project.planned.find(({ file }) => file.name === name);
    const inputs = new Map((cut.get(name) ?? []).map((input) => [input, 'lead_id']));
    const problems = checkPartition(model?.statement, { ...project.known, partitionBy: 'lead_id', inputs });
    expect(problems).toEqual([]);
    const [among, by] = answers.get(name) ?? ['', ''];
    expect(by).toBe(among);
    expect(among).not.toBe('');
  });
});

describe('a delivery moves as_of and still touches few leads of', () => {
  it.each(['lead_responses', 'lead_follow_ups', 'lead_acceptances', 'meetings'])('%s', (name) => {
    const model = project.planned.find(({ file }) => file.name === name);
    expect(model?.readsTables).toContain(clockTable);
    const inputs = model?.file.partition?.inputs ?? new Map();
    const compared = clockComparisons(model?.statement, { ...project.known, inputs });
    expect(compared?.length).toBeGreaterThan(0);
    for (const { input, column } of compared ?? []) {
      expect(project.types.get(input)?.get(column)).toBe('TIMESTAMP WITH TIME ZONE');
    }
  });
});

it('cohort_conversions counts leads together, which is not safe to be cut by lead', () => {
  const model = project.planned.find(({ file }) => file.name === 'cohort_conversions');
  const inputs = ['int_cohort_cycles'];
  const problems = checkPartition(model?.statement, {
    ...project.known,
    partitionBy: 'lead_id',
    inputs: new Map(inputs.map((input) => [input, 'lead_id'])),
  });
  expect(problems.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^this grouping mixes/)]);
});
