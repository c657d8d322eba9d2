/** The parts of an Open Data Contract Standard document, v3.1.0, that are written. Keys are the standard's own. */

export interface OdcsContract {
  readonly apiVersion: 'v3.1.0';
  readonly kind: 'DataContract';
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly status: 'active';
  readonly description: { readonly purpose: string; readonly usage: string; readonly limitations: string };
  readonly servers: readonly OdcsServer[];
  readonly schema: readonly OdcsObject[];
  readonly slaProperties?: readonly OdcsSla[];
  readonly team?: { readonly name: string; readonly members: readonly OdcsMember[] };
  readonly customProperties?: readonly OdcsCustom[];
}

interface OdcsServer {
  readonly server: string;
  readonly type: 'duckdb';
  readonly description: string;
  readonly database: string;
  readonly schema: string;
}

/** A table. */
export interface OdcsObject {
  readonly name: string;
  readonly logicalType: 'object';
  readonly physicalType: 'table';
  readonly physicalName: string;
  readonly description?: string;
  readonly dataGranularityDescription?: string;
  readonly tags?: readonly string[];
  readonly properties: readonly OdcsProperty[];
  readonly relationships?: readonly OdcsRelationship[];
  readonly quality?: readonly OdcsQuality[];
  readonly customProperties?: readonly OdcsCustom[];
}

/** A column; of an array its `items` say what it holds. */
export interface OdcsProperty extends OdcsType {
  readonly name: string;
  readonly physicalType: string;
  readonly description?: string;
  readonly required: boolean;
  readonly unique: boolean;
  readonly primaryKey?: true;
  /** From 1 on. */
  readonly primaryKeyPosition?: number;
  readonly quality?: readonly OdcsQuality[];
}

export interface OdcsType {
  readonly logicalType:
    | 'string'
    | 'date'
    | 'timestamp'
    | 'time'
    | 'number'
    | 'integer'
    | 'object'
    | 'array'
    | 'boolean';
  readonly items?: OdcsType;
}

/** A foreign key of one column, or of several in the same order. */
type OdcsRelationship = { readonly type: 'foreignKey' } & (
  | { readonly from: string; readonly to: string }
  | { readonly from: readonly string[]; readonly to: readonly string[] }
);

interface QualityCommon {
  readonly name?: string;
  readonly description: string;
  readonly dimension?:
    | 'accuracy'
    | 'completeness'
    | 'conformity'
    | 'consistency'
    | 'coverage'
    | 'timeliness'
    | 'uniqueness';
  readonly method?: 'reconciliation';
  readonly severity: 'error' | 'warning';
  readonly customProperties?: readonly OdcsCustom[];
}

export type OdcsQuality = QualityCommon &
  (
    | { readonly type: 'text' }
    | { readonly type: 'sql'; readonly query: string; readonly mustBe: 0 }
    | {
        readonly type: 'library';
        readonly metric: 'duplicateValues' | 'invalidValues';
        readonly arguments: Readonly<Record<string, readonly string[]>>;
        readonly mustBe: 0;
      }
  );

export interface OdcsSla {
  readonly property: 'latency' | 'retention';
  readonly value: number;
  readonly unit: string;
  readonly element?: string;
  readonly driver: 'operational' | 'regulatory';
  readonly description: string;
}

/** `username` is the side of the agreement and `role` a title: nobody is named. */
export interface OdcsMember {
  readonly username: string;
  readonly role: string;
  readonly description: string;
}

export interface OdcsCustom {
  readonly property: string;
  readonly value: unknown;
}
