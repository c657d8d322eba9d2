import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { BreachLogEntry } from './breach-log.ts';

/** The part of an agreement that a breach log depends on; promises of kind `metric` are kept or broken by no single lead. */
interface Promised {
  readonly promises: readonly { readonly id: string; readonly kind: string }[];
}

/** What can be said of the breach log only of all its files together, and of the agreements whose promises it names. */
export function checkBreachLog(entries: readonly BreachLogEntry[], agreements: readonly Promised[]): Diagnostic[] {
  const promises = agreements.flatMap((agreement) => agreement.promises);
  const clauses = [...new Set(promises.filter(({ kind }) => kind !== 'metric').map(({ id }) => id))];
  return [...checkTwins(entries), ...entries.flatMap((entry) => checkClause(entry, clauses) ?? [])];
}

/** Of two lines on one breach nobody could tell which is true. */
function checkTwins(entries: readonly BreachLogEntry[]): Diagnostic[] {
  const seen = new Map<string, BreachLogEntry>();
  return entries.flatMap((entry) => {
    const { leadId, clause, dueOn } = entry;
    const key = JSON.stringify([leadId, clause, dueOn]);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, entry);
      return [];
    }
    const due = dueOn === undefined ? '' : ` due on ${dueOn}`;
    return [
      {
        code: 'duplicate-breach',
        severity: 'error',
        message: `a second line on lead "${leadId}", ${clause}${due}; the first is ${first.place.file}:${first.place.line}`,
        ...entry.place,
        fix: dueOn === undefined ? 'Give each its due_on, or remove one of them.' : 'Remove one of them.',
      },
    ];
  });
}

function checkClause(entry: BreachLogEntry, clauses: readonly string[]): Diagnostic | undefined {
  if (clauses.includes(entry.clause)) return undefined;
  const fix = didYouMean(entry.clause, clauses);
  return {
    code: 'unknown-clause',
    severity: 'error',
    message: `unknown clause "${entry.clause}"`,
    ...entry.place,
    expected:
      clauses.length === 0
        ? 'the id of a promise to single leads; the agreements have none'
        : `the id of a promise to single leads: ${clauses.join(', ')}`,
    ...(fix === undefined ? {} : { fix }),
  };
}
