import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, parse, relative, resolve, sep } from 'node:path';
import { type Diagnostic, DiagnosticsError, failOnErrors } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type Agreement, readAgreement } from './agreement-file.ts';
import { defaultsOf, type ProjectConfig, readConfig } from './config-file.ts';
import { readForgotten, type Tombstone } from './forgotten.ts';
import { type FileStamp, stampFile } from './input-files.ts';
import { type CrmLayout, layoutFileName, readLayout } from './layout-file.ts';
import { type Metric, readMetric } from './metric-file.ts';
import { type ModelFile, readModel } from './model-file.ts';
import { configFileName } from './root.ts';
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
  readonly metrics: readonly Metric[];
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
  const project = readProject(resolve(root), problems, []);
  failOnErrors(problems);
  if (project === undefined) throw new DiagnosticsError(problems);
  return { ...project, warnings: problems };
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

function readProject(root: string, problems: Diagnostic[], extendedBy: readonly string[]): Project | undefined {
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
    names: files.list('models', '.sql', true).map((path) => parse(stemOf(path)).base),
    tests: readTestFiles(files),
    layouts: readLayouts(files, problems),
    seeds: readSeeds(files),
    metrics: readAll(files, 'metrics', '.yml', (file) => readMetric(file, problems)),
  };
  reportTwins(own.models, problems);
  if (config !== undefined) reportUnknownFolders(config, files, problems);
  // Only now: a mistake in handover.yml does not hide those in the other files.
  if (config === undefined) return undefined;
  const base = readBase(root, config, problems, [...extendedBy, root]);
  const layouts = byKey(base?.layouts ?? [], own.layouts, ({ kind }) => kind);
  // A base is read for what it passes on; its own sources are nobody's concern here.
  if (extendedBy.length === 0) reportUnknownKinds(config, layouts, problems);
  const models = inheritModels(base?.models ?? [], own.models);
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
    metrics: byName(base?.metrics ?? [], own.metrics),
    agreements: (agreements.length > 0 ? agreements : [...(base?.agreements ?? [])]).sort((left, right) =>
      left.effectiveFrom < right.effectiveFrom ? -1 : 1,
    ),
    forgotten: readForgotten(root, problems),
    warnings: [],
  };
}

function readBase(
  root: string,
  config: ProjectConfig,
  problems: Diagnostic[],
  extendedBy: readonly string[],
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
  return readProject(baseRoot, problems, extendedBy);
}

/** What is said of a folder that is misspelt would silently be said of no model. */
function reportUnknownFolders(config: ProjectConfig, files: FileReader, problems: Diagnostic[]): void {
  const paths = files.list('models', '.sql', true).map((path) => path.split('/').slice(1, -1));
  const folders = new Set(paths.flatMap((parts) => parts.map((_, index) => parts.slice(0, index + 1).join('/'))));
  for (const folder of config.models.keys()) {
    if (folders.has(folder)) continue;
    const fix = didYouMean(folder.replace(/^models\/|\/$/g, ''), folders);
    problems.push({
      code: 'unknown-folder',
      severity: 'error',
      message: `models: no model lies in models/${folder}`,
      ...config.at(['models', folder]),
      expected: 'a folder below models/, such as staging/hubspot',
      ...(fix === undefined ? {} : { fix }),
    });
  }
}

/** The files of each model, by folder and name: `x.sql`, or `x.v1.sql`, `x.v2.sql` and so on, and one `x.yml`. */
function readModels(files: FileReader, config: ProjectConfig | undefined, problems: Diagnostic[]): ModelFile[] {
  const groups = new Map<string, string[]>();
  for (const path of files.list('models', '.sql', true)) {
    const stem = stemOf(path);
    groups.set(stem, [...(groups.get(stem) ?? []), path]);
  }
  reportStrayYaml(files, groups, problems);
  return [...groups].flatMap(([stem, paths]) => {
    const folders = stem.split('/').slice(1, -1);
    const sqls = paths.flatMap((path) => {
      const sql = files.read(path);
      const version = /\.v(\d+)\.sql$/.exec(path)?.[1];
      return sql === undefined ? [] : [{ version: version === undefined ? undefined : Number(version), sql }];
    });
    const base = stem.split('/').at(-1) ?? stem;
    return readModel({ base, folders, sqls, yml: files.read(`${stem}.yml`) }, defaultsOf(config, folders), problems);
  });
}

/** `models/marts/x` of `models/marts/x.v2.sql`. */
function stemOf(path: string): string {
  return path.replace(/(\.v\d+)?\.sql$/, '');
}

/** A .yml whose .sql was renamed or forgotten would silently say nothing of anything. */
function reportStrayYaml(files: FileReader, models: ReadonlyMap<string, unknown>, problems: Diagnostic[]): void {
  for (const path of files.list('models', '.yml', true)) {
    const stem = path.replace(/\.yml$/, '');
    if (path.endsWith(`/${layoutFileName}`) || path.endsWith(testsSuffix) || models.has(stem)) continue;
    const text = files.read(path);
    if (text === undefined) continue;
    const name = stem.split('/').at(-1) ?? stem;
    const fix = didYouMean(
      name,
      [...models.keys()].map((model) => model.split('/').at(-1) ?? model),
    );
    problems.push({
      code: 'missing-file',
      severity: 'error',
      message: `${path.split('/').at(-1)} describes a model, and there is no ${name}.sql beside it`,
      ...{ file: text.path, line: 1, column: 1, source: text.text },
      fix: fix ?? 'Add the SQL, rename the file, or remove it.',
    });
  }
}

