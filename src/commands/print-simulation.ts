import type { Simulation } from '../build/simulate.ts';
import type { Row } from '../warehouse/warehouse.ts';
import { formatRows } from './print-rows.ts';

export type SimulationFormat = 'table' | 'json' | 'markdown';

/** A simulation as text for stdout. `leads`: every verdict that changes too. Ends with a line break. */
export function formatSimulation(simulation: Simulation, format: SimulationFormat, leads: boolean): string {
  const { draft, from, to, asOf, promises, moves, changes } = simulation;
  if (format === 'json') {
    const result = { draft, from, to, as_of: asOf, promises, moves, ...(leads ? { changes } : {}) };
    return `${JSON.stringify(result, null, 2)}\n`;
  }
  const print = format === 'markdown' ? markdownTable : plainTable;
  const tables = [
    print('Promises kept, as agreed and by the draft', promiseRows(simulation)),
    print('Verdicts, as agreed and by the draft', moves.map(moveRow)),
    ...(leads ? [print('Verdicts that change', changes.map(changeRow))] : []),
  ];
  const heading = format === 'markdown' ? `# ${describeSimulation(simulation)}\n\n` : '';
  return `${heading}${tables.join('\n')}`;
}

/** In a line, what was judged by what. */
export function describeSimulation({ draft, from, to, asOf }: Simulation): string {
  return `Draft ${draft} from ${from}${to === null ? '' : ` until before ${to}`}, data as of ${asOf}`;
}

function promiseRows({ promises }: Simulation): Row[] {
  return promises.map((row) => ({
    promise: inWords(row.promise),
    'as agreed': share(row.kept_before, row.judged_before, row.rate_before),
    'by the draft': share(row.kept_after, row.judged_after, row.rate_after),
    'verdicts that change': row.changed,
  }));
}

function moveRow(move: Simulation['moves'][number]): Row {
  return {
    promise: inWords(move.promise),
    'as agreed': inWords(move.before),
    'by the draft': inWords(move.after),
    verdicts: move.verdicts,
  };
}

function changeRow(change: Simulation['changes'][number]): Row {
  return {
    promise: inWords(change.promise),
    lead: change.lead_id,
    'cycle or meeting': change.item,
    'as agreed': inWords(change.before),
    'by clause': change.clause_before,
    'by the draft': inWords(change.after),
    'by its clause': change.clause_after,
  };
}

const shownAs: Readonly<Record<string, string>> = { icp_match: 'ICP match', mql_criteria: 'MQL criteria met' };

function inWords(name: string): string {
  return shownAs[name] ?? name.replaceAll('_', ' ');
}

function share(kept: number, judged: number, rate: number | null): string {
  return rate === null ? 'none judged' : `${kept} of ${judged} (${(rate * 100).toFixed(1)} %)`;
}

function plainTable(title: string, rows: readonly Row[]): string {
  return `${title}\n${rows.length === 0 ? 'none\n' : formatRows(Object.keys(rows[0] ?? {}), rows, 'table')}`;
}

function markdownTable(title: string, rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0) return `## ${title}\n\nNone.\n`;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const lines = [
    line(columns),
    line(columns.map((column) => (typeof rows[0]?.[column] === 'number' ? '--:' : '---'))),
    ...rows.map((row) => line(columns.map((column) => String(row[column] ?? '').replaceAll('|', '\\|')))),
  ];
  return `## ${title}\n\n${lines.join('\n')}\n`;
}
