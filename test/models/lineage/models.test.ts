import { beforeAll, describe, expect, it } from 'vitest';
import { columnLineage, type QueryLineage } from '../../../src/models/lineage/column-lineage.ts';
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
});
