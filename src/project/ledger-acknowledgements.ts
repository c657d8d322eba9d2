import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Acknowledgement } from './ledger.ts';
import { readPeriod } from './ledger-period.ts';
import { ledgerRows } from './ledger-rows.ts';
import { holdsPersonalData } from './personal-data.ts';
import type { SourceText } from './yaml-file.ts';

export const acknowledgementColumns = [
  ...(['period', 'metric', 'version', 'from_value', 'to_value', 'to_status'] as const),
  ...(['reason', 'acknowledged_by', 'acknowledged_on'] as const),
] as const;

/** Reads metrics/published/restatements.csv, whose reasons people may put in better words. */
export function readAcknowledgements(file: SourceText, problems: Diagnostic[]): Acknowledgement[] {
  return ledgerRows(file, acknowledgementColumns, problems).map((row) => {
    const reason = row.text('reason', 'why the value changed, in a few words');
    const by = row.optional('acknowledged_by');
    if (holdsPersonalData(reason)) {
      const message = 'reason holds an e-mail address or a telephone number';
      row.report('reason', message, 'a text without personal data', 'Write it in other words: it is published.');
    }
    if (holdsPersonalData(by ?? '')) {
      const message = 'acknowledged_by holds an e-mail address or a telephone number';
      row.report('acknowledged_by', message, 'a role', 'Name the role: it is published.');
    }
    return {
      period: readPeriod(row),
      metric: row.text('metric', 'the name of a metric'),
      version: row.version('version'),
      fromValue: row.number('from_value'),
      toValue: row.number('to_value'),
      toStatus: row.optional('to_status'),
      reason,
      by,
      on: row.date('acknowledged_on'),
      place: row.place,
    };
  });
}
