import { iso } from './time.ts';
import { type Instant, minute } from './types.ts';

/** A row as the reader of the published table sees it; numbers keep their type, instants are ISO text. */
export type TableRow = Readonly<Record<string, string | number | boolean | null>>;

export interface ExpectedTable {
  readonly table: string;
  /** The columns that name a row. */
  readonly key: readonly string[];
  readonly rows: readonly TableRow[];
}

/** Null for what never comes. */
export function text(at: Instant | null): string | null {
  return at === null || at === Infinity ? null : iso(at);
}

export function minutes(micros: number | null): number | null {
  return micros === null ? null : micros / minute;
}
