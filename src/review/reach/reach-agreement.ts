import { agreementTables } from '../../agreement/tables.ts';
import type { Agreement } from '../../project/agreement.ts';
import type { Project } from '../../project/project.ts';
import { part } from '../definitions/agreement-term.ts';
import type { DefinitionChange, FieldChange } from '../types.ts';
import type { Extent } from './reach-models.ts';

/** A table that is written from an agreement, with those of its columns that a field is written into; none: all of it. */
type Written = readonly [table: string, ...columns: string[]];

/** What times of calendars are expanded into. */
const openTimes: readonly Written[] = ['calendar_intervals', 'calendar_days', 'calendar_dates'].map((name) => [
  `sla.${name}`,
]);

/** What of the calendars is out of the ordinary, for readers. */
const specialDays: Written = ['main.agreement_special_days'];

/** What holidays are written into. */
export const holidayTables: readonly Written[] = [['sla.calendar_holidays'], specialDays, ...openTimes];

/** Calendars are numbered: one more, or one less, renumbers the others. */
const calendarTables: readonly Written[] = [
  ['sla.calendars'],
  ['sla.calendar_hours'],
  ['sla.calendar_special_hours'],
  ['sla.calendar_reduced'],
  ['sla.owner_calendars'],
  ['sla.team_calendars'],
  ['sla.agreements', 'default_calendar_key'],
  ...holidayTables,
];

/** What weeks, months and quarters are counted in; of the reporting zone and fiscal year, and of nothing else. */
export const periodTables = ['sla.dates', 'sla.local_dates', 'sla.periods'];

/** Everything that is written from an agreement as a whole. The rungs of the ladder never change, the breach log is another file. */
const allTables: readonly Written[] = agreementTables
  .filter((name) => ![...periodTables, 'sla.stages', 'sla.breach_log'].includes(name))
  .map((name) => [name]);

/** What readers get in words; every change of an agreement may show there. */
const documentTables: readonly Written[] = [['main.agreement_promises'], ['main.agreement_documents']];

const conditionTables: readonly Written[] = [['sla.conditions'], ['sla.attributes']];

/**
 * Where the fields of an agreement are written, by how their paths begin; `*` is any one name. The first that fits
 * decides. What is not here is written everywhere.
 */
const writtenInto: readonly (readonly [path: string, tables: readonly Written[]])[] = [
  ['title', []],
  ['playbooks', []],
  ['owners', [['sla.agreements', 'marketing_owner', 'marketing_deputy', 'sales_owner', 'sales_deputy']]],
  ['review', [['sla.agreements', 'revise_by']]],
  ['time_zone', [['sla.agreements'], ['sla.calendars'], ...openTimes]],
  ['fiscal_year_starts', [['sla.targets']]],
  ['default_calendar', [['sla.agreements', 'default_calendar_key'], specialDays]],
  ['calendars.*.reduced', [['sla.calendar_reduced'], specialDays]],
  ['calendars.*.holidays', holidayTables],
  ['calendars.*.closed', holidayTables],
  ['calendars.*.hours', [['sla.calendar_hours'], specialDays, ...openTimes]],
  ['calendars.*.special_hours', [['sla.calendar_special_hours'], specialDays, ...openTimes]],
  ['calendars.*.time_zone', [['sla.calendars'], ...openTimes]],
  ['calendars', calendarTables],
  ['people', calendarTables],
  ['teams', [['sla.team_calendars'], specialDays]],
  ['stages.*.required_fields', [['sla.required_fields'], ['sla.attributes']]],
  ['stages.*.criteria', [['sla.criteria']]],
  ['stages', [['sla.stage_terms'], ['sla.criteria'], ['sla.required_fields'], ['sla.attributes']]],
  ['promises.*.target', [['sla.targets']]],
  ['promises.*.metric', [['sla.targets']]],
  ['promises.*.per', [['sla.targets']]],
  ['promises.*.side', [['sla.targets']]],
  ['promises.*.tier_order', [['sla.promises']]],
  ['promises.*.tiers', [['sla.promises'], ...conditionTables]],
  ['promises', [['sla.targets'], ['sla.promises'], ...conditionTables]],
  ['icp', conditionTables],
  ['score.fit', [['sla.score_fit'], ...conditionTables]],
  ['score.intent', [['sla.score_intent']]],
  ['score.bands', [['sla.score_bands']]],
  ['release_reasons', [['sla.release_reasons']]],
  ['policies.acceptance', [['sla.policies', 'acceptance']]],
  ['policies.response_clock_starts', [['sla.policies', 'response_clock_starts']]],
  ['policies.reassignment', [['sla.policies', 'reassignment']]],
  ['policies.self_booked', [['sla.policies', 'self_booked']]],
  ['policies.attempts_within_minutes', [['sla.policies', 'attempts_within_us']]],
  ['policies.logged_late', [['sla.policies', 'logged_late_after_us', 'logged_late_counts']]],
  ['policies.excluded', conditionTables],
  ['policies.response_channels', [['sla.policy_channels']]],
  ['policies.follow_up_channels', [['sla.policy_channels']]],
  ['policies', [['sla.policies'], ['sla.policy_channels'], ...conditionTables]],
];

