import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifestOf } from '../../src/build/manifest.ts';
import { planProject } from '../../src/build/plan-project.ts';
import { runError, runResultsOf } from '../../src/build/run-results.ts';
import type { ContractResult } from '../../src/contracts/check.ts';
import { openProject } from '../../src/project/project.ts';
import {
  type Manifest,
  type ModelResult,
  manifestSchema,
  readRunResults,
  runResultsSchema,
  writeManifest,
  writeRunResults,
} from '../../src/state/artefacts.ts';
import { warehouseFiles } from '../../src/state/files.ts';
import { tinyProject } from './project.ts';

const files = {
  'seeds/stages.csv': 'stage\nwon\n',
  'models/staging/stg_deals.sql': 'select deal_id, won_at::timestamptz as won_at, amount from raw.deals, seeds.stages',
  'models/marts/deals.sql': 'select deal_id, won_at, amount::integer as amount from stg_deals',
  'models/marts/totals.v1.sql': 'select won_at, sum(amount) as total from deals group by all',
  'models/marts/totals.v2.sql': 'select won_at, sum(amount) as total from deals group by all',
  'models/marts/totals.yml': `
name: totals
description: Per day.
grain: [won_at]
materialized: incremental
partition_by: won_at
inputs: { deals: won_at }
tags: [weekly]
versions:
  - { version: 1, change: First, why: Begin, deprecated_on: 2026-12-31 }
  - { version: 2, change: Again, why: Better }
columns:
  won_at: { description: When., type: timestamptz, not_null: true, accepted_values: [a] }
  gone: { description: Not there., unique: true }
contract:
  enforced: true
  relationships: [{ columns: [won_at], to: deals }]
  expressions: [{ name: positive, that: total > 0, severity: warn }]
`,
};

async function manifest(): Promise<Manifest> {
  const project = openProject(tinyProject(files));
  return manifestOf(project, await planProject(project), {
    toolVersion: '1.2.3',
    asOf: '2026-03-03T10:00:00Z',
    now: '2026-03-04T06:00:00Z',
    columns: new Map([
      [
        'totals_v2',
        new Map([
          ['won_at', 'TIMESTAMP WITH TIME ZONE'],
          ['total', 'HUGEINT'],
        ]),
      ],
    ]),
    fingerprints: new Map([['totals_v2', 'abc']]),
    compiled: new Map([['totals_v2', 'select 1']]),
    lineage: new Map([
      [
        'totals_v2',
        {
          reads: ['deals'],
          columns: [
            { name: 'won_at', from: [{ table: 'deals', column: 'won_at' }] },
            { name: 'total', from: [], unknown: 'no idea' },
          ],
          filters: { from: [{ table: 'deals', column: 'won_at' }] },
        },
      ],
    ]),
    tests: [{ model: 'totals_v2', name: 'adds up', path: 'models/marts/totals.tests.yml', line: 3 }],
  });
}

describe('the manifest', () => {
  it('says of a project what its files say', async () => {
    const { models, ...rest } = await manifest();
    expect(rest).toEqual({
      format: 1,
      tool: { name: 'handover', version: '1.2.3' },
      project: { name: 'tiny', extends: null, time_zone: 'UTC' },
      generated_from: { as_of: '2026-03-03T10:00:00Z', now: '2026-03-04T06:00:00Z' },
      seeds: [{ table: 'seeds.stages', path: 'seeds/stages.csv' }],
      sources: [{ name: 'deals', kind: 'table', files: ['deals.csv'], tables: ['raw.deals'] }],
      agreements: [],
      metrics: [
        { name: 'won_deals', version: 1, model: 'deals', models: ['deals'], inputs: [], path: 'metrics/won_deals.yml' },
      ],
      tests: [{ model: 'totals_v2', name: 'adds up', path: 'models/marts/totals.tests.yml', line: 3 }],
    });
    expect(models.map(({ name }) => name)).toEqual(['stg_deals', 'deals', 'totals_v1', 'totals_v2', 'totals']);
    expect(models[3]).toEqual({
      name: 'totals_v2',
      base: 'totals',
      version: { number: 2, latest: true, change: 'Again', why: 'Better', deprecated_on: null },
      alias_of: null,
      path: 'models/marts/totals.v2.sql',
      folders: ['marts'],
      tags: ['weekly'],
      materialized: 'incremental',
      partition: { by: 'won_at', inputs: { deals: 'won_at' } },
      public: true,
      description: 'Per day.',
      grain: ['won_at'],
      columns: [
        {
          name: 'won_at',
          type: 'TIMESTAMP WITH TIME ZONE',
          declared_type: 'timestamptz',
          description: 'When.',
          not_null: true,
          unique: false,
          accepted_values: ['a'],
          lineage: { from: [{ table: 'deals', column: 'won_at' }], unknown: null },
        },
        {
          name: 'total',
          type: 'HUGEINT',
          declared_type: null,
          description: '',
          not_null: false,
          unique: false,
          accepted_values: null,
          lineage: { from: [], unknown: 'no idea' },
        },
        {
          name: 'gone',
          type: null,
          declared_type: null,
          description: 'Not there.',
          not_null: false,
          unique: true,
          accepted_values: null,
          lineage: null,
        },
      ],
      contract: {
        enforced: true,
        relationships: [{ columns: ['won_at'], to: 'deals', to_columns: ['won_at'], severity: 'error' }],
        expressions: [{ name: 'positive', that: 'total > 0', severity: 'warn' }],
      },
      reads: ['deals'],
      reads_tables: [],
      filters: { from: [{ table: 'deals', column: 'won_at' }], unknown: null },
      fingerprint: 'abc',
      compiled_sql: 'select 1',
    });
    expect(models[0]).toMatchObject({ version: null, partition: null, reads_tables: ['raw.deals', 'seeds.stages'] });
    expect(models[2]).toMatchObject({ version: { latest: false, deprecated_on: '2026-12-31' }, fingerprint: null });
    expect(models[4]).toMatchObject({ alias_of: 'totals_v2', version: null, path: 'models/marts/totals.v2.sql' });
  });

  it('is written whole and reads back as it was', async () => {
    const root = tinyProject();
    const written = await manifest();
    writeManifest(warehouseFiles(root), written);
    writeManifest(warehouseFiles(root), written);
    expect(readdirSync(join(root, 'target'))).toEqual(['manifest.json']);
    const read: unknown = JSON.parse(readFileSync(join(root, 'target/manifest.json'), 'utf8'));
    expect(manifestSchema.parse(read)).toEqual(written);
  });
});

