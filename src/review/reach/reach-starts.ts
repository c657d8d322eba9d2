import { sourceTables } from '../../build/source-tables.ts';
import type { Project } from '../../project/project.ts';
import type { DefinitionChange, Side } from '../types.ts';
import {
  agreementExtents,
  countsPeriodsOtherwise,
  holidayTables,
  periodTables,
  promisedMetrics,
} from './reach-agreement.ts';
import { type Extent, type Extents, joinExtents, readsOf } from './reach-models.ts';

/** Where changes begin to reach something. */
export interface Starts {
  readonly extents: Extents;
  /** Names of metrics that are themselves another, or promised otherwise. */
  readonly metrics: ReadonlySet<string>;
  /** Models, of these that changed themselves. */
  readonly models: ReadonlySet<string>;
  /** Metrics and models whose contract is another. */
  readonly contracts: ReadonlySet<string>;
}

/** Where one change begins. */
export interface Start {
  readonly change: DefinitionChange;
  readonly extents: readonly (readonly [string, Extent])[];
  readonly metrics: readonly string[];
  readonly models: readonly string[];
  readonly contracts: readonly string[];
}

interface Compared {
  readonly base: Side;
  readonly head: Side;
  readonly columns: ReadonlyMap<string, readonly string[] | null>;
}

/** Where each change begins that is more than words. Pure. */
export function startsOf(changes: readonly DefinitionChange[], compared: Compared): Start[] {
  return changes
    .filter((change) => change.class !== 'cosmetic')
    .map((change) => ({ change, extents: [], metrics: [], models: [], contracts: [], ...startOf(change, compared) }));
}

/** All of them together, with what no single change is to blame for. Pure. */
export function joinStarts(starts: readonly Start[], { base, head, columns }: Compared): Starts {
  const periods = countsPeriodsOtherwise(base.project, head.project) ? periodTables : [];
  return {
    extents: joinExtents([
      ...starts.flatMap(({ extents }) => extents),
      ...[...columns].filter(([, changed]) => changed === null || changed.length > 0).map(ofColumns),
      ...periods.map((table): [string, Extent] => [table, null]),
    ]),
    metrics: new Set(starts.flatMap(({ metrics }) => metrics)),
    models: new Set([
      ...starts.flatMap(({ models }) => models),
      ...[...columns].filter(([, changed]) => changed === null || changed.length > 0).map(([name]) => name),
    ]),
    contracts: new Set(starts.flatMap(({ contracts }) => contracts)),
  };
}

function startOf(change: DefinitionChange, compared: Compared): Partial<Start> {
  const { kind, name, previousName } = change;
  const projects = [compared.base.project, compared.head.project];
  const names = previousName === null ? [name] : [name, previousName];
  switch (kind) {
    case 'metric':
      return { metrics: names };
    case 'model':
      return modelStart(change, names, compared);
    case 'seed':
      return { extents: names.flatMap(seedExtents) };
    case 'agreement':
      return { extents: agreementExtents(change), metrics: [...promisedMetrics(change, projects)] };
    case 'contract':
      // What handover.yml asks of every metric; what it asks of the data is no definition's own.
      return { contracts: name === 'contracts.metrics' ? metricNames(projects) : names };
    case 'ledger':
      return { extents: [['main.restatements', null]] };
    case 'improvement':
      // What became of breaches is told in a log beside the improvements, and models read it.
      return { extents: [[change.file.includes('metrics/breaches/') ? 'sla.breach_log' : 'main.improvements', null]] };
    case 'decision':
      return { extents: [['main.decisions', null]] };
    case 'project':
      return settingsStart(change, compared);
  }
}

function modelStart(
  { change, fields }: DefinitionChange,
  names: readonly string[],
  { base, head, columns }: Compared,
): Partial<Start> {
  // Its unit tests say what a model does and change nothing of it.
  if (change === 'changed' && fields.every(({ path }) => path.startsWith('tests'))) return {};
  const files = [...base.project.models, ...head.project.models];
  const versions = files.filter((file) => names.includes(file.name) || names.includes(file.base));
  const models = [...new Set([...names, ...versions.map((file) => file.name)])];
  const extentOf = (name: string): Extent => {
    const changed = columns.get(name);
    // Of what is kept otherwise and made of the same SQL, no value is another.
    return change !== 'changed' || changed === null ? null : new Set(changed ?? []);
  };
  return { models, extents: models.map((name): [string, Extent] => [name, extentOf(name)]) };
}

function ofColumns([name, changed]: readonly [string, readonly string[] | null]): [string, Extent] {
  return [name, changed === null ? null : new Set(changed)];
}

function seedExtents(name: string): (readonly [string, Extent])[] {
  const ofCalendars =
    name.toLowerCase() === 'holidays' ? holidayTables.map(([table]): [string, Extent] => [table, null]) : [];
  return [[`seeds.${name}`, null], ...ofCalendars];
}

function metricNames(projects: readonly Project[]): string[] {
  return projects.flatMap(({ metrics }) => metrics.map(({ name }) => name));
}

/** Keys of handover.yml that say nothing about data. */
const withoutData = new Set(['review', 'models', 'extends', 'site']);

/** Keys that readers of the site see; where weeks begin is told by both projects. */
const shownKeys = new Set(['name', 'time_zone', 'fiscal_year_starts']);

/** Of handover.yml and the layouts of CRMs. */
function settingsStart({ file, fields }: DefinitionChange, { base, head }: Compared): Partial<Start> {
  const kind = /(?:^|\/)models\/staging\/([^/]+)\/sources\.yml$/.exec(file)?.[1]?.toLowerCase();
  const sides = [base, head];
  if (kind !== undefined) {
    return { extents: [...loaded, ...rawTables(sides, (table) => table.startsWith(`raw.${kind}_`))] };
  }
  const paths = fields.filter((field) => field.class !== 'cosmetic').map(({ path }) => path.split('.'));
  return {
    extents: paths.flatMap(([key = '', name]): (readonly [string, Extent])[] => {
      if (withoutData.has(key)) return [];
      if (shownKeys.has(key)) return [['main.build_info', null]];
      const projects = sides.map(({ project }) => project);
      const tables = key === 'sources' && name !== undefined ? tablesOfSource(projects, name) : undefined;
      return [...loaded, ...rawTables(sides, (table) => tables?.has(table) ?? true)];
    }),
  };
}

/** What is told of a load, and what its properties are called. */
const loaded: readonly (readonly [string, Extent])[] = [
  'run.sources',
  'run.attributes',
  'main.load_files',
  'main.load_rejects',
].map((table) => [table, null]);

/** Undefined of a source that is not there: then any table may be meant. */
function tablesOfSource(projects: readonly Project[], name: string): ReadonlySet<string> | undefined {
  const tables = projects.flatMap((project) => sourceTables(project).get(name) ?? []);
  return tables.length === 0 ? undefined : new Set(tables);
}

/** Tables of dumps that models read. */
function rawTables(sides: readonly Side[], isMeant: (table: string) => boolean): (readonly [string, Extent])[] {
  const read = sides.flatMap((side) => [...readsOf(side).values()].flat());
  return [...new Set(read)].filter((table) => table.startsWith('raw.') && isMeant(table)).map((table) => [table, null]);
}
