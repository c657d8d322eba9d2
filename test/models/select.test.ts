import { beforeAll, describe, expect, it } from 'vitest';
import { type Diagnostic, DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { parseModels } from '../../src/models/parse.ts';
import { type PlannedModel, planModels } from '../../src/models/plan.ts';
import { type SelectionFacts, selectionNeeds, selectModels } from '../../src/models/select.ts';
import { type ModelFile, readModel } from '../../src/project/model-file.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

// raw.events ──▶ stg_events ──▶ int_leads ──▶ leads ──▶ answers_v1, answers_v2, answers_v3
//          └──▶ health    stg_contacts ─┘        └──▶ totals        └ answers ──▶ report
const tables = new Set(['raw.events', 'raw.hubspot_contacts', 'raw.budgets', 'seeds.stages', 'run.clock', 'sla.dates']);

function model(folder: string, base: string, sql: string | Record<number, string>, yml = ''): ModelFile[] {
  const folders = folder.split('/');
  const path = `models/${folder}/${base}`;
  const sqls =
    typeof sql === 'string'
      ? [{ version: undefined, sql: { path: `${path}.sql`, text: sql } }]
      : Object.entries(sql).map(([number, text]) => ({
          version: Number(number),
          sql: { path: `${path}.v${number}.sql`, text },
        }));
  const text = `name: ${base}\ndescription: One.\n${yml}`;
  const problems: Diagnostic[] = [];
  const read = readModel({ base, folders, sqls, yml: { path: `${path}.yml`, text } }, {}, problems);
  expect(problems).toEqual([]);
  return read;
}

let planned: readonly PlannedModel[];
beforeAll(async () => {
  const versions = [1, 2, 3].map((version) => `  - { version: ${version}, change: c, why: w }\n`).join('');
  const files = [
    ...model('staging/events', 'stg_events', 'from raw.events', 'materialized: view\ntags: [core]'),
    ...model('staging/hubspot', 'stg_contacts', 'from raw.hubspot_contacts', 'materialized: ephemeral'),
    ...model('intermediate', 'int_leads', 'from stg_events, stg_contacts, seeds.stages', 'tags: [core, heavy]'),
    ...model('marts', 'leads', 'from int_leads, run.clock', 'tags: [weekly]'),
    ...model(
      'marts/sla',
      'answers',
      { 1: 'from leads', 2: 'from leads, sla.dates', 3: 'from leads' },
      `latest_version: 2\nversions:\n${versions}`,
    ),
    ...model('marts', 'report', 'from answers', 'tags: [weekly]'),
    ...model('marts', 'totals', 'from leads'),
    ...model('marts', 'health', 'from raw.events'),
  ];
  const parser = await Warehouse.open(':memory:', { threads: 1 });
  const problems: Diagnostic[] = [];
  planned = planModels(await parseModels(parser, files, problems), tables, problems);
  parser.close();
  expect(problems).toEqual([]);
});

const facts: SelectionFacts = {
  tables,
  sources: new Map([
    ['log', ['raw.events']],
    ['crm', ['raw.hubspot_contacts', 'raw.hubspot_deals']],
  ]),
  idle: new Set(['stg_pipedrive_deals']),
  changed: new Map([
    ['main', new Set(['int_leads'])],
    ['HEAD', new Set<string>()],
  ]),
  results: new Map([
    ['leads', 'failed'],
    ['report', 'skipped'],
    ['health', 'ran'],
  ]),
};

function selected(select: string | readonly string[], exclude: readonly string[] = []): string {
  const words = typeof select === 'string' ? [select] : select;
  return [...selectModels(planned, { select: words, exclude }, facts)].sort().join(' ');
}

function problemsOf(...words: string[]): string[] {
  try {
    selected(words);
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    return error.diagnostics.map(({ code, message, fix }) => [code, message, fix ?? ''].join(' | '));
  }
  return [];
}

const answers = 'answers answers_v1 answers_v2 answers_v3';
const all = `${answers} health int_leads leads report stg_contacts stg_events totals`;

describe('selectModels', () => {
  it.each([
    // names
    ['leads', 'leads'],
    ['LEADS', 'leads'],
    ['main.leads', 'leads'],
    ['stg_*', 'stg_contacts stg_events'],
    ['?eads', 'leads'],
    ['*', all],
    // what is read, and readers
    ['+leads', 'int_leads leads stg_contacts stg_events'],
    ['1+leads', 'int_leads leads'],
    ['leads+', `${answers} leads report totals`],
    ['leads+1', 'answers_v1 answers_v2 answers_v3 leads totals'],
    ['leads+0', 'leads'],
    ['1+leads+1', 'answers_v1 answers_v2 answers_v3 int_leads leads totals'],
    ['stg_*+1', 'int_leads stg_contacts stg_events'],
    ['+leads+', `${answers} int_leads leads report stg_contacts stg_events totals`],
    ['@stg_contacts', `${answers} int_leads leads report stg_contacts stg_events totals`],
    ['@totals', 'int_leads leads stg_contacts stg_events totals'],
    // versions
    ['answers', answers],
    ['answers_v1', 'answers_v1'],
    ['answers.v3', 'answers_v3'],
    ['version:latest', 'answers answers_v2'],
    ['version:old', 'answers_v1'],
    ['version:prerelease', 'answers_v3'],
    ['version:none', 'health int_leads leads report stg_contacts stg_events totals'],
    ['answers,version:latest+', 'answers answers_v2'],
    // paths
    ['models/marts', `${answers} health leads report totals`],
    ['marts/', `${answers} health leads report totals`],
    ['./models/marts/sla/', answers],
    ['models/marts/leads.sql', 'leads'],
    ['models/marts/leads.yml', 'leads'],
    ['models/marts/sla/answers.v1.sql', 'answers_v1'],
    ['models/marts/sla/answers.yml', answers],
    ['models/**/stg_*', 'stg_contacts stg_events'],
    ['path:staging', 'stg_contacts stg_events'],
    ['path:mart*', `${answers} health leads report totals`],
    ['+marts/leads.sql', 'int_leads leads stg_contacts stg_events'],
    // properties
    ['tag:core', 'int_leads stg_events'],
    ['tag:core+1', 'int_leads leads stg_events'],
    ['tag:*e*', 'int_leads leads report stg_events'],
    ['materialized:ephemeral', 'stg_contacts'],
    ['materialized:view', 'answers stg_events'],
    // tables and sources: their readers are one step away
    ['raw.events', 'health stg_events'],
    ['raw.events+1', 'health stg_events'],
    ['raw.events+2', 'health int_leads stg_events'],
    ['RAW.EVENTS+', `${answers} health int_leads leads report stg_events totals`],
    ['+raw.events', 'health stg_events'],
    ['+sla.dates', 'answers_v2'],
    ['@raw.events', all],
    ['raw.*', 'health stg_contacts stg_events'],
    ['seeds.stages', 'int_leads'],
    ['sla.dates+', 'answers answers_v2 report'],
    ['source:crm', 'stg_contacts'],
    ['source:crm+2', 'int_leads stg_contacts'],
    ['source:*', 'health stg_contacts stg_events'],
    // what happened
    ['changed:main', 'int_leads'],
    ['changed:main+1', 'int_leads leads'],
    ['changed:HEAD', ''],
    ['changed:HEAD+', ''],
    ['result:failed', 'leads'],
    ['result:failed+1', 'answers_v1 answers_v2 answers_v3 leads totals'],
    ['result:unchanged', ''],
    // together
    ['leads health', 'health leads'],
    ['tag:core,stg_*', 'stg_events'],
    ['tag:weekly,+report,leads+', 'leads report'],
    ['tag:core,stg_* totals', 'stg_events totals'],
  ])('%s', (expression, expected) => {
    expect(selected(expression)).toBe(expected);
  });

  it('says so when no model is left', () => {
    expect(() => selected('tag:core,tag:weekly')).toThrow(
      /nothing-selected: no model is left of --select tag:core,tag:weekly$/,
    );
  });

  it('means every model when nothing is selected, less what is excluded', () => {
    expect(selected([])).toBe(all);
    expect(selected([], ['marts/', 'stg_*'])).toBe('int_leads');
    expect(selected(['+leads'], ['stg_contacts+'])).toBe('stg_events');
    expect(selected(['totals', 'health'])).toBe('health totals');
  });

  it('answers in the planned order', () => {
    const order = planned.map(({ file }) => file.name);
    expect([...selectModels(planned, { select: ['report leads stg_events'], exclude: [] }, facts)]).toEqual(
      order.filter((name) => ['report', 'leads', 'stg_events'].includes(name)),
    );
  });

  it('tells every term that means nothing, at once', () => {
    expect(problemsOf('leeds int_x*', 'tag:weakly', 'raw.event', 'marts/lead.sql')).toEqual([
      'unknown-model | no model is called "leeds" | Did you mean "leads"?',
      'unknown-model | no model is called like "int_x*" | See them all with "handover ls".',
      'no-match | no model has the tag "weakly" | Did you mean "weekly"?',
      'unknown-table | no table is called "raw.event" | Did you mean "raw.events"?',
      'no-match | no model lies at "marts/lead.sql" | ',
    ]);
  });

  it.each([
    ['marts', 'unknown-model | no model is called "marts" | Did you mean the folder "marts/"?'],
    ['weekly', 'unknown-model | no model is called "weekly" | Did you mean "tag:weekly"?'],
    [
      'stg_pipedrive_deals',
      'unknown-model | model "stg_pipedrive_deals" does not run: no source is an export of its CRM | Add the source to handover.yml.',
    ],
    ['models/mart/', 'no-match | no model lies at "models/mart" | Did you mean "models/marts"?'],
    ['raw.budgets', 'no-match | "raw.budgets": no model reads raw.budgets | '],
    ['source:csm', 'no-match | no source is called "csm" | Did you mean "crm"?'],
    ['materialized:tables', 'no-match | no model is materialized as "tables" | Did you mean "table"?'],
    ['materialized:incremental', 'no-match | no model is materialized as "incremental" | '],
    ['models/*/stg_*', 'no-match | no model lies at "models/*/stg_*" | '],
    ['result:fail', 'no-match | no result is called "fail" | '],
    ['version:newest', 'no-match | no model is of version "newest" | '],
    ['tags:core', 'invalid-selection | "tags:core": nothing is selected by "tags" | Did you mean "tag"?'],
    ['tag:', 'invalid-selection | "tag:" names nothing | '],
    ['+', 'invalid-selection | "+" names nothing | '],
    ['@leads+', 'invalid-selection | "@leads+": @ takes in all readers already | '],
    ['leads, health', 'invalid-selection | "leads," has nothing on one side of a comma | '],
    ['', 'invalid-selection | a selection is empty | '],
  ])('refuses %s', (expression, problem) => {
    expect(problemsOf(expression)).toEqual([problem]);
  });

  it('also tells a mistake in what is excluded, and why git does not know', () => {
    const gone: Diagnostic = { code: 'unknown-ref', severity: 'error', message: 'git knows no "mian"' };
    const request = { select: ['changed:mian'], exclude: ['leeds'] };
    expect(() => selectModels(planned, request, { ...facts, changed: new Map([['mian', gone]]) })).toThrow(
      'unknown-ref: git knows no "mian"\nunknown-model: no model is called "leeds"',
    );
  });

  it('needs an earlier run for result:', () => {
    const request = { select: ['result:failed'], exclude: [] };
    expect(() => selectModels(planned, request, { ...facts, results: undefined })).toThrow('no run is recorded');
  });
});

describe('selectionNeeds', () => {
  it('lists what takes git and the last run to know', () => {
    const request = { select: ['+changed:origin/main+,tag:a', 'leads'], exclude: ['changed:v1 result:ran'] };
    expect(selectionNeeds(request)).toEqual({ refs: new Set(['origin/main', 'v1']), results: true });
    expect(selectionNeeds({ select: ['leads,,', ''], exclude: [] })).toEqual({ refs: new Set(), results: false });
  });
});
