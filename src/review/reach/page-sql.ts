import { wordsOf } from './reach-words.ts';

/**
 * Which metrics a query of the site shows. `each`: one a page, at the page's own address. `promised`: those with a target
 * in an agreement. `improved`: those of an improvement. Else the name of one, after `metric `.
 */
export type MetricScope = 'all' | 'each' | 'headline' | 'promised' | 'improved' | `metric ${string}`;

/** What a query shows. */
export interface Shown {
  /** Words of it that may be a model or published table, lower case. */
  readonly tables: ReadonlySet<string>;
  readonly metrics: ReadonlySet<MetricScope>;
}

export const nothingShown: Shown = { tables: new Set(), metrics: new Set() };

/** Several in one. Pure. */
export function joinShown(all: readonly Shown[]): Shown {
  return {
    tables: new Set(all.flatMap(({ tables }) => [...tables])),
    metrics: new Set(all.flatMap(({ metrics }) => [...metrics])),
  };
}

/** Published tables with a row for each metric. */
const metricTables = new Set([
  'metric_values',
  'metric_definitions',
  'metric_reconciliations',
  'restatements',
  'contract_results',
]);

/** Queries that show metrics only as far as an agreement promises something of them. */
const ofPromises = new Set(['verdicts']);

/** Columns that tell of a metric's value; a query without them takes only its periods. */
const metricColumns = [
  'metric',
  'value',
  'numerator',
  'denominator',
  'target',
  'status',
  'rule',
  'words_en',
  'definition',
];

/** The views and macros that a site's setup makes, by name; each may read those before it. Pure. */
export function readViews(setup: string): ReadonlyMap<string, Shown> {
  const views = new Map<string, Shown>();
  for (const statement of withoutComments(setup).split(';')) {
    const [, name, query] = viewOrMacro.exec(statement) ?? [];
    if (name !== undefined && query !== undefined) views.set(name.toLowerCase(), shownBy(query, views));
  }
  return views;
}

const viewOrMacro = /^\s*create\s+(?:or replace\s+)?(?:view|macro)\s+([\w.]+)\s*(?:\([^)]*\)\s*)?\bas\b([\s\S]*)$/i;

/** What a query over published tables and the views of the setup shows; `name` is its file's. Pure. */
export function shownBy(sql: string, views: ReadonlyMap<string, Shown>, name = ''): Shown {
  const text = withoutComments(sql);
  const tables = withoutPromises(relationsIn(text), text);
  const read = [...tables, ...callsIn(text)].flatMap((name) => views.get(name) ?? []);
  const isOfMetrics =
    [...tables].some((table) => metricTables.has(table)) || read.some(({ metrics }) => metrics.has('all'));
  const own: Shown = { tables, metrics: new Set(tables.has('improvements') ? ['improved'] : []) };
  const scope: MetricScope = ofPromises.has(name) && tables.has('agreement_promises') ? 'promised' : 'all';
  const ofMetrics: readonly Shown[] =
    isOfMetrics && tellsOfValues(text) ? [{ tables: new Set(), metrics: new Set([scope]) }] : [];
  // What a view shows of metrics is asked of this query's columns; what it reads besides, it reads.
  return joinShown([own, ...read.map((view) => ({ ...view, metrics: new Set<MetricScope>() })), ...ofMetrics]);
}

/** A query that asks the promises only which agreement is in force shows nothing of any promise. */
function withoutPromises(tables: ReadonlySet<string>, text: string): ReadonlySet<string> {
  const table = 'agreement_promises';
  const words = wordsOf(text);
  const alias = /\bagreement_promises\s+as\s+(\w+)/i.exec(text)?.[1] ?? table;
  const isWhole = text.includes(`${alias}.*`) || /\*\s+from\s+agreement_promises\b/i.test(text);
  if (!tables.has(table) || isWhole || promiseColumns.some((column) => words.has(column))) return tables;
  return new Set([...tables, inForce].filter((name) => name !== table));
}

/** Stands for what is told of agreements beside their promises: which there are, and from when until when. */
export const inForce = 'sla.agreements';

const promiseColumns = ['side', 'promise', 'metric', 'target', 'owner', 'wording_en', 'wording_da'];

function tellsOfValues(text: string): boolean {
  const words = wordsOf(text);
  return metricColumns.some((column) => words.has(column)) || text.replaceAll(/\(\s*\*\s*\)/g, '').includes('*');
}

/** What a query of a page shows, of the queries of the site by name. Pure. */
export function shownByFence(sql: string, queries: ReadonlyMap<string, Shown>): Shown {
  const text = withoutComments(sql).toLowerCase();
  const named = [...text.matchAll(/\bsite\s*\.\s*"?(\w+)/g)].flatMap(([, name = '']) => queries.get(name) ?? []);
  const shown = joinShown(named);
  const narrow = narrowed(text, named.filter(({ metrics }) => metrics.has('all')).length);
  const metrics = [...shown.metrics].flatMap((scope) => (scope === 'all' ? narrow : [scope]));
  // Some metrics are chosen by a column of a catalogue that also counts the rules of all: these it does not show.
  const isOfSome = narrow.every((scope) => scope !== 'all' && scope !== 'each');
  const tables = [...shown.tables].filter((table) => !isOfSome || table !== 'contract_results');
  return { tables: new Set(tables), metrics: new Set(metrics) };
}

/** What a page's own condition leaves of all metrics. Of two alternatives either may hold, and of two queries not joined by metric both. */
function narrowed(text: string, queries: number): readonly MetricScope[] {
  if (/\bmetric\s*=\s*'\$\{params\./.test(text)) return ['each'];
  const words = wordsOf(text);
  if (['or', 'union', 'not', 'left', 'right', 'full', 'cross'].some((word) => words.has(word))) return ['all'];
  const isJoined = /\busing\s*\(\s*metric\s*\)|\w\.metric\s*=\s*\w+\.metric\b/.test(text);
  if (queries > 1 && !isJoined) return ['all'];
  if (/\b(?:where|and)\s+(?:\w+\.)?is_headline\s*(?:and\b|$|\n|order\b|qualify\b|group\b|limit\b)/.test(text))
    return ['headline'];
  const [, , one, several] =
    /\b(where|and)\s+(?:\w+\.)?metric\s*(?:=\s*('[^'$]*')|in\s*\(([^()$]*)\))/.exec(text) ?? [];
  const names = [...(one ?? several ?? '').matchAll(/'([^']*)'/g)].map(
    ([, name = '']): MetricScope => `metric ${name}`,
  );
  return names.length > 0 ? names : ['all'];
}

/** Texts in quotes are kept: what looks like a comment in them is none. */
const commentOrText = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*(?:[\s\S]*?\*\/|[\s\S]*)/g;

function withoutComments(sql: string): string {
  return sql.replaceAll(commentOrText, (piece) => (piece.startsWith('--') || piece.startsWith('/*') ? ' ' : piece));
}

function callsIn(text: string): ReadonlySet<string> {
  return new Set([...text.toLowerCase().matchAll(/\b([a-z_]\w*)\s*\(/g)].map(([, name = '']) => name));
}

/** Words that may name a relation: no alias, no function, no column of something. */
function relationsIn(text: string): ReadonlySet<string> {
  const bare = text.toLowerCase().replaceAll(/\bmain\s*\.\s*/g, '');
  const words = bare.matchAll(/(\bas\s+|\.\s*)?"?(?<![\w$])([a-z_][\w$]*)"?(\s*\()?/g);
  return new Set(
    [...words].flatMap(([, before, word = '', call]) => (before === undefined && call === undefined ? [word] : [])),
  );
}
