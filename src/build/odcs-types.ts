import type { OdcsType } from './odcs.ts';

const patterns: readonly (readonly [RegExp, OdcsType['logicalType']])[] = [
  [/^BOOLEAN$/, 'boolean'],
  [/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/, 'integer'],
  [/^(FLOAT|REAL|DOUBLE|DECIMAL)/, 'number'],
  [/^DATE$/, 'date'],
  [/^(TIMESTAMP|DATETIME)/, 'timestamp'],
  [/^TIME\b/, 'time'],
  [/^(STRUCT|MAP|UNION)\b/, 'object'],
];

/** What the standard calls a type of DuckDB's; what it has no word for is told as text. */
export function logicalType(type: string): OdcsType {
  const list = /^(.*)\[\d*\]$/s.exec(type.trim())?.[1];
  if (list !== undefined) return { logicalType: 'array', items: logicalType(list) };
  const name = type.trim().toUpperCase();
  return { logicalType: patterns.find(([pattern]) => pattern.test(name))?.[1] ?? 'string' };
}
