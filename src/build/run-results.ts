import type { ContractResult } from '../contracts/check.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { FileChange, LoadResult } from '../load/load.ts';
import type { ModelResult, RunResults } from '../state/artefacts.ts';

interface LoadFacts extends Pick<LoadResult, 'rows'> {
  readonly changes: readonly Pick<FileChange, 'change'>[];
}

/** What is known when a run ends, however it ends. */
export interface RunFacts {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** ISO instants. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Null when the run did not come so far. */
  readonly asOf: string | null;
  /** `why` is a sentence when nothing was published. */
  readonly outcome: { readonly published: true } | { readonly published: false; readonly why: string };
  /** In the planned order. */
  readonly models: readonly ModelResult[];
  readonly load?: LoadFacts;
  readonly metrics?: { readonly values: number; readonly milliseconds: number };
  readonly contracts?: readonly ContractResult[];
}

/** A run as target/run-results.json tells it. Pure. */
export function runResultsOf(facts: RunFacts): RunResults {
  const { command, startedAt, finishedAt, asOf, outcome, models, load, metrics, contracts } = facts;
  return {
    format: 1,
    command,
    started_at: startedAt,
    finished_at: finishedAt,
    as_of: asOf,
    outcome: outcome.published ? 'published' : 'not published',
    why: outcome.published ? null : outcome.why,
    models: models.map((model) => ({ ...model, milliseconds: rounded(model.milliseconds) })),
    load: load === undefined ? null : { rows: load.rows, files: countChanges(load) },
    metrics: metrics === undefined ? null : { ...metrics, milliseconds: rounded(metrics.milliseconds) },
    contracts: contracts === undefined ? null : countContracts(contracts),
  };
}

/** A problem without the text of its file. */
export function runError({ code, message, file, line, column }: Diagnostic): NonNullable<ModelResult['error']> {
  return { code, message, file: file ?? null, line: line ?? null, column: column ?? null };
}

/** Finer than a tenth of a millisecond nobody can measure. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

function countChanges({ changes }: LoadFacts): NonNullable<RunResults['load']>['files'] {
  const counts = { new: 0, changed: 0, unchanged: 0, gone: 0 };
  for (const { change } of changes) counts[change] += 1;
  return counts;
}

function countContracts(contracts: readonly ContractResult[]): NonNullable<RunResults['contracts']> {
  const broken = contracts.filter(({ passed }) => !passed);
  const failed = broken.filter(({ severity }) => severity === 'error').length;
  return {
    passed: contracts.length - broken.length,
    failed,
    warned: broken.length - failed,
    failures: broken.map(({ metric, model, rule, severity, observed, expected, rowsIn, place }) => ({
      ...{ metric, model, rule, severity, observed, expected },
      rows_in: rowsIn,
      file: place?.file ?? null,
      line: place?.line ?? null,
    })),
  };
}
