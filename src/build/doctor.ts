import { existsSync, statSync } from 'node:fs';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { describeSources } from '../load/load.ts';
import type { Project } from '../project/project.ts';
import { readSalt } from '../project/project.ts';
import { warehouseFiles } from '../state/files.ts';
import { readPublished } from '../state/published.ts';
import { type Row, Warehouse } from '../warehouse/warehouse.ts';
import { openWork } from './open-work.ts';
import { nothingBuilt } from './show.ts';

/** One thing that a build needs, and how it is. */
export interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  readonly fix: string | null;
}

/** Looks at what a build needs, and changes nothing. Problems of the project's own files are thrown by openProject. */
export async function checkSetup(
  project: Project,
  options: {
    readonly nodeVersion: string;
    readonly warehouse?: string;
    readonly salt?: string;
    readonly sources?: ReadonlyMap<string, string>;
  },
): Promise<Check[]> {
  const files = warehouseFiles(project.root, options.warehouse);
  const salt = options.salt ?? readSalt(project.root);
  const [major = 0, minor = 0] = options.nodeVersion.replace('v', '').split('.').map(Number);
  const isNodeNew = major > 20 || (major === 20 && minor >= 19);
  const needsSalt =
    project.forgotten.length > 0 ||
    project.config.sources.some(({ personal }) => [...personal.values()].includes('hash'));
  return [
    check('node', isNodeNew, options.nodeVersion, 'Install Node 20.19 or newer.'),
    check(
      'project',
      true,
      `${project.config.name}: ${project.models.length} models, ${project.metrics.length} metrics, ${project.agreements.length} agreements`,
    ),
    ...describeSources(project, options.sources ?? new Map()).map(({ source, files: found, bytes, problems }) =>
      check(
        `source ${source}`,
        problems.length === 0,
        problems.length === 0 ? `${found} files, ${(bytes / 1e6).toFixed(1)} MB` : problems.join('; '),
        'See handover load --dry-run for the places.',
      ),
    ),
    check(
      'salt',
      !needsSalt || salt !== undefined,
      salt === undefined ? (needsSalt ? 'none' : 'none, and none is needed') : 'there',
      'Hashes and forgotten leads need one: write a long random text into handover.salt.',
    ),
    await checkWork(files.work),
    checkPublished(files),
  ];
}

function check(name: string, ok: boolean, found: string, fix?: string): Check {
  return { check: name, ok, found, fix: ok || fix === undefined ? null : fix };
}

async function checkWork(file: string): Promise<Check> {
  if (!existsSync(file)) return check('work file', true, 'none yet');
  try {
    (await openWork(file)).close();
    return check('work file', true, `opens, ${(statSync(file).size / 1e6).toFixed(1)} MB`);
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    const [problem] = error.diagnostics;
    return check('work file', false, problem?.message ?? '', problem?.fix);
  }
}

function checkPublished({ published, record }: { published: string; record: string }): Check {
  if (!existsSync(published)) return check('published', true, 'nothing yet: run "handover build"');
  const said = readPublished(record);
  return check(
    'published',
    said !== undefined,
    said === undefined
      ? 'a file that no build recorded'
      : `data as of ${said.asOf}, ${Object.keys(said.tables).length} tables`,
    'Build again.',
  );
}

/**
 * What of the published data can be trusted: data_health, what somebody should look at first.
 * @throws DiagnosticsError when nothing was published yet.
 */
export async function readDataHealth(root: string, options: { readonly warehouse?: string }): Promise<Row[]> {
  const { published } = warehouseFiles(root, options.warehouse);
  if (!existsSync(published)) throw new DiagnosticsError([nothingBuilt]);
  const warehouse = await Warehouse.open(published, { readOnly: true });
  try {
    return await warehouse.rows(`
      select is_problem, measure, crm, item, value, expected, since
      from data_health
      order by is_problem desc, measure, crm, if(measure = 'events_on_day', null, value) desc, item`);
  } finally {
    warehouse.close();
  }
}
