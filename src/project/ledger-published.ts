import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { grainOfLabel, ledgerFolder, type PublishedLine, type PublishedPeriod } from './ledger.ts';
import { ledgerRows } from './ledger-rows.ts';
import { type SourceText, startOf } from './yaml-file.ts';

export const publishedColumns = [
  ...(['metric', 'version', 'value', 'numerator', 'denominator', 'target', 'status', 'is_final', 'as_of'] as const),
] as const;

const statuses = ['kept', 'missed', 'open', 'no_data'] as const;

/** Reads what was published of one period; the file is called after it. */
export function readPublishedPeriod(file: SourceText, problems: Diagnostic[]): PublishedPeriod | undefined {
  const label =
    file.path
      .split('/')
      .at(-1)
      ?.replace(/\.csv$/, '') ?? '';
  const grain = grainOfLabel(label);
  if (grain === undefined) {
    problems.push({
      code: 'unknown-period',
      severity: 'error',
      message: `"${label}" names no period`,
      ...startOf(file),
      expected: `files of ${ledgerFolder}/ called after a week, a month or a quarter: 2026-W46.csv, 2026-10.csv, 2026-Q3.csv`,
      fix: 'Rename it as it was, or move it elsewhere.',
    });
    return undefined;
  }
  const seen = new Set<string>();
  const lines = ledgerRows(file, publishedColumns, problems).map((row): PublishedLine => {
    const metric = row.text('metric', 'the name of a metric');
    if (metric !== '' && seen.has(metric)) row.report('metric', `a second line on "${metric}"`, 'one line a metric');
    seen.add(metric);
    return {
      metric,
      version: row.version('version'),
      value: row.number('value'),
      numerator: row.number('numerator'),
      denominator: row.number('denominator'),
      target: row.number('target'),
      status: row.word('status', statuses),
      isFinal: row.boolean('is_final'),
      asOf: row.instant('as_of'),
      place: row.place,
    };
  });
  return { label, grain, lines };
}
