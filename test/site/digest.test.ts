import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { type SiteSettings, usualSiteSettings } from '../../src/project/site-settings.ts';
import { type DigestFormat, type DigestRequest, digest, printDigest } from '../../src/site/digest/digest.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

const folder = mkdtempSync(join(tmpdir(), 'handover-digest-'));
const published = join(folder, 'published.duckdb');
const bare = join(folder, 'bare.duckdb');

/** A lead and a team that try to leave the table cell, the tag and the attribute in which they stand. */
const lead = `<img src=x onerror="alert(1)">|\`L-1\``;
const team = `Kø & "Salg" | [x](javascript:alert(1))`;

const metricTables = `
  create table metric_values (
    metric text, version int, grain text, period_start date, period_end date, dimension text, dimension_value text,
    numerator double, denominator double, value double, lower_95 double, upper_95 double, target double, status text,
    is_complete boolean, is_final boolean, is_mature boolean, sample_size bigint, pending bigint, beside bigint,
    estimate double, over_value double, estimate_lower_95 double, estimate_upper_95 double, estimate_days double,
    maturity text, is_in_force boolean, target_source text, previous_value double, change text
  );
  create table metric_definitions (
    metric text, version int, type text, model text, owner text, unit text, direction text, label_en text, label_da text,
    description_en text, description_da text, is_headline boolean, minimum_sample int, window_days double, sql text,
    definition text, dimensions text[], grains text[], file text, effective_from date, deprecated_on date,
    is_current boolean, spec text, target double, changes text, models text[], inputs text[], words_en text, words_da text
  );
`;

/** The marts that a project may lack, as the site's set-up describes them. */
function emptyMarts(...names: string[]): string {
  const setup = readFileSync('reports/sources/setup.sql', 'utf8');
  return names
    .map((name) =>
      new RegExp(`create table stand_ins\\.${name} \\([^;]*\\);`).exec(setup)?.[0].replace('stand_ins.', ''),
    )
    .join('\n');
}

/**
 * Four weeks that ended and Monday 23 November, 06:00 in Copenhagen. Answered in time: 9 of 10, 9 of 10, 8 of 10 (missed) and,
 * in week 47, 18 of 20 (kept, 90 %). MQL: 10, 20, 30, 40 a week, and 99 in October where 100 were promised.
 */
