import { type Column, quoteIdentifier } from '../../warehouse/warehouse.ts';
import type { SchemaChange } from '../types.ts';

/** A column that both sides have, and how its values are compared. */
export interface SharedColumn {
  /** As the head calls it; DuckDB looks names up whatever their case. */
  readonly name: string;
  readonly quoted: string;
  /**
   * `same`: DuckDB compares them. `close`: numbers of which one is floating, that differ by less than a billionth when
   * they were added up in another order. `text`: of types that cannot be compared otherwise.
   */
  readonly how: 'same' | 'close' | 'text';
}

/** Columns of both sides in the head's order, and what is other in the columns themselves, what is gone last. Pure. */
export function alignColumns(
  before: readonly Column[],
  after: readonly Column[],
): { readonly shared: readonly SharedColumn[]; readonly schema: readonly SchemaChange[] } {
  const earlier = new Map(before.map((column) => [column.name.toLowerCase(), column]));
  const names = new Set(after.map(({ name }) => name.toLowerCase()));
  const shared = after.flatMap(({ name, type }): SharedColumn[] => {
    const old = earlier.get(name.toLowerCase());
    return old === undefined ? [] : [{ name, quoted: quoteIdentifier(name), how: comparison(old.type, type) }];
  });
  const schema = after.flatMap(({ name, type }): SchemaChange[] => {
    const old = earlier.get(name.toLowerCase());
    return old?.type === type ? [] : [{ column: name, before: old?.type ?? null, after: type }];
  });
  const gone = before.filter(({ name }) => !names.has(name.toLowerCase()));
  return {
    shared,
    schema: [...schema, ...gone.map(({ name, type }) => ({ column: name, before: type, after: null }))],
  };
}

function comparison(before: string, after: string): SharedColumn['how'] {
  if (isNumber(before) && isNumber(after)) return isFloating(before) || isFloating(after) ? 'close' : 'same';
  const isSame = before === after || (isTime(before) && isTime(after));
  return isSame ? 'same' : 'text';
}

function isNumber(type: string): boolean {
  return isFloating(type) || /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL\(\d+,\d+\)|BIGNUM)$/.test(type);
}

function isFloating(type: string): boolean {
  return type === 'DOUBLE' || type === 'FLOAT';
}

function isTime(type: string): boolean {
  return /^(DATE|TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE)$/.test(type);
}
