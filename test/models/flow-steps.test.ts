import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { Random } from '../oracle/random.ts';

// The gains of flow_steps and their intervals, against draws of the numbers that they are made of.

/** As many came to a step, as many of them went on, and its target. */
interface Step {
  readonly came: number;
  readonly wentOn: number;
  readonly target: number;
}

interface Found {
  readonly step_no: number;
  readonly extra_meetings: number;
  readonly extra_meetings_lower_95: number;
  readonly extra_meetings_upper_95: number;
  readonly extra_won: number;
  readonly extra_won_lower_95: number;
  readonly extra_won_upper_95: number;
  readonly is_bottleneck: boolean;
  readonly is_told_apart: boolean | null;
}

const stages = ['lead', 'mql', 'sal', 'sql', 'meeting', 'proposal', 'won'];
const meetingSteps = 4;
const draws = 4000;

/** Far from both: MQL → SAL would bring the most, and by much. */
const clear: readonly Step[] = [
  { came: 1200, wentOn: 480, target: 0.42 },
  { came: 480, wentOn: 240, target: 0.8 },
  { came: 250, wentOn: 150, target: 0.65 },
  { came: 160, wentOn: 144, target: 0.95 },
  { came: 150, wentOn: 90, target: 0.7 },
  { came: 90, wentOn: 30, target: 0.5 },
];
/** SAL → SQL is ahead of SQL → meeting by less than chance. */
const close: readonly Step[] = [
  { came: 600, wentOn: 240, target: 0.41 },
  { came: 240, wentOn: 160, target: 0.68 },
  { came: 160, wentOn: 100, target: 0.75 },
  { came: 100, wentOn: 70, target: 0.83 },
  { came: 70, wentOn: 40, target: 0.6 },
  { came: 60, wentOn: 20, target: 0.4 },
];

describe.each([
  { name: 'one step is far ahead', steps: clear, inflow: 1300, bottleneck: 2, isToldApart: true },
  { name: 'two steps are close', steps: close, inflow: 650, bottleneck: 3, isToldApart: false },
])('$name', ({ steps, inflow, bottleneck, isToldApart }) => {
  const drawn = simulate(steps, inflow, new Random(20_260_701));

  it('the intervals are as wide as the draws are spread', async () => {
    for (const found of await flowSteps(steps, inflow)) {
      const { extra_meetings, extra_won, step_no } = found;
      const meetings = drawn.map((draw) => draw.meetings[step_no - 1] ?? Number.NaN);
      const won = drawn.map((draw) => draw.won[step_no - 1] ?? Number.NaN);
      expectInterval([found.extra_meetings_lower_95, extra_meetings, found.extra_meetings_upper_95], meetings);
      expectInterval([found.extra_won_lower_95, extra_won, found.extra_won_upper_95], won);
    }
  });

  it('the order is certain when 39 of 40 draws have it', async () => {
    const chosen = (await flowSteps(steps, inflow)).filter((found) => found.is_bottleneck);
    expect(chosen).toMatchObject([{ step_no: bottleneck, is_told_apart: isToldApart }]);
    const ahead = drawn.filter(({ meetings }) => meetings.indexOf(Math.max(...meetings)) === bottleneck - 1);
    expect(ahead.length / draws > 0.975).toBe(isToldApart);
  });
});

/** A symmetric interval of a product that is a little skewed: its width within a twentieth, its ends within an eighth. */
function expectInterval([lower, gain, upper]: readonly [number, number, number], values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * draws)] ?? Number.NaN;
  const width = 2 * 1.96 * deviation(values);
  expect(Math.abs(gain - Math.max(0, at(0.5)))).toBeLessThanOrEqual(width / 20);
  expect(Math.abs(lower - Math.max(0, at(0.025)))).toBeLessThanOrEqual(width / 8);
  expect(Math.abs(upper - Math.max(0, at(0.975)))).toBeLessThanOrEqual(width / 8);
  if (lower > 0) expect(Math.abs(upper - lower - width)).toBeLessThanOrEqual(width / 20);
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

interface Gains {
  readonly meetings: readonly number[];
  readonly won: readonly number[];
}

