import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Progress } from '../diagnostics/progress.ts';
import type { Side } from '../project/agreement.ts';
import type { DraftOutcome } from '../project/draft-outcome.ts';
import { lastCompleteQuarter, type QuarterDays } from '../project/period-start.ts';
import type { Project } from '../project/project.ts';
import { type HashedFile, readBuilt } from '../state/built.ts';
import { type WarehouseFiles, warehouseFiles } from '../state/files.ts';
import { hashOf } from '../state/hash.ts';
import { readJson, writeJson } from '../state/json-file.ts';
import { simulate } from './simulate.ts';

export interface DraftOutcomesOptions {
  /** How far the data of the last build reach, an ISO instant. */
  readonly asOf: string;
  /** The run's own start, an ISO instant. */
  readonly now: string;
  readonly warehouse?: string;
  readonly signal?: AbortSignal;
  readonly progress: Progress;
}

export interface JudgedDraft {
  readonly outcomes: readonly DraftOutcome[];
  /** Why there are none, or what is doubtful about them. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * What the draft that handover.yml names for the site would have made of the last quarter that is over in the data;
 * undefined when it names none. A draft that cannot be judged is a warning: the site is worth building without it. Judged
 * again only when the build, the draft or the quarter is another.
 * @throws DiagnosticsError `interrupted` when `signal` stopped it.
 */
export async function judgeSiteDraft(
  project: Project,
  options: DraftOutcomesOptions,
): Promise<JudgedDraft | undefined> {
  const { draft } = project.config.site;
  if (draft === undefined) return undefined;
  const file = resolve(project.root, draft);
  const files = warehouseFiles(project.root, options.warehouse);
  const quarter = lastCompleteQuarter(options.asOf, project.agreements[0] ?? project.config);
  const key = keyOf(file, files, { quarter, asOf: options.asOf });
  const known = key === undefined ? undefined : readKnown(files, key);
  if (known !== undefined) return known;
  try {
    const judged = await judge(project, file, quarter, options);
    if (key !== undefined) writeJson(files.draft, { format: 1, key, ...judged });
    return judged;
  } catch (error) {
    if (!(error instanceof DiagnosticsError) || error.kind === 'interrupted') throw error;
    const warnings = error.diagnostics.map((problem): Diagnostic => ({ ...problem, severity: 'warning' }));
    return { outcomes: [], warnings: [notJudged(project, draft), ...warnings] };
  }
}

async function judge(
  project: Project,
  agreement: string,
  quarter: QuarterDays,
  { now, warehouse, signal, progress }: DraftOutcomesOptions,
): Promise<JudgedDraft> {
  const simulation = await simulate(project, {
    ...{ agreement, ...quarter, now, progress },
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(signal === undefined ? {} : { signal }),
  });
  const lastDate = dayBefore(quarter.to);
  const outcomes = simulation.promises.map(
    (row): DraftOutcome => ({
      ...{ draft: simulation.draft, firstDate: quarter.from, lastDate },
      ...{ clause: row.promise, side: sideOf(row.promise) },
      ...{ judgedBefore: row.judged_before, keptBefore: row.kept_before },
      ...{ judgedAfter: row.judged_after, keptAfter: row.kept_after },
      changed: row.changed,
    }),
  );
  if (outcomes.length > 0) return { outcomes, warnings: simulation.warnings };
  return { outcomes, warnings: [nothingInQuarter(project, quarter.from, lastDate), ...simulation.warnings] };
}

/** Marketing answers for who is handed over; everything else that is judged lead by lead is promised by sales. */
function sideOf(promise: string): Side {
  return promise === 'icp_match' || promise === 'mql_criteria' ? 'marketing' : 'sales';
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

function notJudged({ config }: Project, draft: string): Diagnostic {
  return {
    code: 'draft-not-judged',
    severity: 'warning',
    message: `the draft ${draft} cannot be judged; the site is built without it`,
    ...config.at(['site', 'draft']),
    fix: 'What is wrong with it follows; "handover simulate --agreement FILE" says the same.',
  };
}

function nothingInQuarter({ config }: Project, from: string, last: string): Diagnostic {
  return {
    code: 'draft-not-judged',
    severity: 'warning',
    message: `no lead from ${from} to ${last}, the last quarter that is over, can be judged by the draft`,
    ...config.at(['site', 'draft']),
  };
}

/** From what the outcomes follow; undefined when that cannot be told, and then nothing is remembered. */
function keyOf(draft: string, files: WarehouseFiles, run: { readonly quarter: QuarterDays; readonly asOf: string }) {
  const built = readBuilt(files);
  if (built === undefined || built.call === '' || !existsSync(draft)) return undefined;
  const read = [...built.inputs, ...built.dumps];
  if (read.some(({ bytes, sha256 }) => bytes >= 0 && sha256 === '')) return undefined;
  const contents = read.map(({ path, sha256 }: HashedFile) => [path, sha256]);
  return hashOf({ ...run, call: built.call, contents, draft: readFileSync(draft, 'utf8'), path: draft });
}

function readKnown({ draft }: WarehouseFiles, key: string): JudgedDraft | undefined {
  // Written by `judgeSiteDraft` alone.
  const known = readJson(draft) as (JudgedDraft & { readonly key?: string; readonly format?: number }) | undefined;
  if (known?.format !== 1 || known.key !== key) return undefined;
  return { outcomes: known.outcomes, warnings: known.warnings };
}
