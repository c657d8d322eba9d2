import { Command, Option } from 'commander';
import type { ListedModel, ListRequest } from '../build/ls.ts';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Project } from '../project/project.ts';
import type { Row } from '../warehouse/warehouse.ts';
import { type CommonOptions, type Format, projectRoot, withCommonOptions } from './options.ts';
import { type SelectionOptions, selectionOf, withSelection } from './selection.ts';

type ListFormat = Format | 'text' | 'mermaid';

interface ListOptions extends CommonOptions, SelectionOptions {
  readonly names?: boolean;
  readonly lineage?: boolean;
  readonly column?: string;
  readonly format?: ListFormat;
}

/** `handover ls`: the models of a project, or how they read each other. */
export function lsCommand(): Command {
  const format = new Option('--format <format>', 'how to print; with --lineage text (a tree), mermaid or json');
  const command = new Command('ls')
    .description('list the models, or with --lineage show what reads what')
    .option('--names', 'names alone, one a line')
    .option('--lineage', 'what each model reads')
    .option('--column <column>', 'what makes up a column, and what it feeds: lead_responses.status')
    .addOption(format.choices(['table', 'json', 'csv', 'text', 'mermaid']));
  return withSelection(withCommonOptions(command)).action(async (options: ListOptions) => {
    checkFormat(options);
    const { openProject } = await import('../project/project.ts');
    const project = openProject(projectRoot(options));
    const request = {
      ...selectionOf(options),
      ...(options.warehouse === undefined ? {} : { warehouse: options.warehouse }),
    };
    if (options.column !== undefined) await printTrace(project, options.column, options);
    else if (options.lineage) await printLineage(project, request, options);
    else await printModels(project, request, options);
  });
}

const formats: Readonly<Record<'column' | 'lineage' | 'models', readonly ListFormat[]>> = {
  column: ['text', 'json'],
  lineage: ['text', 'mermaid', 'json'],
  models: ['table', 'json', 'csv'],
};

function checkFormat({ lineage, column, format }: ListOptions): void {
  const shown = column !== undefined ? 'column' : lineage ? 'lineage' : 'models';
  const fitting = formats[shown];
  if (format === undefined || fitting.includes(format)) return;
  throw new DiagnosticsError([
    {
      code: 'invalid-option',
      severity: 'error',
      message:
        shown === 'models' ? `models cannot be listed as ${format}` : `--${shown} cannot be printed as ${format}`,
      expected: `one of ${fitting.join(', ')}`,
      ...(shown === 'models' ? { fix: 'Add --lineage to see what reads what.' } : {}),
    },
  ]);
}

async function printModels(project: Project, request: ListRequest, options: ListOptions): Promise<void> {
  const { listModels } = await import('../build/ls.ts');
  const models = await listModels(project, request);
  if (options.names) {
    process.stdout.write(models.map(({ name }) => `${name}\n`).join(''));
    return;
  }
  const { formatRows } = await import('./print-rows.ts');
  const format = options.format === 'json' || options.format === 'csv' ? options.format : 'table';
  const rows = format === 'table' ? models.map(forPeople) : models.map(format === 'csv' ? inOneLine : toRow);
  process.stdout.write(formatRows(columnsOf(rows, format), rows, format));
}

async function printLineage(project: Project, request: ListRequest, options: ListOptions): Promise<void> {
  const { drawMermaid, drawModels, drawText } = await import('../build/ls.ts');
  const drawing = await drawModels(project, request);
  if (options.format === 'json') {
    process.stdout.write(`${JSON.stringify(drawing, null, 2)}\n`);
  } else if (options.format === 'mermaid') {
    const { text, leftOut } = drawMermaid(drawing);
    process.stdout.write(text);
    if (leftOut > 0) process.stderr.write(`${leftOut} edges did not fit; name fewer models with --select\n`);
  } else {
    process.stdout.write(drawText(drawing));
  }
}

async function printTrace(project: Project, column: string, options: ListOptions): Promise<void> {
  const [{ traceOf }, { drawText }, { formatTrace }] = await Promise.all([
    import('../build/column-trace.ts'),
    import('../build/ls.ts'),
    import('./print-trace.ts'),
  ]);
  const trace = await traceOf(project, column);
  const { above: _above, below: _below, ...facts } = trace;
  process.stdout.write(
    options.format === 'json' ? `${JSON.stringify(facts, null, 2)}\n` : formatTrace(trace, drawText),
  );
}

function toRow(model: ListedModel): Row {
  const { tags, grain, reads, ...rest } = model;
  return { ...rest, tags: [...tags], grain: [...grain], reads: [...reads] };
}

function inOneLine(model: ListedModel): Row {
  const { tags, grain, reads, ...rest } = model;
  return { ...rest, tags: tags.join(' '), grain: grain.join(' '), reads: reads.join(' ') };
}

/** What fits into a terminal; the other formats hold all of it. */
function forPeople(model: ListedModel): Row {
  const { name, materialized, version, latest, alias_of: aliasOf, folder, tags, grain, reads, description } = model;
  return {
    name,
    materialized,
    version: aliasOf === null ? `${version ?? ''}${latest ? ' latest' : ''}` : `→ ${aliasOf}`,
    folder,
    tags: tags.join(' '),
    grain: cut(grain.join(', '), 32),
    reads: reads.length > 1 ? `${reads[0]} +${reads.length - 1}` : reads.join(''),
    description: cut(description.split(/(?<=\.)\s/)[0] ?? '', 48),
  };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}

/** Of a table for people columns that say nothing are left out. */
function columnsOf(rows: readonly Row[], format: Format): string[] {
  const columns = Object.keys(rows[0] ?? { name: '' });
  return format === 'table' ? columns.filter((column) => rows.some((row) => row[column] !== '')) : columns;
}
