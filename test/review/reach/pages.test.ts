import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readViews, shownBy, shownByFence } from '../../../src/review/reach/page-sql.ts';
import { titleOf } from '../../../src/review/reach/page-title.ts';
import { readPages } from '../../../src/review/reach/pages.ts';
import { folderOf } from '../definitions/model-sides.ts';

const setup = `
-- select * from secrets; create view comment as select 1;
create table stand_ins.breaches (lead_id text, promise text);
create macro local_time(instant) as timezone('UTC', instant);
create view periods as select grain, period_start, max(period_end) as period_end from metric_values group by all;
create or replace view values_in_force as select * from metric_values where is_in_force;
create view labelled as select metric, label_en from metric_definitions;
create macro minimum_of(name) as (select max(minimum_sample) from labelled where metric = name);
`;

function shown(sql: string, name = ''): { tables: string[]; metrics: string[] } {
  const { tables, metrics } = shownBy(sql, readViews(setup), name);
  return { tables: [...tables], metrics: [...metrics] };
}

describe('a query of the site', () => {
  it('shows all metrics when it takes their values', () => {
    expect(shown('select grain, value from metric_values').metrics).toEqual(['all']);
    expect(shown('select * from values_in_force').metrics).toEqual(['all']);
    expect(shown('select label_en, metric from labelled').metrics).toEqual(['all']);
  });

  it('shows none when it takes only their periods, or counts', () => {
    expect(shown('select grain, period_start from periods').metrics).toEqual([]);
    expect(shown('select period_start, count(*) as n from metric_values group by all').metrics).toEqual([]);
  });

  it('reads what its views read', () => {
    expect(shown('select m.outcome from periods inner join main.meetings as m on true').tables).toEqual(
      expect.arrayContaining(['periods', 'meetings', 'metric_values']),
    );
  });

  it('reads what its macros read', () => {
    expect(shown("select lead_id, count(*) < minimum_of('win_rate') as is_few from meetings").tables).toEqual(
      expect.arrayContaining(['meetings', 'labelled', 'metric_definitions']),
    );
  });

  it('takes no comment, alias, function or column for a table', () => {
    const { tables } = shown(
      "-- of breaches\nselect a.flow_steps, meetings(1) as lead_cycles, '--' as x /* open */ from data_health as a",
    );
    for (const name of ['breaches', 'flow_steps', 'meetings', 'lead_cycles', 'open'])
      expect(tables).not.toContain(name);
    expect(tables).toContain('data_health');
  });

  it('reads a table after a text that looks like a comment', () => {
    expect(shown("select '--' from breaches").tables).toContain('breaches');
  });

  it('tells who only asks which agreement is in force from who shows promises', () => {
    expect(shown('select agreement, effective_from from agreement_promises').tables).not.toContain(
      'agreement_promises',
    );
    for (const sql of [
      'select agreement, target from agreement_promises',
      'select * from agreement_promises',
      'select p.* from agreement_promises as p',
    ]) {
      expect(shown(sql).tables).toContain('agreement_promises');
    }
  });

  it('ends, whatever comments and quotes are left open', () => {
    const started = performance.now();
    for (const text of ['/*'.repeat(100_000), "'".repeat(200_001), '"a'.repeat(100_000), '--\n'.repeat(60_000)])
      shown(text);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('a query of a page', () => {
  const queries = new Map([
    ['history', shownBy('select * from values_in_force', readViews(setup))],
    ['metrics', shownBy('select metric from metric_definitions', readViews(setup))],
    ['periods', shownBy('select grain from periods', readViews(setup))],
  ]);
  const metricsOf = (sql: string) => [...shownByFence(sql, queries).metrics];

  it('leaves what its condition leaves', () => {
    expect(metricsOf("select * from site.history where grain = 'week' and is_headline order by label")).toEqual([
      'headline',
    ]);
    expect(metricsOf("select * from site.history where metric in ('a', 'b')")).toEqual(['metric a', 'metric b']);
    expect(metricsOf(`select * from site.history where metric = 'a' and label = '\${params.week}'`)).toEqual([
      'metric a',
    ]);
    expect(metricsOf(`select * from site.history where metric = '\${params.metric}'`)).toEqual(['each']);
    expect(
      metricsOf('select h.* from site.history as h inner join site.metrics using (metric) where is_headline'),
    ).toEqual(['headline']);
    expect(metricsOf('select * from site.periods')).toEqual([]);
  });

  it.each([
    'select * from site.history',
    'select * from site.history where is_headline or sample_size > 10',
    'select * from site.history where not is_headline',
    'select * from site.history where is_headline = false',
    'select * from site.history order by is_headline',
    'select * from site.history where is_headline union all select * from site.history',
    'select * from site.history where is_headline and value > (select max(value) from site.history)',
    "select * from site.history where grain = 'week' -- and is_headline",
  ])('leaves all where it cannot be told: %s', (sql) => {
    expect(metricsOf(sql)).toEqual(['all']);
  });
});

describe('a title', () => {
  const around = {
    components: [],
    messages: new Map([
      ['weekly.title', 'Reviews'],
      ['eyebrow', 'Review'],
      ['of', 'Of {x}'],
    ]),
    address: '/a/',
  };

  it('is that of the front matter, else of the head, else the address', () => {
    expect(titleOf("---\ntitle: 'Our week'\n---\n<PageHead title={t('weekly.title')} />", around)).toBe('Our week');
    expect(titleOf("---\nhide_title: true\n---\n<PageHead title={t('weekly.title')} />", around)).toBe('Reviews');
    expect(titleOf('<PageHead\n  title="Plain"\n/>', around)).toBe('Plain');
    expect(titleOf("<PageHead title={format(params.week)} eyebrow={t('eyebrow')} />", around)).toBe('Review');
    expect(titleOf("<PageHead title={t('of', { x })} />", around)).toBe('/a/');
    expect(titleOf('', { ...around, components: ["<svelte:head>{t('weekly.title')}"] })).toBe('Reviews');
  });
});

describe('readPages', () => {
  it('has none where a project has no reports', () => {
    expect(readPages([folderOf({})])).toEqual([]);
  });

  it('joins what several projects show on the same page, and reads components', () => {
    const first = folderOf({
      'reports/pages/index.md': "<script>\nimport Deals from '$lib/Deals.svelte';\n</script>\n# Home\n",
      'reports/components/Deals.svelte': '```sql deals\nselect * from site.deals\n```\n',
      'reports/components/messages/en.json': '{ not json',
      'reports/sources/site/deals.sql': 'select * from deals',
    });
    const second = folderOf({
      'reports/pages/index.md': '---\ntitle: Home\n---\n```sql t\nselect * from site.totals\n```\n',
      'reports/pages/weekly/[week].md': 'No query.\n',
      'reports/sources/site/totals.sql': 'select region from totals',
    });
    const pages = readPages([first, second, second]);
    expect(pages.map(({ address, title }) => [address, title])).toEqual([
      ['/', 'Home'],
      ['/weekly/[week]/', '/weekly/[week]/'],
    ]);
    expect([...(pages[0]?.tables ?? [])]).toEqual(expect.arrayContaining(['deals', 'totals']));
  });

  it("knows what this project's own pages show", () => {
    const pages = readPages([join(import.meta.dirname, '../../..')]);
    expect(pages.map(({ address, title }) => `${address} ${title}`)).toEqual([
      '/ This week',
      '/agreement/ Agreement',
      '/agreement/[agreement]/ Agreement',
      '/breaches/ Breaches',
      '/cohorts/ Cohorts',
      '/funnel/ Funnel',
      '/health/ Data health',
      '/metrics/ Metric catalogue',
      '/metrics/[metric]/ Metric',
      '/monthly/ Months',
      '/monthly/[month]/ Month: what to adjust',
      '/quarterly/ Quarterly reviews',
      '/quarterly/[quarter]/ Quarterly review',
      '/teams/ Teams',
      '/weekly/ Weekly reviews',
      '/weekly/[week]/ Weekly review',
    ]);
    const scopes = Object.fromEntries(pages.map(({ address, metrics }) => [address, [...metrics].sort()]));
    expect(scopes).toMatchObject({
      '/': ['headline', 'improved', 'promised'],
      '/agreement/': [],
      '/breaches/': [],
      '/metrics/': ['all'],
      '/metrics/[metric]/': ['each'],
      '/weekly/': ['promised'],
      // Of any metric that was published it says what has moved since.
      '/weekly/[week]/': ['all', 'headline', 'improved', 'promised'],
    });
    // The marts that the queries of reports/sources/site/ name after from and join.
    const marts = ['breaches', 'cohort_conversions', 'flow_steps', 'lead_acceptances', 'lead_responses', 'meetings'];
    const read = (address: string) => {
      const tables = pages.find((page) => page.address === address)?.tables;
      return marts.filter((name) => tables?.has(name));
    };
    expect(read('/breaches/')).toEqual(['breaches', 'lead_acceptances', 'lead_responses', 'meetings']);
    expect(read('/quarterly/[quarter]/')).toEqual(['cohort_conversions', 'lead_responses', 'meetings']);
    expect(read('/weekly/')).toEqual([]);
  });
});
