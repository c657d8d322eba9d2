import { readFileSync } from 'node:fs';
import type { Project, SeedFile } from '../../project/project.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { DefinitionChange, FieldChange } from '../types.ts';
import { type About, definitionChange, wholeChange } from './definition-change.ts';
import { toFieldChange } from './fields.ts';
import { otherRules } from './rules-others.ts';
import { type Cells, compareSeedFiles, type SeedDifference, type SeedRow } from './seeds-rows.ts';
import { moreWords, rowWords } from './seeds-words.ts';

/** Rows of a seed that are named; the others are counted. */
const mostRows = 5;

/** Rows that are looked at to tell what kind of change the others are. */
const mostCompared = 1000;

/**
 * What the seeds of two projects hold otherwise, row by row, in order of name. Order and quoting say nothing. `parser` may
 * read files; it holds nothing afterwards.
 */
export async function compareSeeds(parser: Warehouse, before: Project, after: Project): Promise<DefinitionChange[]> {
  const [earlier, later] = [byName(before), byName(after)];
  const renames = renamed(earlier, later);
  const old = new Map([...renames].map(([from, to]) => [to, from]));
  const changes: DefinitionChange[] = [];
  for (const name of [...new Set([...earlier.keys(), ...later.keys()])].sort()) {
    const [was, is] = [earlier.get(name), later.get(name)];
    const about = aboutOf(is ?? was, name);
    if (was !== undefined && is !== undefined) {
      const reads = isRead(name, before) || isRead(name, after);
      changes.push(...(await changedSeed(parser, about, { was, is, reads })));
    } else if (old.has(name)) {
      const previousName = old.get(name) ?? null;
      const words = `was called "${previousName}"`;
      changes.push(...wholeChange({ ...about, previousName }, 'renamed', words, otherRules));
    } else if (is !== undefined) {
      const field = name === 'holidays' ? 'added.holidays' : 'added';
      changes.push(...wholeChange(about, 'added', 'is new', otherRules, field));
    } else if (!renames.has(name)) {
      changes.push(...wholeChange(about, 'removed', 'is gone', otherRules));
    }
  }
  return changes;
}

function byName({ seeds }: Project): ReadonlyMap<string, SeedFile> {
  return new Map(seeds.map((seed) => [seed.name, seed]));
}

function aboutOf(seed: SeedFile | undefined, name: string): About {
  return { kind: 'seed', name, title: `the seed ${name}`, file: seed?.relativePath ?? '', line: 1 };
}

/** Earlier name → later one, of seeds that hold the same bytes as no other that came or went. */
function renamed(
  earlier: ReadonlyMap<string, SeedFile>,
  later: ReadonlyMap<string, SeedFile>,
): ReadonlyMap<string, string> {
  const textsOf = (ours: typeof earlier, theirs: typeof earlier) =>
    [...ours.values()]
      .filter(({ name }) => !theirs.has(name))
      .map(({ name, path }) => ({ name, text: readText(path) }));
  const [gone, come] = [textsOf(earlier, later), textsOf(later, earlier)];
  const pairs = gone.flatMap(({ name, text }): [string, string][] => {
    const [same, ...others] = come.filter((seed) => seed.text === text);
    const isSole = others.length === 0 && gone.filter((seed) => seed.text === text).length === 1;
    return same !== undefined && isSole ? [[name, same.name]] : [];
  });
  return new Map(pairs);
}

function readText(path: string): string {
  return readFileSync(path, 'latin1');
}

/**
 * Whether anything may read a seed: calendars read the holidays, else a model or a contract in whose SQL its name stands.
 * A name that stands there for something else only makes a change graver.
 */
function isRead(name: string, { models, metrics }: Project): boolean {
  const isIn = (sql: string): boolean => sql.toLowerCase().includes(name.toLowerCase());
  return (
    name === 'holidays' ||
    models.some(({ sql }) => isIn(sql.text)) ||
    metrics.some(({ contract }) => contract.some((rule) => 'select' in rule && isIn(rule.select)))
  );
}

async function changedSeed(
  parser: Warehouse,
  about: About,
  { was, is, reads }: { readonly was: SeedFile; readonly is: SeedFile; readonly reads: boolean },
): Promise<DefinitionChange[]> {
  const [old, now] = [readText(was.path), readText(is.path)];
  if (old === now) return [];
  const found = await compareSeedFiles(parser, { before: was.path, after: is.path }, mostCompared);
  const isRead = found !== undefined && hasHeader(old, found.columnsBefore) && hasHeader(now, found.columnsAfter);
  const fields = isRead ? differences(about.name, found, reads) : [unread(old, now)];
  return definitionChange(about, 'changed', fields);
}

/** Of a file whose lines do not fit each other the loader takes for its header what does. */
function hasHeader(text: string, columns: readonly string[]): boolean {
  const [header = ''] = Buffer.from(text, 'latin1').toString().trimStart().split('\n', 1);
  return columns.every((name) => header.replaceAll('""', '"').includes(name));
}

/** No rule says what becomes of a file that cannot be read. */
function unread(old: string, now: string): FieldChange {
  const lines = (text: string) => `${text.split('\n').filter((line) => line.trim() !== '').length} lines`;
  return change('text', 'text', 'is no CSV that can be read, and its text is another', lines(old), lines(now));
}

function differences(name: string, found: SeedDifference, reads: boolean): FieldChange[] {
  const field = (part: string) => (reads ? part : 'unread');
  const { columnsBefore, columnsAfter, key, count, rows } = found;
  const columnsAdded = columnsAfter.filter((column) => !columnsBefore.includes(column));
  const columnsRemoved = columnsBefore.filter((column) => !columnsAfter.includes(column));
  const shown = rows.slice(0, mostRows);
  const more = count.added + count.removed + count.changed - shown.length;
  const fieldOf = (row: SeedRow) =>
    reads && name === 'holidays' && hasOnlyOtherNames(row) ? 'rows.names' : field('rows');
  const others = rows.slice(mostRows).map(fieldOf);
  const isComplete = count.added + count.removed + count.changed === rows.length;
  return [
    ...columnsAdded.map((column) => change(`columns.${column}`, field('columns.added'), `the column ${column} is new`)),
    ...columnsRemoved.map((column) =>
      change(`columns.${column}`, field('columns.removed'), `the column ${column} is gone`),
    ),
    ...shown.map((row, index) =>
      change(
        `rows.${index + 1}`,
        fieldOf(row),
        rowWords(name, row, key),
        row.before && textOf(row.before),
        row.after && textOf(row.after),
      ),
    ),
    ...(more > 0
      ? [
          change(
            'rows',
            isComplete && others.every((other) => other === 'rows.names') ? 'rows.names' : field('rows'),
            moreWords(more),
          ),
        ]
      : []),
  ];
}

/** A holiday that is called otherwise falls on the same day. */
function hasOnlyOtherNames({ change: how, before, after }: SeedRow): boolean {
  if (how !== 'changed' || before === null || after === null) return false;
  return Object.keys(after).every((name) => after[name] === before[name] || name.startsWith('name_'));
}

function textOf(cells: Cells): string {
  return Object.values(cells)
    .map((value) => value ?? '')
    .join(', ');
}

function change(
  path: string,
  field: string,
  words: string,
  before: string | null = null,
  after: string | null = null,
): FieldChange {
  const side = (text: string | null) => (text === null ? undefined : { path, field, value: text, text });
  return toFieldChange({ kind: 'seed', field, path, before: side(before), after: side(after) }, words, otherRules);
}