beforeAll(async () => {
  const warehouse = await Warehouse.open(published);
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
  await warehouse.run(`
    create table build_info as
    select 'small' as project, timestamptz '2026-11-23 05:00:00Z' as as_of, 'Europe/Copenhagen' as time_zone;
    ${metricTables}
    ${emptyMarts('agreement_promises', 'breaches', 'meetings', 'open_leads', 'improvements', 'decisions', 'restatements')}

    insert into metric_definitions by name
    from (values
      ('response_within_sla_rate', 'ratio', 'sales', 'percent', 'up', 'Answered <b>in</b> time | rate', 'Besvaret til tiden', 20),
      ('mql_volume', 'count', 'marketing', 'count', 'up', 'MQL volume', 'Antal MQL', null)
    ) as metrics (metric, type, owner, unit, direction, label_en, label_da, minimum_sample)
    cross join (select 1 as version, true as is_headline, true as is_current, '{}' as spec);

    insert into metric_values by name
    select *, 'week' as grain, period_start + 7 as period_end, denominator as sample_size,
      numerator / denominator as value, 0.9 as target, 'agreement' as target_source
    from (values
      (date '2026-10-26', 9, 10, 'kept', null, null), ('2026-11-02', 9, 10, 'kept', 0.9, 'steady'),
      ('2026-11-09', 8, 10, 'missed', 0.9, 'too_few'), ('2026-11-16', 18, 20, 'kept', 0.8, 'rose'),
      ('2026-11-23', 0, 0, 'open', null, null)
    ) as weeks (period_start, numerator, denominator, status, previous_value, change)
    cross join (select 'response_within_sla_rate' as metric);
    insert into metric_values by name
    select *, numerator as value, numerator as sample_size
    from (values
      ('week', date '2026-10-26', date '2026-11-02', 10, null, null), ('week', '2026-11-02', '2026-11-09', 20, null, null),
      ('week', '2026-11-09', '2026-11-16', 30, null, null), ('week', '2026-11-16', '2026-11-23', 40, null, null),
      ('month', '2026-10-01', '2026-11-01', 99, 100, 'missed'), ('week', '2026-11-23', '2026-11-30', 0, null, null)
    ) as periods (grain, period_start, period_end, numerator, target, status)
    cross join (select 'mql_volume' as metric, 'agreement' as target_source);
    update metric_values set dimension = 'all', dimension_value = 'all', version = 1, is_in_force = true, pending = 0,
      beside = 0, is_complete = period_end <= date '2026-11-23';

    insert into agreement_promises by name
    from (values
      ('sales', 'first_response', 'response_within_sla_rate', 0.9, null),
      ('marketing', 'volume', 'mql_volume', 100, 'month')
    ) as promises (side, promise, metric, target, grain)
    cross join (select '2026-h2' as agreement, date '2026-07-01' as effective_from);

    -- Seven were due in week 47, the last of them on Sunday at 23:30; that of 23:30 UTC is Monday's already.
    insert into breaches by name
    select ${text(lead)} as lead_id, number as breach_no, kind, status, due_at::timestamptz as due_at, ${text(team)} as team,
      number = 7 as is_explained, if(number = 7, 'Ill', null) as cause
    from (values
      (1, 'first_response', 'late', '2026-11-22 22:30:00Z'), (2, 'follow_up', 'short', '2026-11-20 11:00:00Z'),
      (3, 'acceptance', 'overdue', '2026-11-19 11:00:00Z'), (4, 'meeting_outcome', 'late', '2026-11-18 11:00:00Z'),
      (5, 'first_response', 'overdue', '2026-11-17 11:00:00Z'), (6, 'first_response', 'late', '2026-11-16 11:00:00Z'),
      (7, 'first_response', 'late', '2026-11-16 10:00:00Z'), (8, 'first_response', 'late', '2026-11-22 23:30:00Z')
    ) as due (number, kind, status, due_at);

    insert into meetings by name
    from (values ('a', 'held', timestamptz '2026-11-18 10:00:00Z'), ('b', 'unknown', '2026-11-19 10:00:00Z'))
      as planned (meeting_id, outcome, scheduled_for);

    -- Due today until midnight in Copenhagen, which is 23:00 UTC.
    insert into open_leads by name
    from (values ('overdue', timestamptz '2026-11-20 10:00:00Z'), ('overdue', '2026-11-23 04:00:00Z'),
      ('pending', '2026-11-23 22:30:00Z'), ('in_progress', '2026-11-23 23:30:00Z'), ('pending', null)) as owed (status, due_at);

    insert into improvements by name
    from (values
      ('rota', 'A rota', 'En vagtplan', date '2026-10-26', date '2026-11-08', false, 'Better: from 80 % to 90 %.', 'Bedre: fra 80 % til 90 %.'),
      ('ask', 'Ask at the end', 'Spørg til sidst', date '2026-11-16', null, true, 'Too early to tell.', 'For tidligt at sige.')
    ) as agreed (improvement, title_en, title_da, since, "until", is_open, sentence_en, sentence_da);

    insert into decisions by name
    from (values
      (1, 'One more on duty', 'Én mere på vagt', 'Sales Director', date '2026-12-01', null),
      (2, 'Fewer forms', 'Færre formularer', 'Head of Marketing', date '2026-11-30', date '2026-11-20')
    ) as made (decision_no, title_en, title_da, responsible, due_on, done_on)
    cross join (select 'week' as grain, date '2026-11-16' as period_start);

    -- The second is of a week that is not told of.
    insert into restatements by name
    from (values (date '2026-11-16', 0.95, 0.9), ('2026-11-02', 0.8, 0.9)) as moved (period_start, value_published, value_now)
    cross join (select 'week' as grain, 'response_within_sla_rate' as metric);
  `);
  warehouse.close();

  const other = await Warehouse.open(bare);
  await other.run(`
    create table build_info as
    select 'bare' as project, timestamptz '2026-11-17 05:00:00Z' as as_of, 'Europe/Copenhagen' as time_zone;
    ${metricTables}
    insert into metric_definitions by name
    select 'deals' as metric, 1 as version, 'count' as type, 'sales' as owner, 'count' as unit, 'up' as direction,
      'Deals' as label_en, 'Aftaler' as label_da, true as is_headline, true as is_current;
    insert into metric_values by name
    select 'deals' as metric, 1 as version, 'week' as grain, date '2026-11-16' as period_start, date '2026-11-23' as period_end,
      'all' as dimension, 'all' as dimension_value, 3 as value, 3 as sample_size, false as is_complete, true as is_in_force;
  `);
  other.close();
});

