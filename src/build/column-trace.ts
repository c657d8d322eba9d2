import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Drawing } from '../models/graph-drawing.ts';
import { type Fed, feeds, type Lineages, type Trace, traceColumn } from '../models/lineage/trace.ts';
import { columnsOfTables } from '../models/table-columns.ts';
import type { Project } from '../project/project.ts';
import { drawColumn } from './column-drawing.ts';
import { inspectProject } from './inspect-project.ts';
import { readLineage } from './read-lineage.ts';

/** What makes up a column and what it makes up. */
export interface ColumnTrace {
  readonly table: string;
  readonly column: string;
  readonly comesFrom: Trace;
  readonly feeds: Fed;
  /** Column by column, as trees whose one end is the column asked about. */
  readonly above: Drawing;
  readonly below: Drawing;
}

/**
 * Follows a column, such as `lead_responses.status` or `raw.events.occurred_at`, up and down through all models.
 * Nothing needs to have been built.
 * @throws DiagnosticsError when there is no such column, or a model is wrong.
 */
export async function traceOf(project: Project, wanted: string): Promise<ColumnTrace> {
  const { lineages, columns } = await readLineages(project);
  const { table, column } = findColumn(wanted, columns);
  return {
    table,
    column,
    comesFrom: traceColumn(lineages, table, column),
    feeds: feeds(lineages, table, column),
    ...drawColumn(lineages, { table, column }),
  };
}

type TableColumns = ReadonlyMap<string, readonly string[]>;

function readLineages(project: Project): Promise<{ lineages: Lineages; columns: TableColumns }> {
  return inspectProject(project, async ({ planned, columns: models, scratch }) => {
    const lineages = await readLineage(scratch, planned, models);
    const tables = await columnsOfTables(scratch, new Set(planned.flatMap(({ readsTables }) => readsTables)));
    const all = [...tables, ...models];
    return { lineages, columns: new Map(all.map(([name, found]) => [name, [...found.keys()]])) };
  });
}

function findColumn(wanted: string, known: TableColumns): { table: string; column: string } {
  const dot = wanted.lastIndexOf('.');
  const table = wanted.slice(0, Math.max(0, dot)).toLowerCase();
  const name = wanted.slice(dot + 1).toLowerCase();
  const columns = known.get(table) ?? known.get(table.replace(/^main\./, ''));
  const column = columns?.find((candidate) => candidate.toLowerCase() === name);
  if (columns !== undefined && column !== undefined) {
    return { table: known.has(table) ? table : table.replace(/^main\./, ''), column };
  }
  const all = columns ?? [...known.keys()];
  const fix = didYouMean(columns === undefined ? table : name, all);
  throw new DiagnosticsError([
    {
      code: columns === undefined ? 'unknown-table' : 'unknown-column',
      severity: 'error',
      message:
        table === ''
          ? `"${wanted}" names no column`
          : columns === undefined
            ? `no model is called "${table}", and no model reads a table of that name`
            : `${table} has no column "${name}"`,
      expected:
        columns === undefined
          ? 'a column with its model or table, such as lead_responses.status'
          : `one of ${columns.join(', ')}`,
      ...(fix === undefined ? {} : { fix }),
    },
  ]);
}
