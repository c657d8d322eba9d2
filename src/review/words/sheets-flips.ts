import type { DataReview } from '../types.ts';
import { promise } from './markdown-words.ts';
import { firstRows, type TableSheet } from './sheet.ts';
import { clause, verdict } from './told.ts';

/** Verdicts that change, counted by promise and clause. */
export function flipsSheet({ flips }: DataReview): TableSheet {
  return {
    kind: 'table',
    intro: [],
    title: 'Verdicts that change',
    isFolded: false,
    floor: 3_500,
    noun: ['kind of change', 'kinds of change'],
    columns: [
      { name: 'Promise' },
      { name: 'Before' },
      { name: 'After' },
      { name: 'Clause before' },
      { name: 'Clause after' },
      { name: 'Verdicts', isNumber: true },
    ],
    ...firstRows(
      [...flips.counts].sort((left, right) => right.verdicts - left.verdicts),
      15,
      (count) => [
        promise(count.promise),
        verdict(count.before),
        verdict(count.after),
        clause(count.clauseBefore),
        clause(count.clauseAfter),
        count.verdicts.toLocaleString('en'),
      ],
    ),
  };
}
