import { nearest } from '../diagnostics/suggest.ts';
import type { ColumnSpec } from '../project/model-columns.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { Place } from '../project/yaml-file.ts';
import { type ModelColumns, typeOf } from './rule.ts';
import type { TypeNames } from './types.ts';

/** One way in which a model's columns are not those that its .yml declares. */
interface ColumnDifference {
  /** `missing "ownr_id" VARCHAR: renamed? There is "owner_id", which is not declared`. */
  readonly text: string;
  readonly place: Place;
}

/**
 * Declared columns that are not there or of another type and, where the contract is enforced, columns that are not
 * declared; in the order of the .yml. Pure.
 */
export function columnDifferences(model: ModelFile, columns: ModelColumns, types: TypeNames): ColumnDifference[] {
  const declared = new Set(model.columns.map(({ name }) => name.toLowerCase()));
  const undeclared = [...columns].filter(([name]) => !declared.has(name.toLowerCase()));
  const extra = model.contract.isEnforced ? undeclared : [];
  return [
    ...model.columns.flatMap((spec): ColumnDifference[] => {
      const found = typeOf(columns, spec.name);
      const place = model.at(['columns', spec.name, ...(found === undefined ? [] : ['type'])]);
      const others = undeclared.map(([name]) => name);
      const text = found === undefined ? missing(spec, { others, types }) : otherType(spec, found, types);
      return text === undefined ? [] : [{ text, place }];
    }),
    ...extra.map(([name, type]) => ({ text: `extra "${name}" ${type}: not declared`, place: model.at(['columns']) })),
  ];
}

function missing({ name, type }: ColumnSpec, known: { others: readonly string[]; types: TypeNames }): string {
  const near = nearest(name, known.others);
  const typed = type === undefined ? '' : ` ${known.types.get(type) ?? type}`;
  return `missing "${name}"${typed}${near === undefined ? '' : `: renamed? There is "${near}", which is not declared`}`;
}

function otherType({ name, type }: ColumnSpec, found: string, types: TypeNames): string | undefined {
  if (type === undefined || types.get(type) === found) return undefined;
  return `"${name}" is ${found}, declared ${types.get(type) ?? `"${type}", a type that DuckDB does not know`}`;
}
