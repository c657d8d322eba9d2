import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { columnLineage } from '../../../src/models/lineage/column-lineage.ts';
import { openProject } from '../../../src/project/project.ts';
import { type Pages, readPages } from '../../../src/review/reach/pages.ts';
import { openSide } from '../../../src/review/side.ts';
import type { Side } from '../../../src/review/types.ts';
import { Warehouse } from '../../../src/warehouse/warehouse.ts';
import { changeOf, metricsIn, modelsIn, reachIn } from './reach-world.ts';

const root = join(import.meta.dirname, '../../..');
let own: Side;
let pages: Pages;

beforeAll(async () => {
  const project = openProject(root);
  own = await openSide(project, [], new Map());
  pages = readPages(project.roots);
}, 30_000);

/** Metrics reached by other values in these columns of a model. */
function metricsBy(model: string, columns: readonly string[]): string[] {
  return metricsIn(reachIn(own, [changeOf('model', model)], { columns: { [model]: columns } }));
}

describe('a column of a mart', () => {
  // Read off metrics/*.yml: which of the metrics on this model have the column in any of their keys.
  it.each([
    ['lead_responses', 'status', ['response_within_sla_rate']],
    ['lead_responses', 'response_business_minutes', ['first_response_median_minutes', 'first_response_p90_minutes']],
    [
      'lead_responses',
      'is_counted',
      ['first_response_median_minutes', 'first_response_p90_minutes', 'response_within_sla_rate'],
    ],
    ['lead_responses', 'lead_id', []],
    ['lead_follow_ups', 'ends_at', ['follow_up_rate']],
    ['meetings', 'outcome', ['no_show_rate']],
    ['meetings', 'report_status', ['meeting_outcome_reported_rate']],
    ['stage_entry_fields', 'is_complete', ['required_fields_rate']],
    // It also feeds the decision in lead_acceptances, which no metric names.
    ['lead_cycles', 'outcome', ['sales_cycle_median_days', 'win_rate']],
  ])('%s.%s reaches the metrics that name it and no other', (model, column, metrics) => {
    expect(metricsBy(model, [column])).toEqual(metrics);
  });

  it('reaches the metrics that are made of such a metric', () => {
    const reach = reachIn(own, [changeOf('metric', 'mql_volume')]);
    expect(metricsIn(reach)).toEqual(['mql_volume', 'mql_volume_quarter_to_date']);
  });
});

describe('a promise', () => {
  it('of acceptance reaches its metric and no model', () => {
    const reach = reachIn(own, [changeOf('agreement', '2026-h2', 'promises.acceptance.target')], { pages });
    expect(metricsIn(reach)).toEqual(['mql_acceptance_rate']);
    expect(modelsIn(reach)).toEqual([]);
    expect(reach.pages.map(({ address }) => address)).toEqual([
      '/',
      '/agreement/',
      '/agreement/[agreement]/',
      '/cohorts/',
      '/funnel/',
      '/health/',
      '/metrics/',
      '/metrics/[metric]/',
      '/monthly/',
      '/monthly/[month]/',
      '/quarterly/',
      '/quarterly/[quarter]/',
      '/teams/',
      '/weekly/',
      '/weekly/[week]/',
    ]);
  });

  it('of a first response reaches, by its minutes, the clocks and what is decided by them', () => {
    const path = 'promises.first_response.tiers.demo.within_minutes';
    const reach = reachIn(own, [changeOf('agreement', '2026-h2', path)], { pages });
    const models = reach.models.map(({ name }) => name);
    expect(models).toEqual(expect.arrayContaining(['int_cycle_promises', 'int_response_clocks', 'lead_responses']));
    // Who is asked does not change, nor do the points.
    expect(models).not.toContain('int_score_fits');
    expect(metricsIn(reach)).toContain('response_within_sla_rate');
    expect(reach.pages.map(({ address }) => address)).toContain('/breaches/');
    expect(reach.leftOut).toBeGreaterThan(0);
    expect(reach.diagram.length).toBeLessThan(6_000);
    expect(reach.diagram).toContain('("the agreement 2026-h2 (changed)")');
  });
});

