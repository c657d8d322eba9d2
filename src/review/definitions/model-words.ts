import { code, listed, quoted } from './definition-change.ts';
import type { FieldDifference } from './fields.ts';
import type { ConditionChange } from './model-conditions.ts';

/** `version 2 of the model lead_responses` */
export function modelTitle({ name, base, version }: ModelName): string {
  return version === undefined ? `the model ${name}` : `version ${version.number} of the model ${base}`;
}

interface ModelName {
  readonly name: string;
  readonly base: string;
  readonly version?: { readonly number: number };
}

/** What a model says otherwise beside its SQL. */
export function modelWords({ field, path, before, after }: FieldDifference): string {
  const [from, to] = [before?.text ?? '', after?.text ?? ''];
  const part = path.split('.')[1] ?? '';
  switch (field) {
    case 'columns':
      if (before === undefined) return `the column ${code(part)}${typed(to)} is new`;
      if (after === undefined) return `the column ${code(part)}${typed(from)} is gone`;
      return `the column ${code(part)} is ${to} instead of ${from}`;
    case 'columns.description':
      return `the description of the column ${code(part)} ${described(before, after)}`;
    case 'description':
      return `the description ${described(before, after)}`;
    case 'grain':
      if (from === '') return `a row is identified by ${names(to)}, which nothing said before`;
      return to === ''
        ? `nothing says any more that a row is identified by ${names(from)}`
        : `a row is identified by ${names(to)} instead of ${names(from)}`;
    case 'public':
      return to === 'yes' ? 'it is published' : 'it is published no longer';
    case 'materialized':
      return `it is kept as ${kept(to)} instead of ${kept(from)}`;
    case 'partition':
      if (before === undefined) return `it is cut into partitions, ${to}`;
      return after === undefined ? 'it is cut into partitions no longer' : `it is cut ${to} instead of ${from}`;
    case 'deprecated_on':
      if (before === undefined) return `it may be used until ${to}`;
      return after === undefined
        ? `it may be used after ${from} too: nothing says any more that it ends`
        : `it may be used until ${to} instead of ${from}`;
    case 'note':
      return `the note on ${path === 'why' ? 'why there is this version' : 'what this version changes'} is worded otherwise`;
    case 'changes':
      return to === '' ? `the line of a change is gone: ${from}` : `a line says why it changed, ${to}`;
    case 'tags':
      return `its tags are ${to || 'none'} instead of ${from || 'none'}`;
    case 'folder':
      return `its file moves from ${from} to ${to}`;
    case 'folder.idle':
      return `its file moves from ${from} to ${to}, where it does not run: no source is an export of that CRM`;
    case 'folder.runs':
      return `its file moves from ${from} to ${to}, and it runs: it did not below the folder of a CRM without a source`;
    case 'latest':
    case 'latest.same':
      return `its name means ${to} instead of ${from}`;
    case 'tests':
      return testWords(path, before, after);
    default:
      return `${path} is ${to || 'not there'} instead of ${from || 'not there'}`;
  }
}

function typed(type: string): string {
  return type === '' || type === 'a column' ? '' : ` (${type})`;
}

function described(before: unknown, after: unknown): string {
  return before === undefined ? 'is new' : after === undefined ? 'is gone' : 'is worded otherwise';
}

function names(list: string): string {
  return listed(list.split(', ').map(code));
}

function kept(materialized: string): string {
  switch (materialized) {
    case 'ephemeral':
      return "a part of its readers' SQL";
    case 'incremental':
      return 'a table by partitions';
    default:
      return `a ${materialized}`;
  }
}

function testWords(path: string, before: unknown, after: unknown): string {
  const name = path.slice('tests.'.length);
  if (name === '') return 'its unit tests are written otherwise, and cannot be read';
  const what = before === undefined ? 'is new' : after === undefined ? 'is gone' : 'tests something else';
  return `the unit test ${quoted(name)} ${what}`;
}

const mostConditions = 3;

/** What other SQL does: to these columns, or to rows and columns alike (null). */
export function sqlWords(columns: readonly string[] | null, conditions: readonly ConditionChange[]): string {
  if (columns !== null) {
    if (columns.length === 0) return 'its SQL is written otherwise and makes the same';
    return `its SQL makes ${listed(columns.map(code))} otherwise, and the same rows`;
  }
  const told = conditions.slice(0, mostConditions).map(({ change, sql }) => {
    const short =
      sql !== undefined && sql.length <= 120 && !sql.includes('`') ? `: \`${sql.replace(/\s+/g, ' ')}\`` : '';
    return `a condition on rows is ${change === 'added' ? 'new' : 'gone'}${short}`;
  });
  const more = conditions.length - told.length;
  const rest = more > 0 ? [`${more} more ${more === 1 ? 'condition differs' : 'conditions differ'}`] : [];
  if (told.length === 0) return 'its SQL makes other rows or columns, or may';
  return `its SQL makes other rows: ${[...told, ...rest].join('; ')}`;
}
