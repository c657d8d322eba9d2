import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { ParsedModel } from './parse.ts';
import { placeOfByte } from './place.ts';
import type { QueryFacts, TableReference } from './references.ts';

/** A model with the models it reads. */
export interface PlannedModel {
  readonly file: ModelFile;
  /** Names of models, sorted. */
  readonly reads: readonly string[];
  /** Tables outside models: `raw.events`, `sla.dates`, sorted. */
  readonly readsTables: readonly string[];
  /** DuckDB's syntax tree of its select, and a hash of it without places. */
  readonly statement: unknown;
  readonly definition: string;
}

/**
 * Orders models so that each comes after what it reads (ties by name). Pure. Unknown tables, forbidden functions and
 * cycles are added to `problems` with their place; the result is then not to be run.
 * `tables` are the names outside models that may be read, with their schema.
 */
export function planModels(
  models: readonly ParsedModel[],
  tables: ReadonlySet<string>,
  problems: Diagnostic[],
): PlannedModel[] {
  const names = new Map(models.map(({ file }) => [file.name.toLowerCase(), file.name]));
  const ephemeral = new Set(models.filter(isEphemeral).map(({ file }) => file.name));
  const planned = models.map(({ file, facts, statement, definition }) => {
    reportForbidden(file, facts, problems);
    const reads = new Set<string>();
    const readsTables = new Set<string>();
    for (const reference of facts.tables) {
      const target = resolve(reference, names, tables);
      if (target === undefined) problems.push(unknownTable(file, reference, names, tables));
      else if (target.isModel && reference.schema !== '' && ephemeral.has(target.name))
        problems.push(notThere(file, reference));
      else if (target.isModel) reads.add(target.name);
      else readsTables.add(target.name);
    }
    return { file, reads: [...reads].sort(), readsTables: [...readsTables].sort(), statement, definition };
  });
  return inOrder(planned, problems);
}

function resolve(
  { catalog, schema, table }: TableReference,
  names: ReadonlyMap<string, string>,
  tables: ReadonlySet<string>,
): { isModel: boolean; name: string } | undefined {
  if (catalog !== '') return undefined;
  const model = schema === '' || schema.toLowerCase() === 'main' ? names.get(table.toLowerCase()) : undefined;
  if (model !== undefined) return { isModel: true, name: model };
  const name = `${schema === '' ? 'main' : schema}.${table}`.toLowerCase();
  return tables.has(name) ? { isModel: false, name } : undefined;
}

function unknownTable(
  file: ModelFile,
  reference: TableReference,
  names: ReadonlyMap<string, string>,
  tables: ReadonlySet<string>,
): Diagnostic {
  const written = [reference.catalog, reference.schema, reference.table].filter((part) => part !== '').join('.');
  const fix = didYouMean(written, [...names.values(), ...tables]) ?? whereTablesComeFrom(reference);
  return {
    code: 'unknown-table',
    severity: 'error',
    message: `unknown table "${written}" in model "${file.name}"`,
    ...placeOfByte(file.sql, reference.position),
    expected: 'a model, or a table of raw, seeds, sla or run',
    ...(fix === undefined ? {} : { fix }),
  };
}

function isEphemeral({ file }: ParsedModel): boolean {
  return file.materialized === 'ephemeral';
}

function notThere(file: ModelFile, { schema, table, position }: TableReference): Diagnostic {
  return {
    code: 'unknown-table',
    severity: 'error',
    message: `"${schema}.${table}" in model "${file.name}" is no table: the model "${table}" is ephemeral`,
    ...placeOfByte(file.sql, position),
    fix: `Write "${table}".`,
  };
}

function whereTablesComeFrom({ schema, table }: TableReference): string | undefined {
  if (schema === 'raw') return `Add a source named "${table}" to handover.yml.`;
  if (schema === 'seeds') return `Add seeds/${table}.csv.`;
  return undefined;
}

function reportForbidden(file: ModelFile, facts: QueryFacts, problems: Diagnostic[]): void {
  for (const { kind, name, position } of facts.forbidden) {
    const place = placeOfByte(file.sql, position);
    problems.push({ severity: 'error', ...forbiddenUse(kind, `model "${file.name}"`, name), ...place });
  }
}

function forbiddenUse(
  kind: QueryFacts['forbidden'][number]['kind'],
  model: string,
  name: string,
): { code: string; message: string; fix: string } {
  switch (kind) {
    case 'volatile':
      return {
        code: 'volatile-function',
        message: `${name} in ${model} gives another answer at every run`,
        fix: 'Read the time from run.clock (as_of).',
      };
    case 'sample':
      return {
        code: 'volatile-function',
        message: `${name} in ${model} holds other rows at every run`,
        fix: 'Choose rows by their key, such as: where hash(lead_id) % 10 = 0.',
      };
    case 'catalogue':
      return {
        code: 'forbidden-function',
        message: `${model} may not ${name} tables`,
        fix: 'Look at them with: handover show --inline "describe …".',
      };
    case 'table-function':
      return {
        code: 'forbidden-function',
        message: `${model} may not call ${name}`,
        fix: 'Load files as a source in handover.yml and read raw.<source>.',
      };
  }
}

/** Kahn's algorithm; what is left when nothing more is ready contains a cycle. */
function inOrder(planned: readonly PlannedModel[], problems: Diagnostic[]): PlannedModel[] {
  const waiting = new Map(planned.map((model) => [model.file.name, new Set(model.reads)]));
  const ordered: PlannedModel[] = [];
  const byName = [...planned].sort((left, right) => (left.file.name < right.file.name ? -1 : 1));
  while (waiting.size > 0) {
    const ready = byName.filter((model) => waiting.get(model.file.name)?.size === 0);
    if (ready.length === 0) {
      problems.push(cycle(byName, waiting));
      return ordered;
    }
    for (const model of ready) {
      waiting.delete(model.file.name);
      for (const reads of waiting.values()) reads.delete(model.file.name);
      ordered.push(model);
    }
  }
  return ordered;
}

function cycle(models: readonly PlannedModel[], waiting: ReadonlyMap<string, ReadonlySet<string>>): Diagnostic {
  const path: string[] = [];
  let name = [...waiting.keys()][0] ?? '';
  while (!path.includes(name)) {
    path.push(name);
    name = [...(waiting.get(name) ?? [])][0] ?? '';
  }
  const loop = [...path.slice(path.indexOf(name)), name];
  // The bare name of a model with versions has no file of its own.
  const first = models.find(({ file }) => loop.includes(file.name) && file.aliasOf === undefined);
  return {
    code: 'model-cycle',
    severity: 'error',
    message: `models read each other in a circle: ${loop.join(' → ')}`,
    ...(first === undefined ? {} : { file: first.file.sql.path, line: 1, column: 1, source: first.file.sql.text }),
    fix: 'Move what they share into a model that both can read.',
  };
}