const ran: ModelResult = {
  name: 'deals',
  status: 'ran',
  reason: 'its SQL changed',
  mode: 'incremental',
  partitions: 3,
  rows: 2,
  milliseconds: 12.5,
  error: null,
};

const contract: ContractResult = {
  metric: null,
  model: 'deals',
  rule: 'not-null(amount)',
  severity: 'error',
  passed: true,
  observed: '0 rows',
  expected: 'amount in every row',
  sample: 'd1',
  rowsIn: null,
  place: { file: 'models/marts/deals.yml', line: 6, column: 3, source: 'name: deals' },
};

const facts = {
  command: ['build', '--select', 'deals'],
  startedAt: '2026-03-04T06:00:00Z',
  finishedAt: '2026-03-04T06:00:01Z',
  asOf: null,
  models: [ran],
} as const;

describe('run results', () => {
  it('say what became of models, load, metrics and contracts', () => {
    const results = runResultsOf({
      ...facts,
      asOf: '2026-03-03T10:00:00Z',
      outcome: { published: false, why: 'contracts do not hold' },
      load: {
        rows: { read: 10, loaded: 4, duplicate: 3, superseded: 2, rejected: 1 },
        changes: [{ change: 'new' }, { change: 'unchanged' }, { change: 'unchanged' }],
      },
      metrics: { values: 8, milliseconds: 3 },
      contracts: [
        contract,
        { ...contract, passed: false, rowsIn: 'audit.deals__not_null' },
        { ...contract, passed: false, severity: 'warn' },
      ],
    });
    expect(results).toMatchObject({
      format: 1,
      command: ['build', '--select', 'deals'],
      as_of: '2026-03-03T10:00:00Z',
      outcome: 'not published',
      why: 'contracts do not hold',
      models: [ran],
      load: {
        rows: { read: 10, loaded: 4, duplicate: 3, superseded: 2, rejected: 1 },
        files: { new: 1, changed: 0, unchanged: 2, gone: 0 },
      },
      metrics: { values: 8, milliseconds: 3 },
      contracts: { passed: 1, failed: 1, warned: 1 },
    });
    // Neither keys of rows nor the text of files.
    expect(results.contracts?.failures[0]).toEqual({
      metric: null,
      model: 'deals',
      rule: 'not-null(amount)',
      severity: 'error',
      observed: '0 rows',
      expected: 'amount in every row',
      rows_in: 'audit.deals__not_null',
      file: 'models/marts/deals.yml',
      line: 6,
    });
    expect(runResultsSchema.parse(JSON.parse(JSON.stringify(results)))).toEqual(results);
  });

  it('of a run that ended early have no load, metrics or contracts', () => {
    expect(runResultsOf({ ...facts, outcome: { published: true } })).toMatchObject({
      ...{ outcome: 'published', why: null, as_of: null },
      ...{ load: null, metrics: null, contracts: null },
    });
    expect(runError({ code: 'sql-failed', severity: 'error', message: 'no', file: 'a.sql', source: 'select' })).toEqual(
      {
        ...{ code: 'sql-failed', message: 'no' },
        ...{ file: 'a.sql', line: null, column: null },
      },
    );
  });

  it('are read back, unless another version wrote them or nothing did', () => {
    const paths = warehouseFiles(tinyProject());
    expect(readRunResults(paths)).toBeUndefined();
    const results = runResultsOf({ ...facts, outcome: { published: true } });
    writeRunResults(paths, results);
    expect(readRunResults(paths)).toEqual(results);
    writeFileSync(paths.runResults, JSON.stringify({ ...results, format: 2 }));
    expect(readRunResults(paths)).toBeUndefined();
    writeFileSync(paths.runResults, '{"format": 1');
    expect(readRunResults(paths)).toBeUndefined();
  });
});

it('names artefacts plainly beside the usual warehouse, and by its name beside another', () => {
  expect(warehouseFiles('/p')).toMatchObject({
    manifest: '/p/target/manifest.json',
    runResults: '/p/target/run-results.json',
  });
  expect(warehouseFiles('/p', '/p/target/handover.duckdb').manifest).toBe('/p/target/manifest.json');
  expect(warehouseFiles('/p', '/data/other.duckdb')).toMatchObject({
    manifest: '/data/other.manifest.json',
    runResults: '/data/other.run-results.json',
  });
});
