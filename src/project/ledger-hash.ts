import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';

/** Twelve digits of a text's SHA-256; how its lines end does not count. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex').slice(0, 12);
}

/**
 * A short hash of what a YAML file says: comments, the order of keys, and the top-level keys `without` do not count. Told
 * by the file and not by what it was read into, which another version of the tool may do otherwise.
 */
export function yamlHash(text: string, without: readonly string[] = []): string {
  const value: unknown = parseDocument(text).toJS();
  const kept = isRecord(value) ? Object.entries(value).filter(([key]) => !without.includes(key)) : undefined;
  return shortHash(JSON.stringify(inOrder(kept === undefined ? value : Object.fromEntries(kept))));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isRecord(value)) return value ?? null;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, inOrder(part)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
