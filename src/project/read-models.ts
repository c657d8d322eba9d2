import { parse } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { defaultsOf, type ProjectConfig } from './config-file.ts';
import type { FileReader } from './file-reader.ts';
import { byName } from './inherit.ts';
import { layoutFileName } from './layout-file.ts';
import { type ModelFile, readModel } from './model-file.ts';
import { testsSuffix } from './read-tests.ts';

/** The files of each model, by folder and name: `x.sql`, or `x.v1.sql`, `x.v2.sql` and so on, and one `x.yml`. */
export function readModels(files: FileReader, config: ProjectConfig | undefined, problems: Diagnostic[]): ModelFile[] {
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

/** Names of the models that have SQL, without versions, also of those whose .yml cannot be read. */
export function modelNames(files: FileReader): string[] {
  return files.list('models', '.sql', true).map((path) => parse(stemOf(path)).base);
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

/** What is said of a folder that is misspelt would silently be said of no model. */
export function reportUnknownFolders(config: ProjectConfig, files: FileReader, problems: Diagnostic[]): void {
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

/** Two models of one name, in whatever folders. */
export function reportTwins(models: readonly ModelFile[], problems: Diagnostic[]): void {
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

/** A model of one's own takes the place of all versions of the base's. */
export function inheritModels(base: readonly ModelFile[], own: readonly ModelFile[]): ModelFile[] {
  const replaced = new Set(own.map((model) => model.base));
  return byName(
    base.filter((model) => !replaced.has(model.base)),
    own,
  );
}
