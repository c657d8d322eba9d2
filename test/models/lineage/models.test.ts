import { beforeAll, describe, expect, it } from 'vitest';
import { columnLineage, type QueryLineage } from '../../../src/models/lineage/column-lineage.ts';
import type { ColumnName } from '../../../src/models/lineage/feed.ts';
import { feeds, traceColumn } from '../../../src/models/lineage/trace.ts';
import { type ProjectModels, readProjectModels } from './project.ts';

let project: ProjectModels;
let lineages: ReadonlyMap<string, QueryLineage>;

beforeAll(async () => {
  project = await readProjectModels();
  lineages = new Map(
    project.planned.map(({ file, statement }) => [file.name, columnLineage(statement, project.known)]),
  );
});

const names = (columns: readonly ColumnName[]) => columns.map(({ table, column }) => `${table}.${column}`).sort();
const fed = (model: string, column: string) =>
  names(lineages.get(model)?.columns.find(({ name }) => name === column)?.from ?? []);

describe('the models of this project', () => {
  it('all resolve, with the columns that DuckDB finds', () => {
    expect(lineages.size).toBeGreaterThanOrEqual(61);
    for (const [name, { columns, filters, unknown }] of lineages) {
      const doubts = columns.flatMap((column) => column.unknown ?? []);
      expect({ name, doubts, filters: filters.unknown, unknown }).toEqual({ name, doubts: [] });
      expect({ name, columns: columns.map((column) => column.name) }).toEqual({
        name,
        columns: project.columns.get(name),
      });
    }
  });

  it('tell the fields of structs apart', () => {
    expect(fed('int_cohort_periods', 'cohort_start')).toEqual([
      'sla.local_dates.month',
      'sla.local_dates.quarter',
      'sla.local_dates.week',
    ]);
    expect(fed('int_first_responses', 'is_self_booked')).toContain('int_cycle_events.is_self_booked');
    expect(fed('int_first_responses', 'assigned_at')).not.toContain('int_cycle_events.is_self_booked');
  });

  it('follow the status of a response to the exports', () => {
    const { values, filters, unknown } = traceColumn(lineages, 'lead_responses', 'status');
    expect(unknown).toEqual([]);
    expect(names(values)).toEqual(
      expect.arrayContaining(['run.clock.as_of', 'sla.promises.business_minutes', 'raw.events.occurred_at']),
    );
    expect(names(values)).not.toContain('sla.promises.attempts');
    const clock = values.find(({ column }) => column === 'business_minutes');
    expect(clock && names(clock.path)).toEqual([
      'int_cycle_promises.response_promise_us',
      'int_response_clocks.due_at',
      'lead_responses.status',
      'sla.promises.business_minutes',
    ]);
    expect(names(filters)).toContain('sla.conditions.operator');
    expect(filters.filter((name) => lineages.has(name.table))).toEqual([]);
  });

  it('follow an instant of the exports to all that it feeds', () => {
    const { values, filters } = feeds(lineages, 'raw.events', 'occurred_at');
    expect(names(values)).toEqual(
      expect.arrayContaining(['crm_events.occurred_at', 'lead_cycles.mql_at', 'lead_responses.status']),
    );
    expect(names(values)).not.toContain('crm_events.type');
    expect(filters.map(({ table }) => table)).toContain('crm_events');
    expect(feeds(lineages, 'run.clock', 'nothing')).toEqual({ values: [], filters: [] });
  });
});
