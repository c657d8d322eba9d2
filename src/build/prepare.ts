import { readFileSync } from 'node:fs';
import { writeAgreementTables } from '../agreement/tables.ts';
import type { PromisedMetric } from '../agreement/wording.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Progress } from '../diagnostics/progress.ts';
import { rawContent } from '../load/changed-leads.ts';
import type { LoadState } from '../load/ledger.ts';
import { type LoadResult, loadSources } from '../load/load.ts';
import type { Project } from '../project/project.ts';
import { toolVersion } from '../project/version.ts';
import { hashOf } from '../state/hash.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { chooseAsOf } from './as-of.ts';
import type { BuildOptions } from './build.ts';
import { attributeRows } from './crms.ts';
import { loadOptions } from './load.ts';
import { forgetOtherLayouts, identify } from './memory.ts';
import { hasExpiredTooMany } from './retention.ts';
import { loadSeeds } from './seeds.ts';

/** What a build starts from. */
export interface Prepared {
  readonly asOf: string;
  readonly load: LoadResult;
  readonly warnings: readonly Diagnostic[];
}

/** What may read files: sources, seeds and the agreement; after it the database is locked. */
export async function prepare(
  work: Warehouse,
  project: Project,
  options: BuildOptions & { progress: Progress },
): Promise<Prepared> {
  const { now } = options;
  await forgetOtherLayouts(work);
  await identify(work);
  let load = await loadSources(work, project, loadOptions(project, options));
  const asOf = chooseAsOf(options.asOf, load.newestRecordedAt);
  if (await hasExpiredTooMany(work, project, asOf)) {
    load = await loadSources(work, project, { ...loadOptions(project, options), isWhole: true });
  }
  const warnings = await writeTablesOfFiles(work, project, { ...options, asOf, now, state: load.state });
  return { asOf, load, warnings: [...load.warnings, ...warnings] };
}

/** What a project's files are written as tables of, beside the data that are loaded. */
interface FilesRun extends Pick<BuildOptions, 'now' | 'tool'> {
  readonly asOf: string;
  /** What is loaded. */
  readonly state: LoadState;
}

/**
 * Writes what the project's files say of the run, its seeds and the agreement; reads no source. Returns warnings of the
 * agreement.
 * @throws DiagnosticsError when a seed or a calendar is wrong.
 */
export async function writeTablesOfFiles(
  work: Warehouse,
  project: Project,
  run: FilesRun,
): Promise<readonly Diagnostic[]> {
  await inOneTransaction(work, () => writeRun(work, project, run));
  return writeReference(work, project, run);
}

/**
 * Seeds and the agreement's tables: written anew only when something that they are made from changed. Returns warnings
 * of the agreement.
 */
async function writeReference(
  work: Warehouse,
  project: Project,
  { asOf, state, tool }: FilesRun,
): Promise<readonly Diagnostic[]> {
  const { agreements, breachLog, seeds, config } = project;
  // No more of them than is written, so that another filter writes nothing anew.
  const metrics = project.metrics.map(
    ({ name, label, unit, direction }): PromisedMetric => ({ name, label, unit, direction }),
  );
  const from = hashOf([
    tool ?? toolVersion,
    [agreements, breachLog, metrics, config.timeZone, config.fiscalYearStartMonth, asOf],
    seeds.map(({ name, path }) => [name, hashOf(readFileSync(path, 'latin1'))]),
    // Calendars reach back to the first event.
    rawContent(state, 'events'),
  ]);
  if (await work.hasTable('state', 'reference')) {
    const [known] = await work.rows<{ made_from: string; warnings: string }>('from state.reference');
    // Written below.
    if (known?.made_from === from) return JSON.parse(known.warnings) as Diagnostic[];
    await work.run('drop table state.reference');
  }
  await loadSeeds(work, seeds);
  return inOneTransaction(work, async () => {
    const warnings = await writeAgreementTables(work, { ...project, metrics }, { asOf });
    await work.run('create schema if not exists state');
    await work.insert('state.reference', { made_from: 'varchar', warnings: 'varchar' }, [
      { made_from: from, warnings: JSON.stringify(warnings) },
    ]);
    return warnings;
  });
}

/** Each commit waits for the disk, and these tables are many and small. */
async function inOneTransaction<T>(work: Warehouse, write: () => Promise<T>): Promise<T> {
  await work.run('begin transaction');
  try {
    const written = await write();
    await work.run('commit');
    return written;
  } catch (error) {
    await work.run('rollback');
    throw error;
  }
}

/** The run as tables: models and pages read the time from here and from nowhere else. */
async function writeRun(work: Warehouse, project: Project, run: { asOf: string; now: string }): Promise<void> {
  const timeZone = project.agreements.at(-1)?.timeZone ?? project.config.timeZone;
  await work.run('create schema if not exists run');
  await work.insert('run.clock', { as_of: 'timestamptz' }, [{ as_of: run.asOf }]);
  // Times inside an event's properties may carry no offset either.
  const sources = project.config.sources.filter(({ kind }) => kind !== 'table');
  await work.insert(
    'run.sources',
    { crm: 'text', time_zone: 'text' },
    sources.map(({ name, timeZone: zone }) => ({ crm: name, time_zone: zone })),
  );
  await work.insert('run.attributes', { crm: 'text', property: 'text', attribute: 'text' }, attributeRows(project));
  await work.insert(
    'main.build_info',
    { project: 'text', as_of: 'timestamptz', time_zone: 'text', now: 'timestamptz' },
    [{ project: project.config.name, as_of: run.asOf, time_zone: timeZone, now: run.now }],
  );
}
