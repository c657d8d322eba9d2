import { createHash } from 'node:crypto';

/** A hash of plain data by what it holds: maps by their entries, which JSON alone would leave out; functions not. */
export function hashOf(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) => (part instanceof Map ? [...part] : part));
  return createHash('sha256').update(text).digest('hex');
}
