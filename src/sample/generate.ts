import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Progress } from '../diagnostics/progress.ts';
import { quoteLiteral, Warehouse } from '../warehouse/warehouse.ts';
import { arrivalTables } from './arrivals.ts';
import { badRows } from './bad-rows.ts';
import { calendarTables } from './calendar.ts';
import { campaignTables } from './campaigns.ts';
import { cycleTables } from './cycles.ts';
import { drawMacros } from './draw.ts';
import { type SampleFormat, writeFiles } from './files.ts';
import { activityEvents, leadEvents } from './lead-events.ts';
import { meetingEvents } from './meeting-events.ts';
import { dealPlan } from './plan-deals.ts';
import { meetingPlan } from './plan-meetings.ts';
import { responsePlan } from './plan-responses.ts';
import { recordedEvents } from './recording.ts';
import { assignmentEvents, contactEvents, stageEvents } from './sales-events.ts';

export interface SampleOptions {
  readonly leads: number;
  readonly seed: number;
  /** Folder for the files; made when missing, files of the same name are replaced. */
  readonly out: string;
  readonly format: SampleFormat;
  /** When the dump is taken, Copenhagen time, `YYYY-MM-DDTHH:MM`; the leads are those of the 39 weeks before that day. */
  readonly end?: string;
  readonly threads?: number;
  readonly progress: Progress;
}

/** `events` counts the distinct versions written, without repeated deliveries and without the ten bad rows. */
export interface Sample {
  readonly files: string[];
  readonly events: number;
  readonly leads: number;
}

const steps: readonly (readonly [title: string, sql: string])[] = [
  ['Calendars', calendarTables],
  ['Leads', campaignTables + arrivalTables],
  ['Cycles', responsePlan + meetingPlan + dealPlan + cycleTables],
  ['Events of leads', leadEvents],
  ['Activities', activityEvents],
  ['Stages', stageEvents],
  ['Assignments', assignmentEvents],
  ['Contacts', contactEvents],
  ['Meetings', meetingEvents],
  ['Recording', recordedEvents + badRows],
];

/**
 * Writes a made-up CRM's monthly exports as canonical events. The same options give the same bytes, whatever the number
 * of threads. Rows are made in DuckDB, in a scratch file outside the output folder that is removed afterwards.
 */
export async function generateSample(options: SampleOptions): Promise<Sample> {
  checkOptions(options);
  mkdirSync(options.out, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'handover-sample-'));
  try {
    const warehouse = await Warehouse.open(
      join(scratch, 'sample.duckdb'),
      options.threads === undefined ? {} : { threads: options.threads },
    );
    try {
      return await generate(warehouse, options);
    } finally {
      warehouse.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function generate(warehouse: Warehouse, options: SampleOptions): Promise<Sample> {
  await warehouse.run(settings(options) + drawMacros);
  await options.progress.task(`Inventing ${options.leads} leads`, async (report) => {
    for (const [title, sql] of steps) {
      report(title);
      await warehouse.run(sql);
      await warehouse.allowMemory();
    }
  });
  const files = await options.progress.task(
    'Writing files',
    (report) => writeFiles(warehouse, { folder: options.out, format: options.format, report }),
    (written) => `${written.length} files`,
  );
  const [count] = await warehouse.rows<{ events: number }>('select count(*) as events from events');
  return { files, events: count?.events ?? 0, leads: options.leads };
}

/** What the steps read with `getvariable`; instants in epoch seconds. */
function settings(options: SampleOptions): string {
  const end = `${quoteLiteral(options.end ?? defaultEnd)}::timestamp`;
  return `
-- DuckDB otherwise takes the made-up rows for few and joins each of them with everything before it.
set asof_loop_join_threshold = 0;
set variable seed = ${options.seed}::bigint;
set variable leads = ${options.leads}::bigint;
set variable id_width = ${Math.max(6, String(options.leads).length)};
set variable last_date = ${end}::date;
set variable first_date = getvariable('last_date') - 273;
set variable start_s = epoch_us(timezone('Europe/Copenhagen', getvariable('first_date')::timestamp)) // 1000000;
set variable end_s = epoch_us(timezone('Europe/Copenhagen', ${end})) // 1000000;
`;
}

const defaultEnd = '2026-11-23T06:00';

function checkOptions(options: SampleOptions): void {
  const isWhole = (value: number, low: number, high: number) =>
    Number.isInteger(value) && value >= low && value <= high;
  const problems = [
    isWhole(options.leads, 1, 20_000_000) ? undefined : `--leads must be a whole number from 1 to 20,000,000`,
    isWhole(options.seed, 0, 2 ** 31) ? undefined : `--seed must be a whole number from 0 to ${2 ** 31}`,
    options.end === undefined || /^20(2[5-9]|30)-\d\d-\d\dT\d\d:\d\d$/.test(options.end)
      ? undefined
      : `--end must look like ${defaultEnd} and lie in the years 2025 to 2030`,
  ];
  const diagnostics = problems
    .filter((message) => message !== undefined)
    .map((message) => ({ code: 'bad-option', severity: 'error' as const, message }));
  if (diagnostics.length > 0) throw new DiagnosticsError(diagnostics);
}
