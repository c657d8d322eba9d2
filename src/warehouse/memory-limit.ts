import { totalmem } from 'node:os';

const million = 1e6;
const giga = 1e9;

/**
 * Bytes that DuckDB may hold in memory when nobody says: as much as `rows`, those of the largest table, need to be worked
 * on without going back and forth to disk, and no more: what it may take it takes. The process holds a few hundred MB beside it.
 */
export function defaultMemory(rows: number, machine = memoryOfMachine()): number {
  return Math.floor(Math.min(mostMemory(machine), Math.max(giga, 500 * million + 55 * rows)));
}

/** For who only reads: a question that nobody foresaw may need anything, and most need little. */
export function mostMemory(machine = memoryOfMachine()): number {
  return Math.floor(0.8 * machine);
}

/** Bytes of a size as people write it: `800MB`, `4 GB`. */
export function bytesOf(size: string): number {
  const [, number = '', unit = ''] = /^([\d.]+) ?([MGT])B$/i.exec(size) ?? [];
  const factor = { M: million, G: giga, T: 1000 * giga }[unit.toUpperCase()];
  if (factor === undefined) throw new RangeError(`"${size}" is no size`);
  return Math.floor(Number(number) * factor);
}

/** What this process may have of it: a container is often given less than there is. */
function memoryOfMachine(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
