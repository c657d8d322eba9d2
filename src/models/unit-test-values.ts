import type { TestValue } from '../project/test-file.ts';
import { quoteLiteral, SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import { isNested } from './unit-test-difference.ts';

/** A value of a test and the type of the column that it is for. */
export interface TypedValue {
  readonly value: TestValue;
  readonly type: string;
}

/** SQL for a value as a column's type has it. Times without an offset are UTC, which is the session's zone. */
export function literalOf({ value, type }: TypedValue): string {
  if (value === null) return `null::${type}`;
  const text = quoteLiteral(textOf(value, type));
  if (isNested(type)) return `${text}::json::${type}`;
  // Cast straight away, an offset would be dropped.
  return isLocalTimestamp(type) ? `${text}::timestamptz::${type}` : `${text}::${type}`;
}

/** Of each value: what would have fitted its type, in words; undefined where it does fit. */
export async function findMisfits(
  warehouse: Warehouse,
  values: readonly TypedValue[],
): Promise<readonly (string | undefined)[]> {
  if (values.length === 0) return [];
  const tests = values.map((value) => (isWritten(value) ? testOf(value) : 'false'));
  const [row] = await warehouse.rows<{ fits: boolean[] }>(`select [${tests.join(', ')}] as fits`);
  const isFit = (index: number): boolean => row?.fits[index] ?? false;
  // Only a cast of the whole tells of what is wrong inside a list or struct. All at once first: mistakes are rare.
  const nested = values.filter(({ type, value }, index) => isNested(type) && value !== null && isFit(index));
  const areAll = nested.length === 0 || (await casts(warehouse, nested));
  const found: (string | undefined)[] = [];
  for (const [index, value] of values.entries()) {
    const fits = isFit(index) && (areAll || !nested.includes(value) || (await casts(warehouse, [value])));
    found.push(fits ? undefined : expectedOf(value.type));
  }
  return found;
}

async function casts(warehouse: Warehouse, values: readonly TypedValue[]): Promise<boolean> {
  try {
    await warehouse.run(`select ${values.map(literalOf).join(', ')}`);
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

function textOf(value: Exclude<TestValue, null>, type: string): string {
  const text = typeof value === 'string' ? value : value.json;
  // DuckDB wants the seconds before an offset.
  return type.startsWith('TIMESTAMP') ? text.replace(/^(.{10}[T ]\d\d:\d\d)(?=Z|[+-])/, '$1:00') : text;
}

function isLocalTimestamp(type: string): boolean {
  return /^TIMESTAMP(_S|_MS|_NS)?$/.test(type);
}

/** Texts that DuckDB would cast, and change on the way: 1.5 to a whole number, a time to its date. */
const written: readonly (readonly [type: RegExp, text: RegExp, expected: string])[] = [
  [/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/, /^[+-]?\d+$/, 'a whole number'],
  [/^BOOLEAN$/, /^(true|false)$/i, 'true or false'],
  [/^DATE$/, /^(\d{4,}-\d\d-\d\d|-?infinity)$/, 'a date such as 2026-03-02'],
  [/^TIMESTAMP/, /^(\d{4,}-\d\d-\d\d.*|-?infinity)$/, 'an instant such as 2026-03-02T09:00:00Z'],
  [/^(DOUBLE|FLOAT|DECIMAL.*)$/, /./, 'a number'],
];

function isWritten({ value, type }: TypedValue): boolean {
  if (value === null) return true;
  const isScalar = typeof value === 'string';
  if (type === 'JSON' || isNested(type)) return !isScalar || /^\s*\S/.test(value);
  return isScalar && written.every(([ofType, text]) => !ofType.test(type) || text.test(value));
}

function testOf({ value, type }: TypedValue): string {
  if (value === null) return 'true';
  const text = quoteLiteral(textOf(value, type));
  if (type === 'JSON' || isNested(type)) return `json_valid(${text})`;
  const cast = `try_cast(${text} as ${isLocalTimestamp(type) ? 'timestamptz' : type})`;
  // A decimal would be rounded to its scale.
  return type.startsWith('DECIMAL') ? `coalesce(${cast} = try_cast(${text} as double), false)` : `${cast} is not null`;
}

function expectedOf(type: string): string {
  if (type === 'JSON') return 'a map, a list, or JSON in quotes';
  if (isNested(type)) return `a ${type.endsWith(']') ? 'list' : 'map'} of type ${type.toLowerCase()}`;
  return written.find(([ofType]) => ofType.test(type))?.[2] ?? `one value of type ${type.toLowerCase()}`;
}
