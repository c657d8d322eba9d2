import { existsSync, readFileSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';
import { type Diagnostic, DiagnosticsError, failOnErrors } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type Agreement, readAgreement } from './agreement-file.ts';
import { type BreachLogEntry, readBreachLog } from './breach-log.ts';
import { type ProjectConfig, readConfig as readConfigStrictly } from './config-file.ts';
import { type ReviewMeeting, readDecisions } from './decision-file.ts';
import { FileReader } from './file-reader.ts';
import { readForgotten, type Tombstone } from './forgotten.ts';
import { type Improvement, readImprovement } from './improvement-file.ts';
import { byKey, byName } from './inherit.ts';
import { inheritMetrics } from './inherit-metrics.ts';
import type { FileStamp } from './input-files.ts';
import { type CrmLayout, layoutFileName, readLayout } from './layout-file.ts';
import { emptyLedger, type Ledger } from './ledger.ts';
import { readLedger } from './ledger-file.ts';
import { readConfigLeniently } from './lenient-config.ts';
import type { Metric } from './metric.ts';
import { checkCalendars } from './metric-calendars.ts';
import { readMetric } from './metric-file.ts';
import { withoutFollowUps } from './metric-follow-ups.ts';
import { checkTogether } from './metric-inputs.ts';
import type { ModelFile } from './model-file.ts';
import { inheritModels, modelNames, readModels, reportTwins, reportUnknownFolders } from './read-models.ts';
import { inheritTests, readTestFiles, reportStrayTests } from './read-tests.ts';
import { configFileName } from './root.ts';
import { checkSiteSettings } from './site-settings.ts';
import type { TestFile } from './test-file.ts';
import type { SourceText } from './yaml-file.ts';

/** A CSV of reference data; becomes the table seeds.<name>. */
export interface SeedFile {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Relative to the root, for messages. */
  readonly relativePath: string;
}

