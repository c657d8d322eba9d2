import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { LoadState } from '../load/ledger.ts';
import type { PlannedModel } from '../models/plan.ts';
import type { BuildInput } from '../project/ledger.ts';
import { shortHash, yamlHash } from '../project/ledger-hash.ts';
import { inputsOf, type Metric, modelsOf, versionedName } from '../project/metric.ts';
import type { Project } from '../project/project.ts';
import { toolVersion } from '../project/version.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** What says nothing of how a metric is computed or judged. */
const metricWords = [
  ...['label', 'description', 'owner', 'headline', 'changes', 'contract', 'minimum_sample', 'deprecated_on'],
  ...['dimensions', 'grains'],
];

/** What says nothing of how a lead is judged. */
const agreementWords = ['title', 'review', 'owners', 'playbooks', 'approvals'];

/** What the values of a project's metrics are made from, each with a hash of what it says; and which of it is whose. */
export interface LedgerInputs {
  readonly all: readonly BuildInput[];
  /** The name of each loaded file in the ledger. */
  readonly fileNames: ReadonlyMap<string, string>;
  /** Whether the values of a metric, of any of its versions, are made from it. */
  isMadeFrom(metric: string, input: Pick<BuildInput, 'kind' | 'name'>): boolean;
}

/** Told by what files say: not by where the project lies, in which order files came, nor by when they are read. */
export function ledgerInputs(project: Project, planned: readonly PlannedModel[], state: LoadState): LedgerInputs {
  const sources = new Map([...new Set(project.metrics.map(({ name }) => name))].map((name) => [name, sourcesOf(name)]));
  const models = new Set([...sources.values()].flatMap((source) => [...source.models]));
  const fileNames = namesOf(state.files.map(({ path }) => path));
  const tables = new Map(
    state.files.map(({ path, table }) => [fileNames.get(path) ?? path, `raw.${table.toLowerCase()}`]),
  );

  return {
    fileNames,
    all: [
      ...state.files.map(({ path, sha256 }) => input('file', fileNames.get(path) ?? path, sha256.slice(0, 12))),
      ...planned
        .filter(({ file }) => models.has(file.name))
        .map(({ file, definition }) => input('model', file.name, definition.slice(0, 12))),
      ...project.metrics.map((metric) =>
        input('metric', versionedName(metric), yamlHash(metric.file.text, metricWords)),
      ),
      ...project.agreements.map((agreement) =>
        input('agreement', agreement.id, yamlHash(agreement.at([]).source, agreementWords)),
      ),
      ...project.seeds.map(({ name, path }) => input('seed', name, shortHash(readFileSync(path, 'utf8')))),
      ...layoutInputs(project),
      input('config', 'handover.yml', shortHash(JSON.stringify(settingsOf(project)))),
      ...forgottenInputs(project),
      input('tool', 'handover', shortHash(toolVersion)),
    ],
    isMadeFrom: (metric, { kind, name }) => {
      const source = sources.get(metric);
      if (source === undefined) return false;
      if (kind === 'model') return source.models.has(name);
      if (kind === 'metric') return source.metrics.has(name.replace(/\.v\d+$/, ''));
      if (kind === 'file') return source.tables.has(tables.get(name) ?? '') || source.tables.has('main.load_files');
      if (kind === 'layout') return [...source.tables].some((table) => table.startsWith(`raw.${kindOfLayout(name)}_`));
      // Calendars are made of seeds, and every verdict of an agreement.
      return true;
    },
  };

  function sourcesOf(name: string): Sources {
    const metrics = withInputs(project.metrics, name);
    const start = project.metrics.filter((metric) => metrics.has(metric.name)).flatMap(modelsOf);
    const upstream = upstreamOf(planned, start);
    const read = planned.filter(({ file }) => upstream.has(file.name)).flatMap(({ readsTables }) => readsTables);
    return { metrics, models: upstream, tables: new Set(read) };
  }
}

interface Sources {
  /** Names of metrics, its own among them. */
  readonly metrics: ReadonlySet<string>;
  readonly models: ReadonlySet<string>;
  /** Tables outside models. */
  readonly tables: ReadonlySet<string>;
}

/** main.build_inputs: what the last build was made from, for the ledger. */
export async function writeBuildInputs(work: Warehouse, inputs: readonly BuildInput[]): Promise<void> {
  const rows = inputs.map(({ kind, name, hash }) => ({ kind, name, hash }));
  await work.insert('main.build_inputs', { kind: 'varchar', name: 'varchar', hash: 'varchar' }, rows);
}

function input(kind: BuildInput['kind'], name: string, hash: string): BuildInput {
  return { kind, name, hash };
}

function withInputs(metrics: readonly Metric[], name: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const wanted = [name]; wanted.length > 0; ) {
    const next = wanted.pop() ?? '';
    if (names.has(next)) continue;
    names.add(next);
    wanted.push(...metrics.filter((metric) => metric.name === next).flatMap(inputsOf));
  }
  return names;
}

/** The models and all that they are made from; planned models come after what they read. */
function upstreamOf(planned: readonly PlannedModel[], start: readonly string[]): ReadonlySet<string> {
  const names = new Set(start);
  for (const { file, reads } of planned.toReversed()) {
    if (names.has(file.name)) for (const read of reads) names.add(read);
  }
  return names;
}

/** Files outside the project are called by their path from the folder that holds them all: where that lies is nobody's business. */
function namesOf(paths: readonly string[]): ReadonlyMap<string, string> {
  const outside = paths.filter((path) => isAbsolute(path)).map((path) => path.split(/[\\/]/));
  const [first = []] = outside;
  const different = first.findIndex((part, index) => outside.some((other) => other[index] !== part));
  const shared = different < 0 ? first.length - 1 : different;
  return new Map(paths.map((path) => [path, isAbsolute(path) ? path.split(/[\\/]/).slice(shared).join('/') : path]));
}

function layoutInputs({ layouts, config }: Project): BuildInput[] {
  const kinds = new Set(config.sources.map(({ kind }) => kind));
  return layouts
    .filter(({ kind }) => kinds.has(kind))
    .map((layout) => input('layout', `models/staging/${layout.kind}/sources.yml`, shortHash(inText(layout))));
}

function kindOfLayout(name: string): string {
  return name.split('/').at(-2) ?? '';
}

/** What of handover.yml decides how rows are read and periods counted. */
function settingsOf({ config }: Project) {
  const sources = config.sources.map(({ name, kind, timeZone, format, columns, recordedAt, properties, personal }) => [
    ...[name, kind, timeZone, format ?? null, columns ?? null, recordedAt ?? null],
    ...[[...properties], [...personal]],
  ]);
  return [config.timeZone, config.fiscalYearStartMonth, config.retentionMonths ?? null, sources];
}

function forgottenInputs({ forgotten }: Project): BuildInput[] {
  if (forgotten.length === 0) return [];
  const lines = forgotten.map(({ source, hash }) => `${source} ${hash}`).sort();
  return [input('forgotten', 'forgotten.csv', shortHash(lines.join('\n')))];
}

/** Maps by their entries, which JSON alone would leave out. */
function inText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (part instanceof Map ? [...part] : part));
}
