import { checkAgreements } from '../agreement/check.ts';
import { writeAgreementTables } from '../agreement/tables.ts';
import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { type LoadedColumns, layOutRaw } from '../load/lay-out.ts';
import type { Project } from '../project/project.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { loadSeeds } from './seeds.ts';

/** Before 1970 calendars do not reach, and they end two years later: so they have next to no rows. */
const beforeCalendars = '1968-01-02T00:00:00Z';

/**
 * Makes the tables outside models that tests need, `wanted` (`raw.events`, `sla.dates`), with the columns that a build
 * gives them and without anything having been built: those of raw, run and main without a row, seeds with theirs, and
 * those of sla with the agreement's when `hasAgreement`, else as without any. With `loaded` no dump is looked into.
 * @throws DiagnosticsError with everything that keeps columns from being told.
 */
export async function layOutTables(
  warehouse: Warehouse,
  project: Project,
  {
    wanted,
    hasAgreement,
    loaded,
  }: { readonly wanted: ReadonlySet<string>; readonly hasAgreement: boolean; readonly loaded?: LoadedColumns },
): Promise<void> {
  const problems: Diagnostic[] = [];
  await layOutRaw(warehouse, project, wanted, problems, loaded);
  await layOutRun(warehouse);
  failOnErrors(problems);
  const needsAgreement = [...wanted].some((table) => table.startsWith('sla.') || table.startsWith('main.agreement_'));
  const isRead = (name: string): boolean => wanted.has(`seeds.${name.toLowerCase()}`);
  await loadSeeds(
    warehouse,
    project.seeds.filter(({ name }) => isRead(name) || (needsAgreement && name === 'holidays')),
  );
  if (needsAgreement) await layOutAgreement(warehouse, project, hasAgreement);
}

async function layOutRun(warehouse: Warehouse): Promise<void> {
  await warehouse.run(`
    create schema run;
    create table run.clock (as_of timestamptz);
    create table run.sources (crm text, time_zone text);
    create table run.attributes (crm text, property text, attribute text);
    create table main.build_info (project text, as_of timestamptz, time_zone text, now timestamptz)`);
}

/** Calendars reach from 400 days before the first agreement to two years after the last one begins. */
async function layOutAgreement(warehouse: Warehouse, project: Project, hasAgreement: boolean): Promise<void> {
  const last = project.agreements.at(-1);
  if (!hasAgreement || last === undefined) {
    await writeAgreementTables(warehouse, { ...project, agreements: [] }, { asOf: beforeCalendars });
    return;
  }
  failOnErrors(
    checkAgreements(
      project.agreements,
      project.metrics.map(({ name }) => name),
    ),
  );
  await writeAgreementTables(warehouse, project, { asOf: `${last.effectiveFrom}T00:00:00Z` });
}