/** Everything a project's files say, checked and typed; nothing below parses YAML again. */
export interface Project {
  /** Absolute. */
  readonly root: string;
  /** This project's folder and those of the projects that it extends. */
  readonly roots: readonly string[];
  /** The files that were read, as they were just before. */
  readonly stamps: readonly FileStamp[];
  readonly config: ProjectConfig;
  readonly models: readonly ModelFile[];
  /** Unit tests of models; `readTests` parses them. */
  readonly tests: readonly TestFile[];
  /** What the exports of each CRM hold whose models there are. */
  readonly layouts: readonly CrmLayout[];
  readonly seeds: readonly SeedFile[];
  /** By the day they take effect, earliest first. */
  readonly agreements: readonly Agreement[];
  /** Every version of each, in order of name and version. */
  readonly metrics: readonly Metric[];
  /** What was agreed on to do better; a project's own, as its breach log is. */
  readonly improvements: readonly Improvement[];
  /** What review meetings decided, by file; a project's own too. */
  readonly decisions: readonly ReviewMeeting[];
  readonly breachLog: readonly BreachLogEntry[];
  /** What closed periods showed when they were reviewed; a project's own too. */
  readonly ledger: Ledger;
  /** Leads that stay forgotten. */
  readonly forgotten: readonly Tombstone[];
  /** What is worth saying but stops nothing. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * Opens the project in a folder (one that holds handover.yml).
 * @throws DiagnosticsError with every problem of every file at once.
 */
export function openProject(root: string): Project {
  const problems: Diagnostic[] = [];
  const project = readProject(resolve(root), problems, [], readConfigStrictly);
  failOnErrors(problems);
  if (project === undefined) throw new DiagnosticsError(problems);
  return { ...project, warnings: problems };
}

/**
 * What can be read of a project, and everything that is wrong with it. What a mistake lies in is left out; of a
 * handover.yml the keys that are wrong. Undefined only of a folder without one.
 */
export function readProjectLeniently(root: string): {
  readonly project: Project | undefined;
  readonly problems: readonly Diagnostic[];
} {
  const problems: Diagnostic[] = [];
  const project = readProject(resolve(root), problems, [], readConfigLeniently);
  return { project, problems };
}

/** A project that says nothing, for a state in which there was none yet. */
export function emptyProject(root: string, name: string): Project {
  return {
    root: resolve(root),
    roots: [resolve(root)],
    stamps: [],
    config: readConfigLeniently({ path: configFileName, text: `name: ${JSON.stringify(name)}\n` }, []),
    models: [],
    tests: [],
    layouts: [],
    seeds: [],
    agreements: [],
    metrics: [],
    improvements: [],
    decisions: [],
    breachLog: [],
    ledger: emptyLedger,
    forgotten: [],
    warnings: [],
  };
}

/** What the export of a source holds; undefined for events and tables. */
export function layoutOf(
  { layouts }: Pick<Project, 'layouts'>,
  source: { readonly kind: string },
): CrmLayout | undefined {
  return layouts.find(({ kind }) => kind === source.kind);
}

/** The salt that a project keeps beside handover.yml; undefined when it keeps none. */
export function readSalt(root: string): string | undefined {
  const file = join(root, 'handover.salt');
  const salt = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  return salt === '' ? undefined : salt;
}

/** `readConfig` decides what becomes of a handover.yml with mistakes, here and in what it extends. */
function readProject(
  root: string,
  problems: Diagnostic[],
  extendedBy: readonly string[],
  readConfig: typeof readConfigStrictly,
): Project | undefined {
  const files = new FileReader(root, extendedBy[0] ?? root, problems);
  for (const path of ['handover.salt', 'forgotten.csv']) files.stamp(path);
  const configText = files.read(configFileName);
  if (configText === undefined) {
    problems.push({
      code: 'no-project',
      severity: 'error',
      message: `no ${configFileName} in ${root}`,
      fix: 'Name the project folder with --project DIR.',
    });
    return undefined;
  }
  const config = readConfig(configText, problems);
  const agreements = readAll(files, 'metrics/agreements', '.yml', (file) => readAgreement(file, problems));
  const own = {
    models: readModels(files, config, problems),
    names: modelNames(files),
    tests: readTestFiles(files),
    layouts: readLayouts(files, problems),
    seeds: readSeeds(files),
    metrics: readAll(files, 'metrics', '.yml', (file) => readMetric(file, problems, config?.contracts.metrics)),
    improvements: readAll(files, 'metrics/improvements', '.yml', (file) => readImprovement(file, problems)),
    // A base's are not passed on, and nobody's concern here.
    decisions:
      extendedBy.length > 0 ? [] : readAll(files, 'metrics/decisions', '.yml', (file) => readDecisions(file, problems)),
    breachLog: readAll(files, 'metrics/breaches', '.csv', (file) => readBreachLog(file, problems)).flat(),
    // A base's is not passed on, and nobody's concern here.
    ledger: extendedBy.length > 0 ? emptyLedger : readLedger(files, problems),
  };
  reportTwins(own.models, problems);
  reportIgnored(files, problems);
  if (config !== undefined) reportUnknownFolders(config, files, problems);
  // Only now: a mistake in handover.yml does not hide those in the other files.
  if (config === undefined) return undefined;
  const base = readBase(root, config, problems, [...extendedBy, root], readConfig);
  const layouts = byKey(base?.layouts ?? [], own.layouts, ({ kind }) => kind);
  // A base is read for what it passes on; its own sources are nobody's concern here.
  if (extendedBy.length === 0) reportUnknownKinds(config, layouts, problems);
  if (extendedBy.length === 0 && agreements.length === 0) reportInherited(base?.agreements ?? [], config, problems);
  const models = inheritModels(base?.models ?? [], own.models);
  const metrics = inheritMetrics(base?.metrics ?? [], own.metrics, problems);
  const inForce = (agreements.length > 0 ? agreements : [...(base?.agreements ?? [])]).sort((left, right) =>
    left.effectiveFrom < right.effectiveFrom ? -1 : 1,
  );
  if (extendedBy.length === 0) {
    problems.push(...withoutFollowUps(checkTogether(metrics), problems, metrics), ...checkCalendars(metrics, inForce));
  }
  reportStrayTests(own.tests, [...models.map(({ base: name }) => name), ...own.names], problems);
  return {
    root,
    roots: [root, ...(base?.roots ?? [])],
    stamps: [...files.stamps, ...(base?.stamps ?? [])],
    config,
    layouts,
    models,
    tests: inheritTests(base?.tests ?? [], own),
    seeds: byName(base?.seeds ?? [], own.seeds),
    metrics,
    improvements: own.improvements,
    decisions: own.decisions,
    breachLog: own.breachLog,
    ledger: own.ledger,
    agreements: inForce,
    forgotten: readForgotten(root, problems),
    warnings: [],
  };
}

function readBase(
  root: string,
  config: ProjectConfig,
  problems: Diagnostic[],
  extendedBy: readonly string[],
  readConfig: typeof readConfigStrictly,
): Project | undefined {
  if (config.extends === undefined) return undefined;
  const baseRoot = resolve(root, config.extends);
  const place = config.at(['extends']);
  if (extendedBy.includes(baseRoot)) {
    problems.push({ code: 'extends-cycle', severity: 'error', message: 'a project cannot extend itself', ...place });
    return undefined;
  }
  if (!existsSync(join(baseRoot, configFileName))) {
    problems.push({
      code: 'no-project',
      severity: 'error',
      message: `extends: no ${configFileName} in "${config.extends}"`,
      ...place,
      expected: 'the folder of another project, relative to this one',
    });
    return undefined;
  }
  return readProject(baseRoot, problems, extendedBy, readConfig);
}

/** Folders of which a file that is not read would be missed without a word. */
const wholeFolders = [
  { folder: 'metrics', extension: '.yml' },
  { folder: 'metrics/agreements', extension: '.yml' },
  { folder: 'metrics/improvements', extension: '.yml' },
  { folder: 'metrics/decisions', extension: '.yml' },
  { folder: 'metrics/breaches', extension: '.csv' },
  { folder: 'metrics/published', extension: '.csv' },
];

/** Agreements that are not in force, for "handover simulate" and `site.draft`. */
const draftsFolder = 'metrics/agreements/drafts/';

function reportIgnored(files: FileReader, problems: Diagnostic[]): void {
  const known = new Set([...wholeFolders.map(({ folder }) => `${folder}/`), draftsFolder]);
  for (const { folder, extension } of wholeFolders) {
    for (const path of files.ignored(folder, extension).filter((entry) => !known.has(entry))) {
      problems.push({
        code: 'ignored-file',
        severity: 'warning',
        message: `${path} is not read`,
        file: files.label(path),
        expected: `files that end in ${extension}, directly in ${folder}/`,
      });
    }
  }
}

function reportInherited(agreements: readonly Agreement[], config: ProjectConfig, problems: Diagnostic[]): void {
  if (agreements.length === 0) return;
  problems.push({
    code: 'inherited-agreement',
    severity: 'warning',
    message: `no agreement of its own: judged by ${agreements.map(({ id }) => id).join(', ')} of ${config.extends}`,
    ...config.at(['extends']),
    fix: 'Write one in metrics/agreements/.',
  });
}

function readSeeds(files: FileReader): SeedFile[] {
  return files.list('seeds', '.csv', false).map((path) => {
    files.stamp(path);
    return { name: parse(path).name, path: join(files.root, path), relativePath: files.label(path) };
  });
}

function readAll<T>(
  files: FileReader,
  folder: string,
  extension: string,
  read: (file: SourceText) => T | undefined,
): T[] {
  return files.list(folder, extension, false).flatMap((path) => {
    const text = files.read(path);
    return (text === undefined ? undefined : read(text)) ?? [];
  });
}

function readLayouts(files: FileReader, problems: Diagnostic[]): CrmLayout[] {
  const paths = files.list('models/staging', `/${layoutFileName}`, true);
  return paths.flatMap((path) => {
    const text = files.read(path);
    const kind = path.split('/').at(-2) ?? '';
    return (text === undefined ? undefined : readLayout(kind, text, problems)) ?? [];
  });
}

function reportUnknownKinds(config: ProjectConfig, layouts: readonly CrmLayout[], problems: Diagnostic[]): void {
  const crms = config.sources.filter(({ kind }) => kind !== 'table').map(({ name }) => name);
  problems.push(...checkSiteSettings(config.site, crms, config.at));
  const kinds = ['events', 'table', ...layouts.map(({ kind }) => kind)];
  for (const source of config.sources.filter(({ kind }) => !kinds.includes(kind))) {
    const fix = didYouMean(source.kind, kinds);
    problems.push({
      code: 'invalid-value',
      severity: 'error',
      message: `sources.${source.name}.kind: unknown kind "${source.kind}"`,
      ...source.at(['kind']),
      expected: `one of ${kinds.join(', ')}`,
      ...(fix === undefined ? {} : { fix }),
    });
  }
}