/** Another 90 days as they might have been: each step anew with its rate, and the leads that come in. */
function simulate(steps: readonly Step[], inflow: number, random: Random): Gains[] {
  return Array.from({ length: draws }, () => {
    const rates = steps.map(({ came, wentOn }) => binomial(came, wentOn / came, random) / came);
    const monthly = poisson(inflow, random) / 3;
    const gain = (index: number, last: number): number => {
      const asTargeted = rates.map((rate, step) => (step === index ? (steps[step]?.target ?? 0) : rate));
      return index < last ? monthly * (product(asTargeted.slice(0, last)) - product(rates.slice(0, last))) : 0;
    };
    return {
      meetings: steps.map((_, index) => gain(index, meetingSteps)),
      won: steps.map((_, index) => gain(index, steps.length)),
    };
  });
}

function product(factors: readonly number[]): number {
  return factors.reduce((result, factor) => result * factor, 1);
}

function binomial(size: number, rate: number, random: Random): number {
  let hits = 0;
  for (let trial = 0; trial < size; trial += 1) if (random.chance(rate)) hits += 1;
  return hits;
}

/** How many arrivals with exponential waits fit into as many units of time as are expected. */
function poisson(mean: number, random: Random): number {
  let arrivals = -1;
  let time = 0;
  while (time < mean) {
    time -= Math.log(1 - random.next());
    arrivals += 1;
  }
  return arrivals;
}

async function flowSteps(steps: readonly Step[], inflow: number): Promise<readonly Found[]> {
  const warehouse = await Warehouse.open(':memory:', { threads: 1 });
  try {
    await warehouse.run(`${world};\n${targets(steps)};\n${cycles(steps, inflow)}`);
    for (const model of ['int_flow_rates', 'int_flow_effects', 'int_flow_gains']) {
      await warehouse.run(`create table ${model} as\n${sqlOf(`intermediate/${model}`)}`);
    }
    return await warehouse.rows<Found>(`from (\n${sqlOf('marts/flow_steps')}\n) order by step_no`);
  } finally {
    warehouse.close();
  }
}

function sqlOf(model: string): string {
  return readFileSync(join(import.meta.dirname, '../../models', `${model}.sql`), 'utf8');
}

/** Seen on 1 July: the cohort's last day is 31 May. */
const world = `
  create schema run; create schema sla;
  create table run.clock as select timestamptz '2026-07-01 00:00:00Z' as as_of;
  create table sla.agreements as
    select '2026' as agreement, timestamptz '2026-01-01 00:00:00Z' as effective_at, null::timestamptz as superseded_at;
  create table sla.stage_terms (agreement text, stage text, target double);
  create table sla.dates as select
    (epoch_us(day) // 86400000000)::integer as utc_day, day::date as local_date, null::bigint as date_change_us,
    null::bigint as date_change_2_us
  from range(timestamp '2026-01-01', timestamp '2026-12-31', interval 1 day) as days(day);
  create table lead_cycles (
    ${stages.map((stage) => `${stage}_reached_at timestamptz`).join(', ')}
  )`;

function targets(steps: readonly Step[]): string {
  const rows = steps.map(({ target }, index) => `('2026', '${stages[index + 1]}', ${target})`);
  return `insert into sla.stage_terms values ${rows.join(', ')}`;
}

/** Everybody comes to a step in May and goes on in June, so that nobody counts in two steps; other leads come in June. */
function cycles(steps: readonly Step[], inflow: number): string {
  const may = `timestamptz '2026-05-31 12:00:00Z'`;
  const june = `timestamptz '2026-06-20 12:00:00Z'`;
  const insert = (stage: string | undefined, at: string, next: string | undefined, nextAt: string, count: number) =>
    `insert into lead_cycles (${stage}_reached_at, ${next}_reached_at) select ${at}, ${nextAt} from range(${count})`;
  return [
    ...steps.flatMap(({ came, wentOn }, index) => [
      insert(stages[index], may, stages[index + 1], june, wentOn),
      insert(stages[index], may, stages[index + 1], 'null', came - wentOn),
    ]),
    insert('lead', june, 'mql', 'null', inflow - (steps[0]?.came ?? 0)),
  ].join(';\n');
}
