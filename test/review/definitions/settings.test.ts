import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLayout } from '../../../src/project/layout-file.ts';
import { openProject, type Project } from '../../../src/project/project.ts';
import { otherRules } from '../../../src/review/definitions/rules-others.ts';
import { compareSettings } from '../../../src/review/definitions/settings.ts';
import type { DefinitionChange } from '../../../src/review/types.ts';
import { projectOf } from './model-sides.ts';

const later = 'from the next load on; the values compared here do not show it';

function configured(text: string, files: Readonly<Record<string, string>> = {}): Project {
  return projectOf({ 'handover.yml': `name: small\n${text}`, ...files });
}

/** A source of the event log with these keys beside its files. */
const source = (more: string) => `sources:\n  events: { files: events.csv${more} }\n`;

/** A project that knows the exports of one CRM. */
function withLayout(text: string | undefined): Project {
  const layout =
    text === undefined ? undefined : readLayout('crm', { path: 'models/staging/crm/sources.yml', text }, []);
  return { ...configured(''), layouts: layout === undefined ? [] : [layout] };
}

const layout = (column: string, more = '') => `
tables:
  leads:
    description: Leads.
    key: [id]
    columns: { id: { required: true }, extra: { ${column} } }
${more}`;

const someAgreement = (project: Project): Project => {
  const [agreement] = agreements;
  return agreement === undefined ? project : { ...project, agreements: [agreement] };
};
const { agreements } = projectOfSample();

function projectOfSample(): Project {
  return openProject(join(import.meta.dirname, '../../..'));
}

interface Case {
  readonly rule: string;
  readonly before: () => Project;
  readonly after: () => Project;
  readonly says: string;
}

const configs = (rule: string, before: string, after: string, says: string): Case => ({
  rule,
  before: () => configured(before),
  after: () => configured(after),
  says,
});
const layouts = (rule: string, before: string | undefined, after: string | undefined, says: string): Case => ({
  rule,
  before: () => withLayout(before),
  after: () => withLayout(after),
  says,
});

/** forgotten.csv with a line for each. */
function forgotten(...leads: readonly string[]): string {
  const lines = leads.map((lead) => `events,${lead.repeat(64)},2026-03-02\n`);
  return `source,lead_hash,forgotten_on\n${lines.join('')}`;
}