describe('what is shown and not computed', () => {
  it('reaches pages alone', () => {
    const addresses = (kind: 'ledger' | 'improvement', name: string) => {
      const reach = reachIn(own, [changeOf(kind, name)], { pages });
      expect([reach.models, reach.metrics, reach.contracts]).toEqual([[], [], []]);
      return reach.pages.map(({ address }) => address);
    };
    expect(addresses('ledger', '2026-Q2')).toEqual([
      '/metrics/[metric]/',
      '/monthly/[month]/',
      '/quarterly/[quarter]/',
      '/weekly/[week]/',
    ]);
    expect(addresses('improvement', 'faster')).toEqual(['/', '/monthly/[month]/', '/weekly/[week]/']);
  });

  it('reaches the breaches by what is written of them', () => {
    const file = 'metrics/breaches/2026-h2.csv';
    const reach = reachIn(own, [changeOf('improvement', 'breaches', '', { file })], { pages });
    expect(reach.models.map(({ name }) => name)).toEqual(['int_breach_log', 'breaches']);
    expect(metricsIn(reach)).toEqual([]);
    expect(reach.pages.map(({ address }) => address)).toEqual(expect.arrayContaining(['/', '/breaches/']));
  });
});

it('judges a headline by the pages of headlines, and another metric not', () => {
  const addresses = (name: string) =>
    reachIn(own, [changeOf('metric', name)], { pages }).pages.map((page) => page.address);
  // win_rate is a headline; icp_match_rate is not, and 2026-h1 promises it; lead_to_mql_rate is neither, and a review
  // says of it what has moved since it was published.
  expect(addresses('win_rate')).toEqual([
    '/',
    '/cohorts/',
    '/funnel/',
    '/health/',
    '/metrics/',
    '/metrics/[metric]/',
    '/monthly/[month]/',
    '/quarterly/',
    '/quarterly/[quarter]/',
    '/teams/',
    '/weekly/[week]/',
  ]);
  expect(addresses('icp_match_rate')).toContain('/weekly/');
  expect(addresses('lead_to_mql_rate')).toEqual([
    '/cohorts/',
    '/funnel/',
    '/health/',
    '/metrics/',
    '/metrics/[metric]/',
    '/monthly/[month]/',
    '/quarterly/',
    '/quarterly/[quarter]/',
    '/teams/',
    '/weekly/[week]/',
  ]);
});

it('is right that the verdicts of the site are of promised metrics alone', async () => {
  const parser = await Warehouse.open(':memory:', { threads: 1 });
  try {
    const text = readFileSync(join(root, 'reports/sources/site/verdicts.sql'), 'utf8');
    const [row] = await parser.rows<{ tree: string }>('select json_serialize_sql($1::varchar) as tree', [text]);
    const tree = JSON.parse(row?.tree ?? 'null') as { statements?: readonly unknown[] };
    const columnsOf = (table: string) =>
      ({
        agreement_promises: [
          'agreement',
          'metric',
          'side',
          'promise',
          'grain',
          'target',
          'owner',
          'wording_en',
          'wording_da',
        ],
        values_in_force: [
          'metric',
          'grain',
          'value',
          'status',
          'target_source',
          'dimension',
          'period_start',
          'period_end',
        ],
        periods: ['grain', 'period_start', 'period_end', 'label'],
        current_metrics: ['metric', 'label_en', 'label_da', 'unit', 'direction', 'type', 'position'],
      })[table];
    const isAggregate = (name: string) => /^(any_value|max|min|sum|count|count_star|bool_or|bool_and)$/.test(name);
    const { columns } = columnLineage(tree.statements?.[0], { columnsOf, isAggregate });
    expect(columns.find(({ name }) => name === 'metric')?.from).toEqual([
      { table: 'agreement_promises', column: 'metric' },
    ]);
  } finally {
    parser.close();
  }
});
