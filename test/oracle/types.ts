/**
 * The oracle computes the rules of the design a second time, slowly and from the text alone. It shares no code with
 * `src/` or `models/`, so that agreement between the two means something.
 */

/** Microseconds since 1970-01-01T00:00:00Z: what DuckDB keeps, and small enough for a double. */
export type Instant = number;

export const minute = 60_000_000;

export const hour = 60 * minute;

export interface CrmEvent {
  readonly eventId: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly leadId: string;
  readonly type: string;
  readonly stage: string | null;
  readonly ownerId: string | null;
  readonly team: string | null;
  readonly channel: string | null;
  readonly properties: Readonly<Record<string, unknown>> | null;
}

/** Both ends are part of it; `YYYY-MM-DD`. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** Monday first, seven lists of `HH:MM-HH:MM`. */
export type WeekHours = readonly (readonly string[])[];

export interface Calendar {
  readonly name: string;
  readonly timeZone: string;
  readonly hours: WeekHours;
  /** Date → what the holiday is called. */
  readonly holidays: ReadonlyMap<string, string>;
  readonly specialHours: ReadonlyMap<string, readonly string[]>;
  readonly reduced: readonly DateRange[];
}

export type Condition =
  | { readonly attribute: string; readonly in: readonly string[] }
  | { readonly attribute: string; readonly atLeast: number }
  | { readonly attribute: string; readonly atMost: number }
  | { readonly attribute: string; readonly filled: true };

/** One of the promises of a clause: who it is made to, and what holds on usual days, on reduced ones and in a surge. */
export interface Tier<Effort> {
  /** Null where the clause has no tiers. */
  readonly id: string | null;
  readonly when: readonly Condition[];
  readonly normal: Effort;
  readonly reduced?: Effort;
  readonly surge?: Effort;
}

/** Minutes of open time. */
export type Within = number;

export interface FollowUpPromise {
  readonly attempts: number;
  readonly channels: number;
  readonly businessDays: number;
}

export interface Team {
  readonly calendar: string;
  readonly capacityPerDay: number | null;
}

export interface Person {
  readonly calendar: string;
  /** Null: as the calendar. */
  readonly hours: WeekHours | null;
  readonly absent: readonly DateRange[];
}

interface FitRule {
  readonly condition: Condition;
  readonly points: number;
}

export interface IntentRule {
  readonly action: string;
  readonly points: number;
  readonly decaysOverDays: number;
  readonly atMost: number | null;
}

export interface Score {
  readonly fit: readonly FitRule[];
  readonly intent: readonly IntentRule[];
  readonly bands: readonly number[];
}

interface Criteria {
  readonly icp: boolean;
  readonly scoreAtLeast: number | null;
}

export interface Policies {
  readonly acceptance: 'recorded' | 'verified';
  readonly responseClockStarts: 'mql' | 'assignment';
  readonly reassignment: 'continues' | 'restarts' | 'charges_each';
  readonly selfBooked: 'beside' | 'answers' | 'does_not_answer';
  readonly attemptsWithinMinutes: number | null;
  readonly loggedLate: { readonly afterHours: number; readonly counts: boolean } | null;
  readonly accountAttribute: string | null;
  readonly excluded: readonly Condition[];
  readonly responseChannels: readonly string[] | null;
  readonly followUpChannels: readonly string[] | null;
  readonly pausedGraceMinutes: number;
  readonly abandonedAfterBusinessDays: number;
}

export const usualPolicies: Policies = {
  acceptance: 'recorded',
  responseClockStarts: 'mql',
  reassignment: 'continues',
  selfBooked: 'beside',
  attemptsWithinMinutes: null,
  loggedLate: null,
  accountAttribute: null,
  excluded: [],
  responseChannels: null,
  followUpChannels: null,
  pausedGraceMinutes: 0,
  abandonedAfterBusinessDays: 5,
};

/** A rate promised: everywhere, in single quarters (`2026-q2`), and to single teams. */
export interface Target {
  readonly usual: number;
  readonly quarters: Readonly<Record<string, number>>;
  readonly teams: Readonly<Record<string, number>>;
}

export interface Agreement {
  readonly id: string;
  /** In force from 00:00 of this date in `timeZone`. */
  readonly effectiveFrom: string;
  readonly timeZone: string;
  readonly calendars: ReadonlyMap<string, Calendar>;
  readonly defaultCalendar: string;
  readonly teams: ReadonlyMap<string, Team>;
  readonly people: ReadonlyMap<string, Person>;
  readonly firstResponse: readonly Tier<Within>[];
  readonly followUp: readonly Tier<FollowUpPromise>[];
  readonly acceptance: readonly Tier<Within>[];
  /** Business days within which the outcome of a meeting is reported. */
  readonly reportWithinDays: number | null;
  /** Of the first response. */
  readonly target: Target;
  readonly icp: readonly Condition[];
  readonly score: Score;
  readonly criteria: Criteria | null;
  /** Stage → attributes. */
  readonly requiredFields: Readonly<Record<string, readonly string[]>>;
  readonly releaseReasons: readonly string[];
  readonly policies: Policies;
}

export interface World {
  readonly events: readonly CrmEvent[];
  readonly agreements: readonly Agreement[];
  readonly asOf: Instant;
}

/** Half open; `until` is Infinity where nothing ends it. */
export interface Span {
  readonly from: Instant;
  readonly until: Instant;
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
