import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type InputLine, inputKinds } from './ledger.ts';
import { readPeriod } from './ledger-period.ts';
import { ledgerRows } from './ledger-rows.ts';
import type { SourceText } from './yaml-file.ts';

export const inputColumns = ['period', 'kind', 'name', 'hash'] as const;

/** Reads metrics/published/inputs.csv. */
export function readInputLines(file: SourceText, problems: Diagnostic[]): InputLine[] {
  return ledgerRows(file, inputColumns, problems).map((row) => {
    const kind = row.word('kind', inputKinds);
    if (row.optional('kind') === null) row.report('kind', 'no kind', inputKinds.join(', '));
    const hash = row.optional('hash') ?? '';
    if (!/^([0-9a-f]{12})?$/.test(hash)) row.report('hash', `hash: "${hash}"`, '12 digits of a hash; none: it is gone');
    return {
      period: readPeriod(row),
      kind: kind ?? 'file',
      name: row.text('name', 'what it is called'),
      hash,
      place: row.place,
    };
  });
}