afterAll(() => rm(folder, { recursive: true }));

type Asked = Partial<Omit<DigestRequest, 'settings'>> & { readonly settings?: Partial<SiteSettings> };

async function told(format: DigestFormat, { settings, ...asked }: Asked = {}): Promise<string> {
  const found = await digest({
    ...{ published, root: folder, language: 'en', ...asked },
    settings: { ...usualSiteSettings, ...settings },
  });
  return printDigest(found.digest, format);
}

async function problem(asked: Asked): Promise<unknown> {
  return told('markdown', asked).catch((error: unknown) =>
    error instanceof DiagnosticsError ? error.diagnostics[0] : error,
  );
}

/** How Markdown shows `lead` and `team`: nothing of them is a tag, a link, a cell. */
const shownLead = '&lt;img src=x onerror="alert(1)"&gt;&#124;<code>L-1</code>';
const shownTeam = 'Kø &amp; "Salg" &#124; &#91;\u200Bx&#93;(javascript:alert(1))';

describe('a week in Markdown', () => {
  test('missed promises first, the numbers of the site, and nothing from the data that breaks a table', async () => {
    expect(await told('markdown', { settings: { url: 'https://sla.example.com/a_b' } })).toBe(
      `# SLA, week 47, 2026: 1 of 2 promises missed, 7 breaches

Marketing kept 0 of 1 promise, sales 1 of 1.

| Promise | Who | Week 47 | Target |
| --- | --- | ---: | ---: |
| ✗ **Missed** MQL volume | Marketing | 99 (October) | ≥ 100 |
| ✓ **Kept** Answered &lt;b&gt;in&lt;/b&gt; time &#124; rate | Sales | 90.0% (18 of 20) | ≥ 90% |

| Headline metric | Week 47 | Four weeks | Against the week before |
| --- | ---: | ---: | ---: |
| MQL volume (target ≥ 100 per month) | 40 | 100 | – |
| Answered &lt;b&gt;in&lt;/b&gt; time &#124; rate | 90.0% (18 of 20) | 88.0% (n = 50) | up from 80.0% |

- **Breaches:** 7 in week 47, 6 not explained yet:
  - ${shownLead} · First response · too late · due 22 Nov, 23:30 · ${shownTeam}
  - ${shownLead} · Follow-up · less than promised · due 20 Nov, 12:00 · ${shownTeam}
  - ${shownLead} · Acceptance · not done · due 19 Nov, 12:00 · ${shownTeam}
  - ${shownLead} · Meeting outcome · too late · due 18 Nov, 12:00 · ${shownTeam}
  - ${shownLead} · First response · not done · due 17 Nov, 12:00 · ${shownTeam}
  - and 1 more without an explanation
- **Meetings:** 1 meeting planned for week 47 has no outcome.
- **Open leads:** As of Mon 23 Nov 2026, 06:00: 2 past the deadline, 1 due that day.
- **One improvement:** Ask at the end. Too early to tell.
- **Decided:**
  - One more on duty · Sales Director · by 1 Dec 2026
  - Fewer forms · Head of Marketing · done 20 Nov 2026

[This week](https://sla.example.com/a%5Fb/) · [The whole review of week 47](https://sla.example.com/a%5Fb/weekly/2026-W47/) · [All breaches of week 47](https://sla.example.com/a%5Fb/breaches/?week=2026-W47)

Data up to Mon 23 Nov 2026, 06:00 (Europe/Copenhagen). Agreement 2026-h2. 1 figure shown here has moved since it was published.
`,
    );
  });

  test('in Danish, with the Danish pages behind its links', async () => {
    const text = await told('markdown', { language: 'da', url: 'https://sla.example.com/' });
    expect(text).toContain('# SLA, uge 47, 2026: 1 af 2 løfter blev ikke holdt, 7 brud\n');
    expect(text).toContain('| ✗ **Ikke holdt** Antal MQL | Marketing | 99 (oktober) | ≥ 100 |');
    expect(text).toContain('| Besvaret til tiden | 90,0 % (18 af 20) | 88,0 % (n = 50) | op fra 80,0 % |');
    expect(text).toContain('**Én forbedring:** Spørg til sidst. For tidligt at sige.');
    expect(text).toContain('](https://sla.example.com/da/weekly/2026-W47/)');
  });

  test('of an earlier week nothing is said that only holds now', async () => {
    const text = await told('markdown', { week: '2026-W45' });
    expect(text).not.toContain('Open leads');
    expect(text).not.toContain('](');
    expect(text).toContain('- **Breaches:** None in week 45.');
    expect(text).toContain('- **Meetings:** No meeting was planned for week 45.');
    expect(text).toContain('- **One improvement:** A rota. Better: from 80% to 90%.');
    expect(text).toContain('- **Decided:** No decision is logged for week 45 yet.');
    // The two weeks before it are not enough for four.
    expect(text).toContain('| 90.0% (9 of 10) | – | no clear change from 90.0% |');
  });

  test('a week that has not ended says so', async () => {
    const text = await told('markdown', { week: '2026-W48' });
    expect(text).toMatch(/^# SLA, week 48, 2026, so far: 1 of 2 promises missed, 1 breach\n/);
    expect(text).toContain('**Week 48, 2026 has not ended: figures so far, not final.**');
    expect(text).toContain('… **Not decided yet**');
  });

  test('a project without breaches, meetings and an agreement is not told to have none of them', async () => {
    const text = await told('markdown', { published: bare, week: '2026-W47' });
    expect(text).toContain('so far: no promise in force\n');
    expect(text).toContain('| Deals | 3 | – | – |');
    for (const word of ['Breaches', 'Meetings', 'Open leads']) expect(text).not.toContain(word);
    expect(text).toContain('No agreement in force.');
  });
});

describe('a week as a mail', () => {
  test('tables and styles on the elements, nothing from elsewhere, nothing that runs', async () => {
    const html = await told('html', { settings: { url: 'https://sla.example.com' } });
    const tags = [...html.matchAll(/<(\/?[a-z0-9]+)/g)].map(([, tag = '']) => tag.replace('/', ''));
    expect(new Set(tags)).toEqual(
      new Set([
        ...['html', 'head', 'meta', 'title', 'body', 'table', 'tr', 'td', 'th', 'h1', 'p'],
        'b',
        'br',
        'span',
        'a',
      ]),
    );
    expect(html).not.toMatch(/<[^>]*\s(on\w+|class|src|id)=/);
    expect([...html.matchAll(/https?:[^"]*/g)].map(([address]) => address)).toEqual([
      'https://sla.example.com/',
      'https://sla.example.com/weekly/2026-W47/',
      'https://sla.example.com/breaches/?week=2026-W47',
    ]);
    expect(html).toContain('<html lang="en">');
    expect(html).toContain('<title>SLA, week 47, 2026: 1 of 2 promises missed, 7 breaches</title>');
    expect(html).toContain('&#60;img src=x onerror=&#34;alert(1)&#34;&#62;|`L-1`');
    expect(html).toContain('>✗</b> <b>Missed</b> MQL volume');
    expect(html.length).toBeLessThan(30_000);
  });

  test('names no lead where the project wants none named', async () => {
    for (const format of ['html', 'markdown'] as const) {
      const text = await told(format, { settings: { leadDetail: 'none' } });
      expect(text).not.toContain('L-1');
      expect(text).toContain('First response · too late · due 22 Nov · Kø');
    }
  });
});

describe('what cannot be told', () => {
  test.each([
    [{ week: '2026-47' }, { code: 'invalid-option', expected: 'an ISO week, such as 2026-W47' }],
    [{ week: '2025-W47' }, { code: 'unknown-week', expected: 'a week from 2026-W44 to 2026-W48' }],
    [{ url: 'javascript:alert(1)' }, { code: 'invalid-option', message: '--link "javascript:alert(1)" is no address' }],
    [{ published: bare }, { code: 'no-week', fix: expect.stringContaining('--week 2026-W47') }],
  ])('%j', async (asked, expected) => {
    expect(await problem(asked)).toMatchObject({ severity: 'error', ...expected });
  });
});