/** The tables that the changed fields of an agreement are written into; wording alone is written nowhere else. Pure. */
export function agreementExtents(change: DefinitionChange): (readonly [string, Extent])[] {
  const fields = writtenFields(change);
  if (fields.length === 0) return [];
  const tables = isWhole(change) ? allTables : fields.flatMap(tablesOf);
  return [...tables, ...(isWhole(change) ? [specialDays] : []), ...documentTables].map(([table, ...columns]) => [
    table,
    columns.length === 0 ? null : new Set(columns),
  ]);
}

/** An approval is given to what is written, and written nowhere. */
function writtenFields({ fields }: DefinitionChange): readonly FieldChange[] {
  return fields.filter((field) => field.class !== 'cosmetic' && partsOf(field.path)[0] !== 'approvals');
}

/** The rows of one that is new, gone or called otherwise come or go with it. */
function isWhole({ change }: DefinitionChange): boolean {
  return change !== 'changed';
}

function tablesOf({ path, before, after }: FieldChange): readonly Written[] {
  const parts = partsOf(path);
  if (parts[0] === 'promises' && efforts.has(parts.at(-1) ?? '')) {
    // Where there was none, or is none any longer, rows come and go.
    const isSame = before !== null && after !== null && !parts.some((name) => name === 'reduced' || name === 'surge');
    return [isSame ? ['sla.promises', ...effortColumns] : ['sla.promises']];
  }
  const entry = writtenInto.find(([pattern]) =>
    pattern.split('.').every((part, index) => (part === '*' ? parts[index] !== undefined : part === parts[index])),
  );
  return entry?.[1] ?? allTables;
}

/** `calendars."a.b".hours` → its three names; without the number that tells fields of one path apart. */
function partsOf(path: string): readonly string[] {
  return path.replace(/#\d+$/, '').match(/"(?:[^"\\]|\\.)*"|[^."]+/g) ?? [];
}

/** What a promise asks of a lead's clocks, and the columns that hold it. */
const efforts = new Set([
  ...['within_minutes', 'attempts', 'channels', 'business_days'],
  ...['accept_within_hours', 'report_within_days'],
]);
const effortColumns = ['business_minutes', 'attempts', 'channels', 'business_days'];

/**
 * The metrics whose targets a change of an agreement may move: those of the promises that it names, or all that are
 * promised when it is about more than promises. Pure.
 */
export function promisedMetrics(change: DefinitionChange, sides: readonly Project[]): ReadonlySet<string> {
  const paths = writtenFields(change).map(({ path }) => partsOf(path));
  // Which agreement a period is judged by depends on all of them.
  const isOfAll = paths.length > 0 && (isWhole(change) || paths.some(([first]) => wholeTerms.has(first ?? '')));
  const clauses = new Set(paths.flatMap(([first, clause]) => (first === 'promises' ? [clause] : [])));
  return new Set(
    sides.flatMap(({ agreements }) =>
      agreements
        .filter(({ id }) => isOfAll || id === change.name)
        .flatMap(({ promises }) => promises)
        .filter(({ id }) => isOfAll || clauses.has(part(id)))
        .map(({ metric }) => metric),
    ),
  );
}

/** From when the agreement holds, and what its quarters are. */
const wholeTerms = new Set(['', 'id', 'effective_from', 'time_zone', 'fiscal_year_starts']);

/** Whether weeks, months and quarters begin elsewhere: that is told by the earliest agreement, or by handover.yml. */
export function countsPeriodsOtherwise(base: Project, head: Project): boolean {
  const [before, after] = [base, head].map(
    ({ agreements, config }): Pick<Agreement, 'timeZone' | 'fiscalYearStartMonth'> => agreements[0] ?? config,
  );
  return before?.timeZone !== after?.timeZone || before?.fiscalYearStartMonth !== after?.fiscalYearStartMonth;
}
