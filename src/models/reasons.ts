import type { PartsChange } from './fingerprint.ts';
import type { PlannedModel } from './plan.ts';
import type { ModelRun } from './run.ts';

/** Says nothing that a person would not know. */
const notYetRun = 'it has not run yet';

/** Why a model that is not up to date does not run. */
export const notSelected = 'it is not up to date and was not selected';

/**
 * Why a model runs, in words: its own files first, then what changed in what it reads, told by where that began. Pure.
 */
export function reasonsOf(
  { file }: PlannedModel,
  change: PartsChange,
  known: { readonly causes: ReadonlyMap<string, readonly string[]>; readonly explain: (table: string) => string },
): string[] {
  if (change.isNew) return [notYetRun];
  const reasons: string[] = [];
  if (change.definition) reasons.push(`${file.sql.path} changed`);
  if (change.kept) reasons.push(`${file.at(['materialized']).file} changed`);
  // Tables outside models have a schema before their name.
  const isModel = (name: string): boolean => !name.includes('.');
  // What is read only now, or no more, follows from SQL that changed.
  const told = change.moved.length > 0 ? change.moved : change.inputs;
  for (const name of told.filter((input) => !isModel(input))) reasons.push(known.explain(name));
  for (const name of told.filter(isModel)) reasons.push(...(known.causes.get(name) ?? [`${name} changed`]));
  // A dump that came moves as_of too: it tells more.
  const isClock = (reason: string): boolean => reason.startsWith('as_of');
  const all = [...new Set(reasons)];
  return [...all.filter((reason) => !isClock(reason)), ...all.filter(isClock)];
}

/** What came of a model, for people who watch it run. */
export function said(run: ModelRun): string {
  if (run.status === 'failed') return 'failed';
  const rows = run.rows === null ? 'view' : counted(run.rows, 'row');
  const cut = run.partitions === null ? '' : `, ${counted(run.partitions, 'partition')} anew`;
  const [first, ...more] = run.because.filter((reason) => reason !== notYetRun);
  if (first === undefined) return `${rows}${cut}`;
  return `${rows}${cut}  because ${first}${more.length === 0 ? '' : ` and ${more.length} more`}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
