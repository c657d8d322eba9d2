import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { knownInputs, unknownInputs } from '../ledger/changed-inputs.ts';
import { type PeriodValues, publishedPeriods, readPeriod } from '../ledger/read-period.ts';
import { type BuildInput, grainOfLabel, inputsFileName, type Ledger, ledgerFolder } from '../project/ledger.ts';
import { shortHash } from '../project/ledger-hash.ts';
import { inputHeader, inputText, publishedText } from '../project/ledger-text.ts';
import { readRunResults } from '../state/artefacts.ts';
import { type WarehouseFiles, warehouseFiles } from '../state/files.ts';
import { appendLines, openLedger } from './ledger-files.ts';
import { nothingBuilt } from './nothing-built.ts';
import { openOrExplain } from './open-work.ts';

export interface PublishedResult {
  /** Relative to the project's root. */
  readonly file: string;
  /** How many values, and the metrics whose value may still change. */
  readonly values: number;
  readonly notFinal: readonly string[];
  /** ISO instant: how far the data were trusted. */
  readonly asOf: string;
}

/**
 * Writes down what the last build shows of a period that has ended: metrics/published/<period>.csv, and in inputs.csv from
 * what it was made.
 * @throws DiagnosticsError when nothing was built or the last build published nothing, when the period has not ended or is
 * unknown, and when it was published before.
 */
export async function publishPeriod(
  root: string,
  { period, warehouse }: { readonly period: string; readonly warehouse?: string },
): Promise<PublishedResult> {
  const files = warehouseFiles(root, warehouse);
  const ledger = openLedger(root);
  const refusal = refusalOf(period, ledger, files);
  if (refusal !== undefined) throw new DiagnosticsError([refusal]);
  const { values, inputs } = await readBuilt(files, period);
  const [first] = values;
  if (first === undefined) throw new DiagnosticsError([nothingBuilt]);
  const file = writePeriod(root, ledger, { period, values, inputs });
  const notFinal = values.filter(({ isFinal }) => !isFinal).map(({ metric }) => metric);
  return { file, values: values.length, notFinal, asOf: first.asOf };
}

function refusalOf(period: string, ledger: Ledger, files: WarehouseFiles): Diagnostic | undefined {
  const severity = 'error';
  if (grainOfLabel(period) === undefined) {
    const expected = 'a week, a month or a quarter: 2026-W46, 2026-10 or 2026-Q3';
    return { code: 'unknown-period', severity, message: `"${period}" names no period`, expected };
  }
  if (ledger.periods.some(({ label }) => label === period)) {
    return {
      code: 'published-before',
      severity,
      message: `${period} was published already`,
      file: `${ledgerFolder}/${period}.csv`,
      expected: 'what was published stays as it was',
      fix: `Values that are others now are acknowledged: handover publish --period ${period} --acknowledge --reason "…"`,
    };
  }
  if (!existsSync(files.published)) return nothingBuilt;
  const results = readRunResults(files);
  if (results?.outcome !== 'not published') return undefined;
  return {
    code: 'not-published',
    severity,
    message: `the last run published nothing: ${results.why}`,
    fix: 'Run "handover build" until it passes: what is published is what readers see.',
  };
}

async function readBuilt(
  files: WarehouseFiles,
  period: string,
): Promise<{ values: readonly PeriodValues[]; inputs: readonly BuildInput[] }> {
  const published = await openOrExplain(files.published, { readOnly: true });
  try {
    if (!(await published.hasTable('main', 'build_inputs'))) throw new DiagnosticsError([nothingBuilt]);
    const values = await readPeriod(published, period);
    const unfinished = values.find(({ isComplete }) => !isComplete);
    if (unfinished !== undefined) throw new DiagnosticsError([notEnded(period, unfinished)]);
    if (values.length === 0) throw new DiagnosticsError([noValues(period, await publishedPeriods(published))]);
    return { values, inputs: await published.rows<BuildInput>('select kind, name, hash from main.build_inputs') };
  } finally {
    published.close();
  }
}

function notEnded(period: string, { asOf }: PeriodValues): Diagnostic {
  return {
    code: 'unfinished-period',
    severity: 'error',
    message: `${period} has not ended: the data reach to ${asOf}`,
    expected: 'a period that is over',
  };
}

function noValues(period: string, known: readonly string[]): Diagnostic {
  const alike = known.filter((label) => grainOfLabel(label) === grainOfLabel(period));
  const fix = didYouMean(period, alike);
  return {
    code: 'unknown-period',
    severity: 'error',
    message: `no metric has a value in ${period}`,
    expected: `a period of the data that is over${alike.length === 0 ? '' : `, such as ${alike.slice(0, 3).join(', ')}`}`,
    ...(fix === undefined ? {} : { fix }),
  };
}

function writePeriod(
  root: string,
  ledger: Ledger,
  built: {
    readonly period: string;
    readonly values: readonly PeriodValues[];
    readonly inputs: readonly BuildInput[];
  },
): string {
  const { period, values, inputs } = built;
  const text = publishedText(values);
  const asOf = values[0]?.asOf ?? '';
  const fresh = unknownInputs(knownInputs(ledger), inputs);
  const lines: BuildInput[] = [{ kind: 'publication', name: asOf, hash: shortHash(text) }, ...fresh];
  const file = `${ledgerFolder}/${period}.csv`;
  mkdirSync(join(root, ledgerFolder), { recursive: true });
  // Never over one that is there.
  writeFileSync(join(root, file), text, { flag: 'wx' });
  appendLines(
    join(root, ledgerFolder, inputsFileName),
    inputHeader,
    inputText(lines.map((line) => ({ period, ...line }))),
  );
  return file;
}
