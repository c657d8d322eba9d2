import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { openRestatements } from '../ledger/open-restatements.ts';
import { type Acknowledgement, ledgerFolder, restatementsFileName } from '../project/ledger.ts';
import { acknowledgementHeader, acknowledgementText } from '../project/ledger-text.ts';
import { isLocalDate } from '../project/opening-hours.ts';
import { holdsPersonalData } from '../project/personal-data.ts';
import { warehouseFiles } from '../state/files.ts';
import { appendLines, openLedger } from './ledger-files.ts';
import { nothingBuilt } from './nothing-built.ts';
import { openOrExplain } from './open-work.ts';

export interface AcknowledgeRequest {
  readonly period: string;
  /** Only this metric; absent: all of the period. */
  readonly metric?: string;
  readonly reason: string;
  /** A role, never a name. */
  readonly by?: string;
  /** YYYY-MM-DD */
  readonly on: string;
  readonly warehouse?: string;
}

export type Acknowledged = Omit<Acknowledgement, 'place'> & { readonly unit: string | null };

/**
 * Writes down why published values of a period are others now, as the last build found them: lines of
 * metrics/published/restatements.csv. What was published stays as it was.
 * @throws DiagnosticsError when nothing was built, or nothing of the period waits for a reason.
 */
export async function acknowledge(root: string, request: AcknowledgeRequest): Promise<Acknowledged[]> {
  const problem = problemOf(request);
  if (problem !== undefined) throw new DiagnosticsError([problem]);
  const { work: file } = warehouseFiles(root, request.warehouse);
  const ledger = openLedger(root);
  const { period, metric, reason, by, on } = request;
  if (!ledger.periods.some(({ label }) => label === period)) {
    const labels = ledger.periods.map(({ label }) => label);
    throw new DiagnosticsError([unknown(`${period} was not published`, period, labels)]);
  }
  if (!existsSync(file)) throw new DiagnosticsError([nothingBuilt]);
  const work = await openOrExplain(file, { readOnly: true });
  try {
    const all = (await openRestatements(work, ledger)).filter((restatement) => restatement.period === period);
    const own = all.filter((restatement) => metric === undefined || restatement.metric === metric);
    if (own.length === 0)
      throw new DiagnosticsError([
        nothing(
          request,
          all.map((restatement) => restatement.metric),
        ),
      ]);
    const entries = own.map((restatement) => ({ ...restatement, reason: reason.trim(), by: by?.trim() || null, on }));
    appendLines(join(root, ledgerFolder, restatementsFileName), acknowledgementHeader, acknowledgementText(entries));
    return entries;
  } finally {
    work.close();
  }
}

function problemOf({ reason, by, on }: AcknowledgeRequest): Diagnostic | undefined {
  const report = (message: string, expected: string): Diagnostic => {
    return { code: 'invalid-option', severity: 'error', message, expected };
  };
  if (reason.trim() === '') return report('--reason says nothing', 'why the values are others now, in a few words');
  if (holdsPersonalData(reason) || holdsPersonalData(by ?? '')) {
    const message = '--reason or --by holds an e-mail address or a telephone number';
    return report(message, 'a reason and a role: both are published');
  }
  return isLocalDate(on) ? undefined : report(`--on "${on}" is not a date`, 'a date such as 2026-12-24');
}

function nothing({ period, metric }: AcknowledgeRequest, waiting: readonly string[]): Diagnostic {
  if (metric !== undefined && waiting.length > 0) {
    return unknown(`"${metric}" of ${period} waits for no reason`, metric, waiting);
  }
  return {
    code: 'nothing-to-acknowledge',
    severity: 'error',
    message: `nothing of ${period} waits for a reason`,
    expected: 'a value that the last build found to be another than published, beyond tolerance',
    fix: 'Run "handover build" first: it says what changed.',
  };
}

function unknown(message: string, wanted: string, known: readonly string[]): Diagnostic {
  const fix = didYouMean(wanted, known);
  const expected =
    known.length === 0 ? 'a period published with "handover publish --period"' : `one of ${known.join(', ')}`;
  return { code: 'invalid-option', severity: 'error', message, expected, ...(fix === undefined ? {} : { fix }) };
}
