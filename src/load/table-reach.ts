import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { SourceConfig } from '../project/config-file.ts';
import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import { bookkeeping, fault, shown, type Target } from './scan.ts';
import { setRejectedAside } from './staging.ts';

/** Rejects rows of a table source whose `recorded_at` column lies after `now`: one typed 2099 must not move as_of. */
export async function rejectLaterThan(
  warehouse: Warehouse,
  source: SourceConfig,
  target: Target,
  now: string,
  problems: Diagnostic[],
): Promise<void> {
  if (source.recordedAt === undefined) return;
  const recorded = await recordedInstant(warehouse, source, target.table, problems);
  if (recorded === undefined) return;
  const name = quoteIdentifier(source.recordedAt);
  const reason = `${quoteLiteral(`${source.recordedAt}: `)} || ${shown(name)} || ' lies in the future'`;
  await warehouse.run(/* sql */ `
    update ${target.table}
    set ${bookkeeping.problem} = ${fault('in-the-future', quoteLiteral(source.recordedAt), reason)}
    where ${recorded} > ${quoteLiteral(now)}::timestamptz`);
  await setRejectedAside(warehouse, target, { dueAt: recorded, leads: [] });
}

/**
 * How far a table source reaches: its newest `recorded_at`; a date reaches to its end, yet not past `now`. Null when no
 * column tells.
 */
export async function tableReach(
  warehouse: Warehouse,
  source: SourceConfig,
  table: string,
  now: string,
): Promise<string | null> {
  if (source.recordedAt === undefined) return null;
  const recorded = await recordedInstant(warehouse, source, table, []);
  if (recorded === undefined) return null;
  const isDate = (await typeOf(warehouse, table, source.recordedAt)) === 'DATE';
  const end = isDate
    ? `timezone(${quoteLiteral(source.timeZone)}, (${quoteIdentifier(source.recordedAt)} + 1)::timestamp)`
    : recorded;
  const [row] = await warehouse.rows<{ newest: string | null }>(
    `select if(max(${end}) > ${quoteLiteral(now)}::timestamptz, ${quoteLiteral(now)}::timestamptz, max(${end})) as newest from ${table}`,
  );
  return row?.newest ?? null;
}

/** SQL giving the column as an instant; undefined, with a problem, when it is missing or no time. */
async function recordedInstant(
  warehouse: Warehouse,
  source: SourceConfig,
  table: string,
  problems: Diagnostic[],
): Promise<string | undefined> {
  const name = source.recordedAt ?? '';
  const type = await typeOf(warehouse, table, name);
  if (type === undefined || !/^(DATE|TIMESTAMP)/.test(type)) {
    const names = (await warehouse.columns(`from ${table}`)).map((column) => column.name);
    const fix = didYouMean(name, names);
    problems.push({
      code: type === undefined ? 'unknown-column' : 'invalid-value',
      severity: 'error',
      message:
        type === undefined
          ? `source "${source.name}" has no column "${name}"`
          : `column "${name}" of source "${source.name}" is ${type.toLowerCase()}, not a date or a time`,
      ...source.at(['recorded_at']),
      ...(fix === undefined || type !== undefined ? {} : { fix }),
    });
    return undefined;
  }
  const column = quoteIdentifier(name);
  if (type === 'TIMESTAMP WITH TIME ZONE') return column;
  return `timezone(${quoteLiteral(source.timeZone)}, ${column}::timestamp)`;
}

async function typeOf(warehouse: Warehouse, table: string, name: string): Promise<string | undefined> {
  return (await warehouse.columns(`from ${table}`)).find((column) => column.name === name)?.type;
}
