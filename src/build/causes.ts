import type { LoadResult } from '../load/load.ts';
import type { Project } from '../project/project.ts';
import { hashOf } from '../state/hash.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** What the last run of the models saw, to tell what changed since. */
interface Seen {
  readonly asOf: string;
  /** Agreement's file → hash of what it says. */
  readonly agreements: Readonly<Record<string, string>>;
  /** Raw table → dump → hash. */
  readonly dumps: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Tells of a table outside models what changed in it, for people: the files that it comes from, or as_of. */
export async function explainTables(
  work: Warehouse,
  project: Project,
  run: { readonly asOf: string; readonly load: LoadResult },
): Promise<(table: string) => string> {
  const before = await readSeen(work);
  const agreements = changedAgreements(before, project);
  const dumps = dumpsOf(run.load);
  const moved =
    before === undefined || before.asOf === run.asOf ? undefined : `as_of moved from ${before.asOf} to ${run.asOf}`;
  return (table) => {
    const [schema, name = ''] = table.split('.');
    if (schema === 'seeds') return `${seedPath(project, name)} changed`;
    if (schema === 'raw') return loadCause(before, dumps, name) ?? `${table} changed`;
    if (table === 'run.clock') return moved ?? 'as_of changed';
    if (schema === 'sla') return agreements ?? moved ?? `${table} changed`;
    if (table === 'main.load_files' || table === 'main.load_rejects')
      return loadCause(before, dumps) ?? `${table} changed`;
    return `${table} changed`;
  };
}

/** Remembers what this run saw. */
export async function rememberSeen(
  work: Warehouse,
  project: Project,
  run: { readonly asOf: string; readonly load: LoadResult },
): Promise<void> {
  const seen: Seen = { asOf: run.asOf, agreements: hashesOf(project), dumps: dumpsOf(run.load) };
  await work.insert('state.seen', { seen: 'varchar' }, [{ seen: JSON.stringify(seen) }]);
}

async function readSeen(work: Warehouse): Promise<Seen | undefined> {
  if (!(await work.hasTable('state', 'seen'))) return undefined;
  const [row] = await work.rows<{ seen: string }>('select seen from state.seen');
  // Written by `rememberSeen` alone; by an earlier version without the dumps.
  const seen = row === undefined ? undefined : (JSON.parse(row.seen) as Partial<Seen>);
  return seen?.dumps === undefined ? undefined : (seen as Seen);
}

function changedAgreements(before: Seen | undefined, project: Project): string | undefined {
  if (before === undefined) return undefined;
  const after = hashesOf(project);
  const paths = [...new Set([...Object.keys(before.agreements), ...Object.keys(after)])];
  const changed = paths.filter((path) => before.agreements[path] !== after[path]).sort();
  return changed.length === 0 ? undefined : `${changed.join(' and ')} changed`;
}

/** By what the file says: its comments and the order of its keys do not count, nor who approved it. */
function hashesOf({ agreements }: Project): Record<string, string> {
  return Object.fromEntries(agreements.map(({ approvals: _, ...says }) => [says.at([]).file, hashOf(says)]));
}

function seedPath({ seeds }: Project, name: string): string {
  return seeds.find((seed) => seed.name.toLowerCase() === name)?.relativePath ?? `seeds/${name}.csv`;
}

/** In a few words which dumps are new, changed or gone since; of one table, or of all. */
function loadCause(before: Seen | undefined, dumps: Seen['dumps'], table?: string): string | undefined {
  if (before === undefined) return undefined;
  const tables = table === undefined ? Object.keys({ ...before.dumps, ...dumps }) : [table];
  const changes = tables.flatMap((name) => differences(before.dumps[name] ?? {}, dumps[name] ?? {})).sort();
  const [first] = changes;
  if (first === undefined) return undefined;
  const more = changes.length - 1;
  return more === 0 ? first : `${first} and ${more} more ${more === 1 ? 'dump' : 'dumps'}`;
}

function differences(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] {
  return Object.keys({ ...before, ...after })
    .filter((path) => before[path] !== after[path])
    .map(
      (path) => `${path} ${before[path] === undefined ? 'is new' : after[path] === undefined ? 'is gone' : 'changed'}`,
    );
}

function dumpsOf({ state }: LoadResult): Seen['dumps'] {
  const dumps: Record<string, Record<string, string>> = {};
  for (const { table, path, sha256 } of state.files) {
    const name = table.toLowerCase();
    dumps[name] = { ...dumps[name], [path]: sha256 };
  }
  return dumps;
}