const cases: readonly Case[] = [
  {
    rule: 'project-name',
    before: () => configured(''),
    after: () => projectOf({ 'handover.yml': 'name: other\n' }),
    says: 'the project is called "other" instead of "small"',
  },
  {
    rule: 'project-extends',
    before: () => configured('', { 'base/handover.yml': 'name: base\n' }),
    after: () => configured('extends: base\n', { 'base/handover.yml': 'name: base\n' }),
    says: 'it inherits from "base" instead of nothing',
  },
  {
    rule: 'project-time-overruled',
    before: () => someAgreement(configured('')),
    after: () => someAgreement(configured('time_zone: Europe/Copenhagen\n')),
    says: 'weeks and months begin in Europe/Copenhagen instead of UTC, where no agreement says so; one does',
  },
  configs(
    'project-time-zone',
    '',
    'time_zone: Europe/Copenhagen\n',
    'weeks and months begin in Europe/Copenhagen instead of UTC',
  ),
  configs('project-fiscal-year', '', 'fiscal_year_starts: july\n', 'the fiscal year starts in July instead of January'),
  {
    rule: 'project-forgotten-gone',
    before: () => configured('', { 'forgotten.csv': forgotten('a', 'b', 'c') }),
    after: () => configured('', { 'forgotten.csv': forgotten('b') }),
    says: 'REQUESTS TO BE FORGOTTEN: 2 leads would come back at the next load',
  },
  {
    rule: 'project-forgotten',
    before: () => configured(''),
    after: () => configured('', { 'forgotten.csv': forgotten('a') }),
    says: '1 lead more would stay forgotten, from the next load on',
  },
  configs(
    'project-retention',
    'retention_months: 24\n',
    'retention_months: 12\n',
    'leads are kept for 12 months instead of 24',
  ),
  {
    rule: 'project-folder-defaults',
    before: () => configured('', { 'models/marts/k.sql': 'select 1 as one' }),
    after: () => configured('models: { marts: { materialized: view } }\n', { 'models/marts/k.sql': 'select 1 as one' }),
    says: '"models.marts.materialized" is "view", and said nothing before',
  },
  configs(
    'project-review-looser',
    '',
    'review: { approvals: off }\n',
    'the review treats approvals as off instead of error',
  ),
  configs(
    'project-review-stricter',
    'review: { version_bump: warn }\n',
    '',
    'the review treats version_bump as error instead of warn',
  ),
  configs(
    'project-review-time',
    '',
    'review: { time_limit: 1h }\n',
    'a review may take 60 minutes instead of 10 minutes',
  ),
  configs(
    'site-leads-shown',
    'site: { lead_detail: none }\n',
    '',
    'PERSONAL DATA: the site would name leads by their ids, where it named none',
  ),
  configs('site-leads-hidden', '', 'site: { lead_detail: none }\n', 'the site no longer names any lead'),
  configs(
    'site-people-shown',
    '',
    'site: { people_notice_date: 2026-10-01 }\n',
    'PERSONAL DATA: the site would show figures of single people, from 2026-10-01 on',
  ),
  configs(
    'site-people-hidden',
    'site: { people_notice_date: 2026-10-01 }\n',
    'site: { people_notice_date: 2026-11-01 }\n',
    'the site would show figures of single people from 2026-11-01 on instead of 2026-10-01',
  ),
  configs(
    'site-record-url',
    `${source('')}site: { record_url: { events: "https://a.example/{lead_id}" } }\n`,
    `${source('')}site: { record_url: { events: "https://b.example/{lead_id}" } }\n`,
    'leads are linked to their records of "events" at "https://b.example/{lead_id}" instead of "https://a.example/{lead_id}"',
  ),
  configs(
    'site-url',
    '',
    'site: { url: "https://sla.example/" }\n',
    `the digest's links lead to "https://sla.example"`,
  ),
  configs(
    'site-draft',
    '',
    'site: { draft: metrics/agreements/drafts/2027-h1.yml }\n',
    'the quarterly review shows what "metrics/agreements/drafts/2027-h1.yml" would have changed',
  ),
  configs(
    'source-table-added',
    '',
    'sources: { t: { kind: table, files: t.csv, columns: { id: bigint } } }\n',
    `the source "t" is new, ${later}`,
  ),
  configs(
    'source-table-removed',
    'sources: { t: { kind: table, files: t.csv } }\n',
    '',
    `the source "t" is gone, ${later}`,
  ),
  configs('source-added', '', source(', personal: { email: drop }'), `the source "events" is new, ${later}`),
  configs('source-removed', source(''), '', `the source "events" is gone, ${later}`),
  configs(
    'source-personal-stored',
    source(', personal: { email: hash }'),
    source(''),
    `PERSONAL DATA: "email" of the source "events" would be stored as it is, no longer hashed, ${later}`,
  ),
  configs(
    'source-personal',
    source(', personal: { email: drop }'),
    source(', personal: { email: hash }'),
    `"email" of the source "events" is hashed instead of dropped, ${later}`,
  ),
  {
    rule: 'source-attribute-added',
    before: () => someAgreement(configured(source(''))),
    after: () => someAgreement(configured(source(', properties: { hs_country: country }'))),
    says: `the property "hs_country" of the source "events" may be stored, and what it says of a lead is asked for, ${later}`,
  },
  configs(
    'source-property-added',
    source(''),
    source(', properties: [region]'),
    `the property "region" of the source "events" may be stored, ${later}`,
  ),
  configs(
    'source-property',
    source(', properties: [region]'),
    source(''),
    `the property "region" of the source "events" is not stored any more, ${later}`,
  ),
  configs(
    'source-read-otherwise',
    source(''),
    source(', max_rejected: 5 %'),
    `a load of the source "events" fails with more than 5 % of rows rejected instead of 50 %, ${later}`,
  ),
  layouts('layout-added', undefined, layout('type: varchar'), 'is new'),
  layouts('layout-removed', layout('type: varchar'), undefined, 'is gone'),
  layouts(
    'layout-part-added',
    layout('type: varchar'),
    layout('type: varchar', 'properties: { region: null }'),
    `the property "region" may be stored, ${later}`,
  ),
  layouts(
    'layout-part',
    layout('type: varchar', 'properties: { region: null }'),
    layout('type: varchar'),
    `the property "region" is not stored any more, ${later}`,
  ),
  layouts(
    'layout-guard',
    layout('type: json, allow_list: true'),
    layout('type: json'),
    `WHAT MAY BE STORED of "extra" of "leads" is another: allow_list says nothing any more; it was "true", ${later}`,
  ),
  layouts(
    'layout-lead',
    layout('lead: true'),
    layout('type: varchar'),
    `REQUESTS TO BE FORGOTTEN find leads in "extra" of "leads" otherwise: lead says nothing any more; it was "true", ${later}`,
  ),
  layouts(
    'layout-read-otherwise',
    layout('type: varchar'),
    layout('type: date'),
    `type of the column "extra" of "leads" is "date" instead of "varchar", ${later}`,
  ),
  layouts(
    'layout-description',
    layout('type: varchar'),
    layout('type: varchar').replace('Leads.', 'All leads.'),
    `description of the table "leads" is "All leads." instead of "Leads.", ${later}`,
  ),
];

