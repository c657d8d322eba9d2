import type { Review } from '../types.ts';
import { hasContent, type Sheet } from './sheet.ts';
import { changesSheet, mattersSheet } from './sheets-definitions.ts';
import { flipsSheet } from './sheets-flips.ts';
import { comparedSheet, notesSheet, policySheet, problemsSheet } from './sheets-project.ts';
import { chartSheet, reachSheet } from './sheets-reach.ts';
import { rowsSheet, schemaSheet } from './sheets-rows.ts';
import { partsSheet, periodsSheet, restatedSheet, totalsSheet } from './sheets-values.ts';

/**
 * Who reads it. `posted`: anybody, for ever: nothing that only the head knows of the data, and no message of a build.
 * `local`: the reviewer, on the machine that holds the data.
 */
export type Audience = 'posted' | 'local';

/** The parts of a review that have something to say, in the order of their importance. Pure. */
export function sheetsOf(review: Review, audience: Audience): Sheet[] {
  const { data } = review;
  const sheets = [
    policySheet(review),
    ...(audience === 'posted' ? problemsSheet(review) : []),
    mattersSheet(review),
    ...(data.kind === 'compared' ? [totalsSheet(data), restatedSheet(data), flipsSheet(data)] : []),
    changesSheet(review),
    ...(data.kind === 'compared'
      ? [periodsSheet(data), partsSheet(data, audience), rowsSheet(data, audience), schemaSheet(data, audience)]
      : []),
    reachSheet(review),
    chartSheet(review),
    notesSheet(review),
    comparedSheet(review),
  ];
  return sheets.filter(hasContent);
}
