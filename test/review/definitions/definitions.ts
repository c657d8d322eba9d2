import { openProject, type Project } from '../../../src/project/project.ts';
import { readSqlForms, type SqlForms, sqlTextsOf } from '../../../src/review/definitions/sql-forms.ts';
import { Warehouse } from '../../../src/warehouse/warehouse.ts';
import { tinyProject } from '../../build/project.ts';

/** A project of the usual model and metric and these files, read as any other. */
export function projectOf(files: Readonly<Record<string, string>>): Project {
  return openProject(tinyProject(files));
}

/** The SQL of both as DuckDB's parser reads it. */
export async function formsOf(before: Project, after: Project): Promise<SqlForms> {
  const parser = await Warehouse.open(':memory:', { threads: 1 });
  try {
    return await readSqlForms(parser, new Set([...sqlTextsOf(before), ...sqlTextsOf(after)]));
  } finally {
    parser.close();
  }
}

/** What a metric's YAML says unless a test says otherwise, key by key. */
const usualKeys = {
  type: 'count',
  version: '1',
  label: '{ en: MQL volume, da: Antal MQL }',
  description: '{ en: How many., da: Hvor mange. }',
  owner: 'marketing',
  model: 'deals',
  time: 'won_at',
  unit: 'count',
  direction: 'up',
  changes: '[{ version: 1, why: First version }]',
};

/** A metric's file; undefined leaves a key out. */
export function metricYaml(name: string, keys: Readonly<Record<string, string | undefined>> = {}): string {
  const all: Record<string, string | undefined> = { name, ...usualKeys, ...keys };
  return Object.entries(all)
    .flatMap(([key, value]) => (value === undefined ? [] : `${key}: ${value}\n`))
    .join('');
}
