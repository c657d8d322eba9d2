import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { initProject } from '../../src/init/init-project.ts';
import { jsonSchemas } from '../../src/schemas/json-schemas.ts';
import { writtenKinds } from '../../src/schemas/kinds.ts';
import { writeSchemas } from '../../src/schemas/write-schemas.ts';

const root = join(import.meta.dirname, '..', '..');
const validators = new Map(
  [...jsonSchemas()].map(([file, text]): [string, ValidateFunction] => [
    file,
    new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, strictTuples: false }).compile(JSON.parse(text)),
  ]),
);

/** What a JSON Schema validator says of a file's YAML. */
function problemsOf(schema: string, text: string): string[] {
  const validate = validators.get(schema);
  if (validate === undefined) throw new Error(`no schema ${schema}`);
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, params.additionalProperty].filter(Boolean).join(' '),
  );
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yml'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The schema of a file by where it lies in a project; undefined for what is no file of a project. */
function schemaFor(path: string): string | undefined {
  if (path === 'handover.yml') return 'handover.schema.json';
  if (path.startsWith('metrics/agreements/')) return 'agreement.schema.json';
  if (path.startsWith('metrics/decisions/')) return 'decisions.schema.json';
  if (path.startsWith('metrics/improvements/')) return 'improvement.schema.json';
  if (path.startsWith('metrics/')) return 'metric.schema.json';
  if (basename(path) === 'sources.yml') return 'sources.schema.json';
  if (path.endsWith('.tests.yml')) return 'tests.schema.json';
  return path.startsWith('models/') ? 'model.schema.json' : undefined;
}

/** The file that the first line names as its schema. */
function namedSchema(file: string): string | undefined {
  const named = /^# yaml-language-server: \$schema=(\S+)$/m.exec(readFileSync(file, 'utf8').split('\n')[0] ?? '')?.[1];
  return named === undefined ? undefined : resolve(dirname(file), decodeURI(named));
}

const own = [join(root, 'handover.yml'), ...['metrics', 'models'].flatMap((folder) => yamlFiles(join(root, folder)))];

describe('the JSON Schemas', () => {
  it('are those in schemas/: after a change, run "pnpm handover schemas"', () => {
    const folder = mkdtempSync(join(tmpdir(), 'handover-schemas-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const written = writeSchemas(folder).map((file) => basename(file));
    expect(readdirSync(join(root, 'schemas')).sort()).toEqual(written.sort());
    for (const name of written) {
      expect(readFileSync(join(root, 'schemas', name), 'utf8')).toBe(readFileSync(join(folder, name), 'utf8'));
    }
  });

  it.each([...jsonSchemas(writtenKinds)])('%s has a title, and explains every key', (_file, text) => {
    const schema: unknown = JSON.parse(text);
    expect(schema).toHaveProperty('title');
    expect(unexplained(schema, [])).toEqual([]);
  });
});

describe('a file of a project', () => {
  it('is valid in this one, and names its schema in its first line', () => {
    const problems = own.flatMap((file) => {
      const path = relative(root, file);
      const schema = schemaFor(path) ?? '';
      const isNamed = namedSchema(file) === join(root, 'schemas', schema);
      const found = [
        ...problemsOf(schema, readFileSync(file, 'utf8')),
        ...(isNamed ? [] : [`does not name ${schema}`]),
      ];
      return found.map((problem) => `${path}: ${problem}`);
    });
    expect(problems).toEqual([]);
  });

  it('is valid in every small project whose YAML is right', () => {
    const folder = join(root, 'test', 'projects');
    const problems = readdirSync(folder)
      .filter((name) => !name.startsWith('bad-'))
      .flatMap((name) => yamlFiles(join(folder, name)))
      .flatMap((file) => {
        const schema = schemaFor(relative(folder, file).split('/').slice(1).join('/'));
        const path = relative(folder, file);
        if (schema === undefined) return [];
        return problemsOf(schema, readFileSync(file, 'utf8')).map((problem) => `${path}: ${problem}`);
      });
    expect(problems).toEqual([]);
  });

  it('is valid in a new project, which names the same schemas', () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'handover-')), 'acme');
    onTestFinished(() => rmSync(dirname(folder), { recursive: true }));
    initProject({ folder });
    const files = yamlFiles(folder);
    expect(files).toHaveLength(2);
    for (const file of files) {
      const schema = schemaFor(relative(folder, file)) ?? '';
      expect(namedSchema(file)).toBe(join(root, 'schemas', schema));
      expect(problemsOf(schema, readFileSync(file, 'utf8'))).toEqual([]);
    }
  });
});

/** A file as it is, what is changed in it, and what the schema says then. */
const mistakes = [
  ['handover.yml', 'sources:', 'sorces:', 'must NOT have additional properties sorces'],
  ['handover.yml', 'files: seeds', 'flies: seeds', "/sources/events must have required property 'files'"],
  ['handover.yml', 'max_age: 36h', 'max_age: 36', '/contracts/freshness/max_age must be string'],
  ['metrics/win_rate.yml', 'headline: true', 'headline: yes please', '/headline must be boolean'],
  ['metrics/win_rate.yml', 'numerator:', 'numeratr:', "must have required property 'numerator'"],
  ['metrics/agreements/2026-h2.yml', '"08:00-16:00"', '"8-16"', '/calendars/copenhagen/hours/mon/0 must match pattern'],
  ['metrics/agreements/2026-h2.yml', '  sal:', '  sall:', '/stages property name must be valid'],
  ['metrics/agreements/2026-h2.yml', 'within_minutes: 30', 'within_minutes: soon', 'within_minutes must be number'],
  ['models/marts/meetings.yml', 'description:', 'descripton:', 'must NOT have additional properties descripton'],
  ['models/marts/meetings.yml', 'grain: [', 'grain: lead_id #', '/grain must be array'],
  ['models/staging/hubspot/sources.yml', 'type: timestamptz', 'type: time', 'type must be equal to one of the allowed'],
] as const;

describe('a mistake', () => {
  it.each(mistakes)('in %s, %s → %s, is told', (path, right, wrong, expected) => {
    const text = readFileSync(join(root, path), 'utf8');
    expect(text).toContain(right);
    expect(problemsOf(schemaFor(path) ?? '', text.replace(right, wrong)).join('\n')).toContain(expected);
  });
});

/** Paths of keys that a schema allows and does not describe. */
function unexplained(schema: unknown, path: readonly string[]): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (keyword !== 'properties') return unexplained(value, [...path, keyword]);
    return Object.entries(value).flatMap(([key, child]) => {
      const isExplained = typeof child === 'object' && child !== null && 'description' in child;
      return [...(isExplained ? [] : [[...path, key].join('.')]), ...unexplained(child, [...path, key])];
    });
  });
}
