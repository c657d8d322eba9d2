/**
 * The oracle computes the rules of the design a second time, slowly and from the text alone. It shares no code with
 * `src/` or `models/`, so that agreement between the two means something.
 */

/** Microseconds since 1970-01-01T00:00:00Z: what DuckDB keeps, and small enough for a double. */
export type Instant = number;

export const minute = 60_000_000;

export interface CrmEvent {
  readonly eventId: string;
  readonly occurredAt: Instant;
  readonly leadId: string;
  readonly type: string;
  readonly stage: string | null;
  readonly ownerId: string | null;
  readonly team: string | null;
  readonly channel: string | null;
  readonly properties: Readonly<Record<string, unknown>> | null;
}

export interface Calendar {
  readonly name: string;
  readonly timeZone: string;
  /** Monday first, seven lists of `HH:MM-HH:MM`. */
  readonly hours: readonly (readonly string[])[];
  readonly holidays: ReadonlySet<string>;
  readonly specialHours: ReadonlyMap<string, readonly string[]>;
}

export type Condition =
  | { readonly attribute: string; readonly in: readonly string[] }
  | { readonly attribute: string; readonly atLeast: number }
  | { readonly attribute: string; readonly atMost: number };

export interface Tier {
  readonly id: string;
  readonly when: readonly Condition[];
  readonly withinMinutes: number;
}

export interface FollowUpPromise {
  readonly attempts: number;
  readonly channels: number;
  readonly businessDays: number;
}

export interface Agreement {
  readonly id: string;
  /** In force from 00:00 of this date in `timeZone`. */
  readonly effectiveFrom: string;
  readonly timeZone: string;
  readonly calendars: ReadonlyMap<string, Calendar>;
  readonly defaultCalendar: string;
  readonly teams: ReadonlyMap<string, string>;
  readonly tiers: readonly Tier[];
  readonly followUp: FollowUpPromise | null;
  readonly icp: readonly Condition[];
  readonly releaseReasons: readonly string[];
}

export interface World {
  readonly events: readonly CrmEvent[];
  readonly agreements: readonly Agreement[];
  readonly asOf: Instant;
}

export interface Lead {
  readonly leadId: string;
  /** In the order of rule 4, each with the lead it was recorded on before merges. */
  readonly events: readonly CrmEvent[];
}

export interface StageEntry {
  readonly stage: string;
  readonly at: Instant;
}

export interface Cycle {
  readonly leadId: string;
  readonly cycleNo: number;
  readonly openedAt: Instant;
  readonly closedAt: Instant | null;
  readonly outcome: string | null;
  readonly exitReason: string | null;
  readonly entries: readonly StageEntry[];
  readonly events: readonly CrmEvent[];
}