function sayings(changes: readonly DefinitionChange[]) {
  return changes.flatMap(({ fields }) => fields.map(({ words, rule, class: kind }) => ({ words, rule, kind })));
}

describe('what a change of settings does:', () => {
  it.each(cases)('$rule', ({ rule, before, after, says }) => {
    const kind = otherRules.find(({ id }) => id === rule)?.class;
    expect(sayings(compareSettings(before(), after()))).toEqual([{ words: says, rule, kind }]);
  });

  it('every rule has a case', () => {
    const ids = otherRules.filter(({ kind }) => kind === 'project').map(({ id }) => id);
    expect(cases.map(({ rule }) => rule).sort()).toEqual(ids.sort());
  });
});

describe('figures of single people', () => {
  const dated = (date: string) => configured(date === '' ? '' : `site: { people_notice_date: ${date} }\n`);
  it.each([
    ['2026-10-01', '2026-09-30', 'site-people-shown'],
    ['2026-10-01', '2026-10-02', 'site-people-hidden'],
    ['2026-10-01', '', 'site-people-hidden'],
    ['', '2026-10-01', 'site-people-shown'],
  ])('from "%s" to "%s" is %s', (before, after, rule) => {
    const [change] = compareSettings(dated(before), dated(after));
    expect(change?.fields.map((field) => field.rule)).toEqual([rule]);
  });
});

describe('settings', () => {
  it('are the same in another order of keys, with comments', () => {
    const before = configured(
      'time_zone: UTC\nsources: { a: { files: [x.csv, y.csv], time_zone: UTC }, b: { files: z.csv } }\n',
    );
    const after = configured('sources:\n  # two\n  b: { files: [z.csv] }\n  a: { files: [y.csv, x.csv] }\n');
    expect(compareSettings(before, after)).toEqual([]);
  });

  it('are called as in YAML, and the order of names says nothing', () => {
    const marts = (keys: string) =>
      configured(`models: { marts: ${keys} }\n`, { 'models/marts/m.sql': 'select 1 as a', 'models/marts/m.yml': m });
    const m = 'name: m\ndescription: M.\n';
    expect(compareSettings(marts('{ tags: [a, b] }'), marts('{ tags: [b, a] }'))).toEqual([]);
    const [change] = compareSettings(marts('{ tags: [a, b] }'), marts('{ public: false }'));
    expect(change?.fields.map(({ words }) => words)).toEqual([
      '"models.marts.public" is "false", and said nothing before',
      '"models.marts.tags" says nothing any more; it was "a, b"',
    ]);
    const keyed = (key: string) => withLayout(layout('type: varchar').replace('[id]', key));
    expect(compareSettings(keyed('[id, extra]'), keyed('[extra, id]'))).toEqual([]);
  });

  it('are graver where a property of a layout is asked for', () => {
    const [before, after] = [
      withLayout(layout('type: varchar')),
      layout('type: varchar', 'properties: { p: country }'),
    ];
    const asked = compareSettings(someAgreement(before), someAgreement(withLayout(after)));
    expect(asked.flatMap(({ fields }) => fields.map(({ rule }) => rule))).toEqual(['source-attribute-added']);
    const unasked = compareSettings(before, withLayout(after));
    expect(unasked.flatMap(({ fields }) => fields.map(({ rule }) => rule))).toEqual(['layout-part-added']);
  });

  it('leave contracts to those who compare contracts', () => {
    expect(compareSettings(configured(''), configured('contracts: { freshness: { max_age: 3d } }\n'))).toEqual([]);
  });

  it('say that a table of an export is gone, and nothing of its columns', () => {
    const two = layout('type: varchar').replace(
      'tables:',
      'tables:\n  owners: { description: O., key: [id], columns: { id: {} } }',
    );
    const [change] = compareSettings(withLayout(two), withLayout(layout('type: varchar')));
    expect(change).toMatchObject({ name: 'crm', title: 'the layout of crm exports', class: 'breaking' });
    expect(change?.fields.map(({ words }) => words)).toEqual([`the table "owners" is gone, ${later}`]);
  });
});
