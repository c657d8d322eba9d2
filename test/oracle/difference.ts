import { inLeadOrder, leadsOf } from './leads.ts';
import type { ExpectedTable, TableRow } from './rows.ts';
import { iso } from './time.ts';
import type { CrmEvent, World } from './types.ts';

export interface Mismatch {
  readonly table: string;
  readonly leadId: string | null;
  readonly text: string;
}

/** Compares row by row and column by column; only the columns that the oracle speaks of. */
export function compare({ table, key, rows }: ExpectedTable, actual: readonly TableRow[]): Mismatch[] {
  const found = byKey(actual, key);
  const wanted = byKey(rows, key);
  const missing = [...wanted].filter(([name]) => !found.has(name));
  const extra = [...found].filter(([name]) => !wanted.has(name));
  const unequal = [...wanted].flatMap(([name, row]) => {
    const other = found.get(name);
    const columns = Object.keys(row).filter((column) => other !== undefined && !isSame(row[column], other[column]));
    const parts = columns.map((column) => `${column}: models say ${other?.[column]}, the oracle ${row[column]}`);
    return parts.length === 0 ? [] : [mismatch(table, row, `${name}: ${parts.join('; ')}`)];
  });
  return [
    ...missing.map(([name, row]) => mismatch(table, row, `${name}: only the oracle has it`)),
    ...extra.map(([name, row]) => mismatch(table, row, `${name}: only the models have it`)),
    ...unequal,
  ];
}

function mismatch(table: string, row: TableRow, text: string): Mismatch {
  return { table, leadId: typeof row.lead_id === 'string' ? row.lead_id : null, text: `${table} ${text}` };
}

function byKey(rows: readonly TableRow[], key: readonly string[]): Map<string, TableRow> {
  const found = new Map<string, TableRow>();
  for (const row of rows) {
    let name = key.map((column) => row[column] ?? '∅').join(' | ');
    while (found.has(name)) name += ' (again)';
    found.set(name, row);
  }
  return found;
}

function isSame(a: TableRow[string] | undefined, b: TableRow[string] | undefined): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
  return (a ?? null) === (b ?? null);
}

/** A few leads in full: what disagrees, and everything that happened to them. */
export function report(world: World, mismatches: readonly Mismatch[]): string {
  const tables = groupBy(mismatches, ({ table }) => table);
  const counts = [...tables].map(([table, own]) => `${own.length} in ${table}`).join(', ');
  const withoutLead = mismatches.filter(({ leadId }) => leadId === null).slice(0, 10);
  const byLead = groupBy(
    mismatches.filter(({ leadId }) => leadId !== null),
    ({ leadId }) => leadId ?? '',
  );
  const shortestFirst = [...byLead]
    .map(([leadId, own]) => ({ own, timeline: timelineOf(world, leadId) }))
    .sort((a, b) => a.timeline.length - b.timeline.length)
    .slice(0, 4);
  const leads = shortestFirst.map(({ own, timeline }) => [...own.map(({ text }) => text), ...timeline, ''].join('\n'));
  return [`${mismatches.length} differences: ${counts}`, ...withoutLead.map(({ text }) => text), ...leads].join('\n');
}

function timelineOf(world: World, leadId: string): string[] {
  const events = world.events.filter((event) => event.occurredAt <= world.asOf);
  const lead = leadsOf(events).find((candidate) => candidate.leadId === leadId);
  const own = lead?.events ?? events.filter((event) => event.leadId === leadId).sort(inLeadOrder);
  return own.map((event) => `    ${lineOf(event)}`);
}

function lineOf(event: CrmEvent): string {
  const { eventId, occurredAt, leadId, type, stage, ownerId, team, channel, properties } = event;
  const rest = [
    stage,
    ownerId,
    team === null ? null : `team=${team}`,
    channel,
    properties && JSON.stringify(properties),
  ];
  return [iso(occurredAt), leadId, eventId, type, ...rest.filter((part) => part !== null)].join(' ');
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}