const testsSuffix = '.tests.yml';

function readTestFiles(files: FileReader): TestFile[] {
  return files.list('models', testsSuffix, true).flatMap((path) => {
    const yml = files.read(path);
    return yml === undefined ? [] : [{ model: parse(path).base.slice(0, -testsSuffix.length), yml }];
  });
}

/** Tests may be those of a model that is inherited; of one that is nowhere they would silently test nothing. */
function reportStrayTests(tests: readonly TestFile[], models: readonly string[], problems: Diagnostic[]): void {
  for (const { model, yml } of tests.filter((test) => !models.includes(test.model))) {
    const fix = didYouMean(model, models);
    problems.push({
      code: 'missing-file',
      severity: 'error',
      message: `${model}${testsSuffix} tests a model, and there is none named "${model}"`,
      ...{ file: yml.path, line: 1, column: 1, source: yml.text },
      fix: fix ?? 'Add the SQL, rename the file, or remove it.',
    });
  }
}

/** Those of a model go with its SQL; tests of one's own take the place of the base's. */
function inheritTests(base: readonly TestFile[], own: { models: readonly ModelFile[]; tests: readonly TestFile[] }) {
  const replaced = new Set(own.models.map((model) => model.base));
  return byKey(
    base.filter(({ model }) => !replaced.has(model)),
    own.tests,
    ({ model }) => model,
  );
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

function byName<T extends { name: string }>(base: readonly T[], own: readonly T[]): T[] {
  return byKey(base, own, ({ name }) => name);
}

/** A model of one's own takes the place of all versions of the base's. */
function inheritModels(base: readonly ModelFile[], own: readonly ModelFile[]): ModelFile[] {
  const replaced = new Set(own.map((model) => model.base));
  return byName(
    base.filter((model) => !replaced.has(model.base)),
    own,
  );
}

/** Those of the base and one's own, in order of their key; one's own win. */
function byKey<T>(base: readonly T[], own: readonly T[], keyOf: (entry: T) => string): T[] {
  const merged = new Map([...base, ...own].map((entry) => [keyOf(entry), entry]));
  return [...merged].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entry]) => entry);
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

function reportTwins(models: readonly ModelFile[], problems: Diagnostic[]): void {
  const seen = new Map<string, string>();
  for (const model of models) {
    const first = seen.get(model.name.toLowerCase());
    if (first !== undefined) {
      problems.push({
        code: 'duplicate-name',
        severity: 'error',
        message: `a second model named "${model.name}"; the first is ${first}`,
        ...model.at(['name']),
        fix: 'Rename one of them.',
      });
    }
    seen.set(model.name.toLowerCase(), model.sql.path);
  }
}

/** Read as text it would hold other letters than were written, without a word. */
function notUtf8({ path, text }: SourceText): Diagnostic {
  const before = text.slice(0, Math.max(0, text.indexOf('\uFFFD'))).split('\n');
  return {
    code: 'not-utf8',
    severity: 'error',
    message: 'the file is not UTF-8',
    ...{ file: path, line: before.length, column: [...(before.at(-1) ?? '')].length + 1, source: text },
    fix: 'Save it as UTF-8.',
  };
}

/** Reads a project's text files and names them in messages relative to the project that was opened. */
class FileReader {
  readonly stamps: FileStamp[] = [];

  constructor(
    readonly root: string,
    private readonly openedRoot: string,
    private readonly problems: Diagnostic[],
  ) {}

  read(path: string): SourceText | undefined {
    const absolute = join(this.root, path);
    if (!existsSync(absolute) || !statSync(absolute).isFile()) return undefined;
    this.stamp(path);
    const bytes = readFileSync(absolute);
    const file = { path: this.label(path), text: bytes.toString('utf8').replace(/^\uFEFF/, '') };
    if (!isUtf8(bytes)) this.problems.push(notUtf8(file));
    return file;
  }

  /** Remembers how a file lies there; before it is read, so that what is written meanwhile is seen later. */
  stamp(path: string): void {
    this.stamps.push(stampFile(join(this.root, path)));
  }

  /** Paths relative to the root, with forward slashes, sorted. */
  list(folder: string, extension: string, recursive: boolean): string[] {
    const absolute = join(this.root, folder);
    if (!existsSync(absolute)) return [];
    return readdirSync(absolute, { recursive, withFileTypes: true })
      .filter((entry) => entry.isFile() && `/${entry.name}`.endsWith(extension))
      .map((entry) => relative(this.root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  }

  label(path: string): string {
    return relative(this.openedRoot, join(this.root, path)).split(sep).join('/');
  }
}
