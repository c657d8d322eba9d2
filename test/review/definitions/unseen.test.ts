import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelFile } from '../../../src/project/model-file.ts';
import { openProject, type Project } from '../../../src/project/project.ts';
import { compareContracts } from '../../../src/review/definitions/contracts.ts';
import { compareImprovements } from '../../../src/review/definitions/improvements.ts';
import { compareLedger } from '../../../src/review/definitions/ledger.ts';
import { compareMetrics } from '../../../src/review/definitions/metrics.ts';
import { compareModels } from '../../../src/review/definitions/models.ts';
import { compareSettings } from '../../../src/review/definitions/settings.ts';
import type { SqlForms } from '../../../src/review/definitions/sql-forms.ts';
import type { DefinitionChange } from '../../../src/review/types.ts';
import { type Leaf, leavesOf, withOther } from './leaves.ts';

// No value of a definition may become another without a word.

const project = openProject(join(import.meta.dirname, '../../..'));

/** As if SQL said what it looks like. */
const forms: SqlForms = { formOf: (text) => text, conditionsOf: (text) => [{ form: text, text, extent: undefined }] };

const another = ({ path, value }: Leaf): unknown => {
  // An open side of a range; elsewhere a name.
  if (value === null) return path.includes('contract') ? 1 : 'another';
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return value === 'error' ? 'warn' : `${value}x`;
};

/** Paths, without numbers, of values of which nobody said that they changed. */
function unseen<Value>(
  value: Value,
  without: readonly string[],
  compare: (after: Value) => readonly DefinitionChange[],
): string[] {
  const leaves = leavesOf(value, ['at', 'file', ...without]);
  expect(leaves.length).toBeGreaterThan(5);
  const silent = leaves.filter((leaf) => compare(withOther(value, leaf, another(leaf))).length === 0);
  return [...new Set(silent.map(({ path }) => path.filter((key) => typeof key === 'string').join('.')))].sort();
}

const first = <Value>(values: readonly Value[]): Value => {
  const [value] = values;
  if (value === undefined) throw new Error('the sample has none');
  return value;
};

describe('no value changes unseen', () => {
  it('of handover.yml', () => {
    const source = {
      ...first(project.config.sources),
      ...{ format: 'csv' as const, columns: { a: 'bigint' }, recordedAt: 'a' },
      properties: new Map([['p', 'q']]),
      personal: new Map([['p', 'hash' as const]]),
    };
    const config = {
      ...project.config,
      ...{ extends: 'base', retentionMonths: 12, sources: [source] },
      site: {
        ...{ leadDetail: 'none' as const, recordUrls: new Map([['events', 'https://crm.example/{lead_id}']]) },
        ...{ peopleNoticeDate: '2026-10-01', url: 'https://sla.example', draft: 'drafts/next.yml' },
      },
      models: new Map([['marts', { materialized: 'table' as const, isPublic: true, tags: ['daily'] }]]),
    };
    const before = { ...project, config };
    // Contracts are those of metrics.
    expect(unseen(config, ['contracts'], (after) => compareSettings(before, { ...project, config: after }))).toEqual(
      [],
    );
  });

  it.each(project.layouts.map((layout) => [layout.kind, layout] as const))('of the layout of %s', (_, layout) => {
    const before = { ...project, layouts: [layout] };
    // Most columns are alike: of each that has a key of its own one.
    const seen = new Set<string>();
    const tables = layout.tables.map((table) => ({
      ...table,
      columns: table.columns.filter((column) => {
        const keys = JSON.stringify(Object.entries(column).map(([key, value]) => [key, typeof value, value === false]));
        return !seen.has(keys) && seen.add(keys);
      }),
    }));
    const small = { ...layout, tables };
    expect(
      unseen(small, [], (after) => compareSettings({ ...before, layouts: [small] }, { ...before, layouts: [after] })),
    ).toEqual([]);
  });

  it('of metrics and their contracts', () => {
    // What tells parts of the type apart is no value.
    const silent = project.metrics.flatMap((metric) =>
      unseen(metric, ['place', 'name', 'inputs', 'type', 'kind'], (after) => {
        const others = project.metrics.filter((other) => other !== metric);
        const file = { ...metric.file, text: `${metric.file.text}#` };
        const changed: Project = { ...project, metrics: [...others, { ...after, file }] };
        return [...compareMetrics(project, changed, forms), ...compareContracts(project, changed, forms)];
      }),
    );
    expect(silent).toEqual([]);
  });

  it('of models', () => {
    const model: ModelFile = {
      ...first(project.models.filter(({ name }) => name === 'lead_responses')),
      partition: { by: 'lead_id', inputs: new Map([['lead_cycles', 'lead_id']]) },
      version: { number: 1, isLatest: true, change: 'The first.', why: 'To begin.', deprecatedOn: '2026-12-31' },
      tags: ['daily'],
      columns: [
        { name: 'lead_id', description: 'Which.', type: 'varchar', notNull: true, unique: true, acceptedValues: ['a'] },
      ],
      contract: {
        isEnforced: true,
        relationships: [{ columns: ['lead_id'], to: 'lead_cycles', toColumns: ['lead_id'], severity: 'error' }],
        expressions: [{ name: 'known', that: 'lead_id is not null', severity: 'error' }],
      },
    };
    const sideOf = (file: ModelFile, source: string) => {
      const at = (): ReturnType<ModelFile['at']> => ({ ...model.at([]), source });
      return { project: { ...project, models: [{ ...file, at }] }, problems: [] };
    };
    const before = sideOf(model, 'before');
    // A version is known by its name, and the latest by the name without one.
    expect(
      unseen(model, ['name', 'base', 'number', 'isLatest', 'sql'], (file) => {
        const after = sideOf(file, 'after');
        return [...compareModels(before, after), ...compareContracts(before.project, after.project, forms)];
      }),
    ).toEqual([]);
  });

  it('of improvements, the breach log and what was published', () => {
    const improvement = {
      ...first(project.improvements),
      ...{ team: 'dk', until: '2026-12-01', expected: 0.5, note: { en: 'A', da: 'B' } },
    };
    const improved = (improvements: Project['improvements']) => ({ ...project, improvements });
    const whole = improved([improvement]);
    expect(unseen(improvement, [], (after) => compareImprovements(whole, improved([after])))).toEqual([]);
    expect(
      unseen(project.breachLog, ['place'], (breachLog) => compareImprovements(project, { ...project, breachLog })),
    ).toEqual([]);
    const { periods, inputs, acknowledgements } = project.ledger;
    // A period's grain is told by its name.
    const ledger = { periods: periods.slice(0, 1), inputs: inputs.slice(0, 3), acknowledgements };
    const published = {
      ...project,
      ledger: { ...ledger, inputs: inputs.slice(0, 3).map((line) => ({ ...line, period: first(periods).label })) },
    };
    expect(
      unseen(published.ledger, ['place', 'grain'], (after) => compareLedger(published, { ...project, ledger: after })),
    ).toEqual([]);
  });
});
