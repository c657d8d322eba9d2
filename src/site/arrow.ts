import { Bool, Float64, Table, tableToIPC, Utf8, type Vector, vectorFromArray } from 'apache-arrow';
import type { Column, Row, RowValue } from '../warehouse/warehouse.ts';

/** Evidence's names for what a column holds; dates are handed over as text, already local. */
type EvidenceType = 'string' | 'number' | 'boolean';

/** A column as Evidence's `<table>.schema.json` describes it. */
export interface EvidenceColumn {
  readonly name: string;
  readonly evidenceType: EvidenceType;
  readonly typeFidelity: 'precise';
}

const numberTypes = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*)$/;

/** Undefined for a type that a page cannot read, for example an instant or a list. */
function evidenceType(duckdbType: string): EvidenceType | undefined {
  if (duckdbType === 'VARCHAR') return 'string';
  if (duckdbType === 'BOOLEAN') return 'boolean';
  return numberTypes.test(duckdbType) ? 'number' : undefined;
}

/** Arrow IPC in the stream format, the one that the site's database reads without any extension. */
export function toArrow(columns: readonly EvidenceColumn[], rows: readonly Row[]): Uint8Array {
  const vectors: Record<string, Vector> = {};
  for (const column of columns) {
    vectors[column.name] = vector(
      column.evidenceType,
      rows.map((row) => row[column.name] ?? null),
    );
  }
  return tableToIPC(new Table(vectors), 'stream');
}

function vector(type: EvidenceType, values: readonly RowValue[]): Vector {
  if (type === 'number') return vectorFromArray(values, new Float64());
  if (type === 'boolean') return vectorFromArray(values, new Bool());
  return vectorFromArray(values, new Utf8());
}

/** The column as Evidence knows it, or undefined when its type cannot be shown. */
export function evidenceColumn(column: Column): EvidenceColumn | undefined {
  const type = evidenceType(column.type);
  return type === undefined ? undefined : { name: column.name, evidenceType: type, typeFidelity: 'precise' };
}
