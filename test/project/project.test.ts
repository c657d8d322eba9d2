import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { openProject } from '../../src/project/project.ts';
import { findProjectRoot } from '../../src/project/root.ts';
import { tinyProject, writeFiles } from '../build/project.ts';

function problemsOf(root: string): string[] {
  try {
    openProject(root);
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    return error.diagnostics.map(({ code, file, line, message }) => `${code} ${file}:${line} ${message}`);
  }
  return [];
}

describe('openProject', () => {
  it('reports the mistakes of every file at once, handover.yml among them', () => {
    const root = tinyProject({
      'handover.yml': 'name: tiny\nsorces: {}\n',
      'models/marts/deals.yml': 'name: deal\ndescription: x\n',
      'models/staging/Bad-Name.sql': 'select 1 as x',
      'metrics/won_deals.yml': 'name: won_deals\ntype: cuont\n',
    });
    const problems = problemsOf(root).join('\n');
    expect(problems).toContain('unknown-key handover.yml:2 unknown key "sorces"');
    expect(problems).toContain('name-mismatch models/marts/deals.yml:1 name is "deal", the file is named "deals"');
    expect(problems).toContain('invalid-name models/staging/Bad-Name.sql:1 "Bad-Name" cannot be a model\'s name');
    expect(problems).toContain('metrics/won_deals.yml:2');
  });

  it('says nothing of metrics that are unknown only because their file is wrong', () => {
    const made = (name: string, lines: string) =>
      `name: ${name}\n${lines}unit: count\ndirection: up\nowner: sales\nlabel: { en: A, da: A }\n` +
      'description: { en: A., da: A. }\nchanges: [{ version: 1, why: First version }]\n';
    const root = tinyProject({
      'metrics/won_deals.yml': 'name: won_deals\ntype: cuont\n',
      'metrics/so_far.yml': made('so_far', 'type: cumulative\nmetric: won_deals\n'),
      'metrics/twice.yml': made('twice', 'type: derived\nexpression: 2 * won_deals\n'),
      'metrics/wrong.yml': made('wrong', 'type: cumulative\nmetric: won_deal\n'),
    });
    expect(problemsOf(root).filter((problem) => !problem.includes('won_deals.yml'))).toEqual([
      'unknown-metric metrics/wrong.yml:3 unknown metric "won_deal"',
    ]);
  });

  it('refuses two models of one name, wherever they lie', () => {
    const root = tinyProject({ 'models/staging/deals.sql': 'from raw.deals' });
    expect(problemsOf(root)).toContain(
      'duplicate-name models/staging/deals.sql:1 a second model named "deals"; the first is models/marts/deals.sql',
    );
  });

  it('inherits what another project has, file by file, and names its files from here', () => {
    const root = tinyProject();
    writeFiles(root, {
      'own/handover.yml': 'name: own\nextends: ..\n',
      'own/models/marts/deals.sql': 'select 1 as deal_id, now() as won_at, 2 as amount',
      'own/models/marts/more.sql': 'from deals',
    });
    const project = openProject(join(root, 'own'));
    expect(project.models.map(({ name, sql }) => `${name} ${sql.path}`)).toEqual([
      'deals models/marts/deals.sql',
      'more models/marts/more.sql',
    ]);
    expect(project.metrics.map(({ name, file }) => `${name} ${file.path}`)).toEqual([
      'won_deals ../metrics/won_deals.yml',
    ]);
    expect(project.warnings.map(({ code, file }) => `${code} ${file}`)).toEqual([
      'undocumented-model models/marts/deals.sql',
      'undocumented-model models/marts/more.sql',
    ]);
  });

  it.each([
    ['name: own\nextends: .\n', 'extends-cycle'],
    ['name: own\nextends: ../nowhere\n', 'no-project'],
  ])('refuses %j', (text, code) => {
    const root = tinyProject({ 'handover.yml': text });
    expect(problemsOf(root)).toEqual([expect.stringContaining(code)]);
  });
});

it('finds the project from a folder inside it', () => {
  const root = tinyProject();
  mkdirSync(join(root, 'models/marts/deep'), { recursive: true });
  expect(findProjectRoot(join(root, 'models/marts/deep'))).toBe(root);
});
