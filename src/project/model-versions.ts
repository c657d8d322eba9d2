import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { readColumns } from './model-columns.ts';
import { noContract } from './model-contract.ts';
import type { ModelFile, ModelSources } from './model-file.ts';
import type { ModelYaml } from './model-schema.ts';
import { type Place, type SourceText, startOf, type YamlPath } from './yaml-file.ts';

/** One ModelFile for each version that has its file, and one for the bare name, which shows the latest. */
export function withVersions(
  { base, sqls, folders }: ModelSources,
  common: ModelFile,
  { value, at }: { value: ModelYaml; at: (path: YamlPath) => Place },
  problems: Diagnostic[],
): ModelFile[] {
  const versions = value.versions ?? [];
  const latest = value.latest_version ?? Math.max(...versions.map((entry) => entry.version));
  const files = new Map(sqls.map(({ version: number, sql }) => [number, sql]));
  reportTwinFiles(base, sqls, problems);
  reportVersions({ base, value, files, latest, at }, problems);
  const models = versions.flatMap((entry, index): ModelFile[] => {
    const sql = files.get(entry.version);
    if (sql === undefined) return [];
    const own = readColumns(entry.columns);
    const replaced = new Set([...entry.without, ...own.map(({ name }) => name)]);
    return [
      {
        ...common,
        name: `${base}_v${entry.version}`,
        sql,
        columns: [...common.columns.filter(({ name }) => !replaced.has(name)), ...own],
        version: {
          number: entry.version,
          isLatest: entry.version === latest,
          change: entry.change,
          why: entry.why,
          ...(entry.deprecated_on === undefined ? {} : { deprecatedOn: entry.deprecated_on }),
        },
        // A version's own columns stand under it, all else above.
        at: (path) => at(isOwn(path, entry) ? ['versions', index, ...path] : path),
      },
    ];
  });
  const shown = models.find(({ version: number }) => number?.isLatest);
  if (shown === undefined) return models;
  const { version: _version, partition: _partition, ...alias } = shown;
  const sql = { path: shown.sql.path, text: `select * from ${shown.name}` };
  return [
    ...models,
    { ...alias, name: base, folders, sql, materialized: 'view', contract: noContract, aliasOf: shown.name },
  ];
}

/** `x.v1.sql` and `x.v01.sql` are both version 1. */
function reportTwinFiles(base: string, sqls: ModelSources['sqls'], problems: Diagnostic[]): void {
  for (const [index, { version: number, sql }] of sqls.entries()) {
    const first = sqls.findIndex((other) => other.version === number);
    if (first === index) continue;
    problems.push({
      code: 'duplicate-name',
      severity: 'error',
      message: `a second file of version ${number} of "${base}"; the first is ${sqls[first]?.sql.path}`,
      ...startOf(sql),
      fix: 'Remove one of them.',
    });
  }
}

function isOwn(path: YamlPath, entry: { columns: Record<string, unknown> }): boolean {
  return path[0] === 'columns' && typeof path[1] === 'string' && path[1] in entry.columns;
}

/** Versions and files must name each other, and the latest must be one of them. */
function reportVersions(
  model: {
    base: string;
    value: ModelYaml;
    files: ReadonlyMap<number | undefined, SourceText>;
    latest: number;
    at: (path: YamlPath) => Place;
  },
  problems: Diagnostic[],
): void {
  const { base, value, files, latest, at } = model;
  const versions = value.versions ?? [];
  const numbers = versions.map((entry) => entry.version);
  const error = (code: string, message: string, place: Place, fix: string): void => {
    problems.push({ code, severity: 'error', message, ...place, fix });
  };
  for (const [index, entry] of versions.entries()) {
    const place = at(['versions', index, 'version']);
    if (!files.has(entry.version)) {
      const file = `${base}.v${entry.version}.sql`;
      error(
        'missing-file',
        `version ${entry.version} of "${base}" has no file`,
        place,
        `Add ${file}, or remove the version.`,
      );
    }
    if (numbers.indexOf(entry.version) !== index) {
      error('duplicate-name', `version ${entry.version} of "${base}" is there twice`, place, 'Number it anew.');
    }
    for (const [position, column] of entry.without.entries()) {
      if (column in value.columns) continue;
      const fix = didYouMean(column, Object.keys(value.columns)) ?? 'Name a column that stands under columns.';
      const message = `without: "${base}" has no column "${column}"`;
      error('unknown-column', message, at(['versions', index, 'without', position]), fix);
    }
  }
  for (const [number, sql] of files) {
    if (number === undefined) {
      error(
        'invalid-name',
        `"${base}" has versions; this file says of none that it is it`,
        startOf(sql),
        `Rename it ${base}.v${Math.max(0, ...numbers) + 1}.sql, or remove it.`,
      );
    } else if (!numbers.includes(number)) {
      const fix = `Add "- { version: ${number}, change: …, why: … }" to versions.`;
      error('missing-key', `version ${number} of "${base}" is not in ${base}.yml`, startOf(sql), fix);
    }
  }
  if (versions.length > 0 && !numbers.includes(latest)) {
    const fix = `Write one of ${numbers.join(', ')}.`;
    error('invalid-value', `latest_version: there is no version ${latest} of "${base}"`, at(['latest_version']), fix);
  }
}
