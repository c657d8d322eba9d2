import type { Grain, LocalText } from './metric.ts';
import type { OpenInterval } from './opening-hours.ts';
import type { Place, YamlPath } from './yaml-file.ts';

/** One version of the SLA: what marketing and sales promise each other from a day on. */
export interface Agreement {
  readonly id: string;
  /** YYYY-MM-DD; in force from 00:00 in `timeZone`, until the next agreement is. */
  readonly effectiveFrom: string;
  /** The zone that weeks, months and quarters are counted in. */
  readonly timeZone: string;
  /** 1 to 12. */
  readonly fiscalYearStartMonth: number;
  readonly title?: LocalText;
  /** How often it is to be revised. */
  readonly review?: { readonly everyMonths: number };
  readonly owners: Readonly<Record<Side, Owner>>;
  readonly stages: readonly StageTerms[];
  readonly calendars: readonly AgreementCalendar[];
  /** Name of the calendar of leads without a team, or with a team not in `teams`. */
  readonly defaultCalendar: string;
  readonly teams: readonly Team[];
  /** Personal working hours: calendars beside those of the teams. */
  readonly people: readonly Person[];
  readonly promises: readonly AgreementPromise[];
  /** All must hold for an ideal customer; empty: nobody is judged. */
  readonly icp: readonly Condition[];
  readonly score: Score;
  readonly playbooks: readonly Playbook[];
  /** Exit reasons that release sales from an unanswered lead. */
  readonly releaseReasons: readonly string[];
  readonly policies: Policies;
  /** Who said yes to which terms, as written down by them or for them. */
  readonly approvals: readonly Approval[];
  /** The place in the file of the value at a path of YAML keys, or of the last key itself. */
  at(path: YamlPath, part?: 'key'): Place;
}

export const sides = ['marketing', 'sales'] as const;
export type Side = (typeof sides)[number];

/** Titles, never names. */
interface Owner {
  readonly title: string;
  readonly deputy?: string;
}

/** A side's yes to the agreement as its terms were then. */
interface Approval {
  readonly by: Side;
  /** YYYY-MM-DD */
  readonly on: string;
  /** A hash of all terms, eight hexadecimal digits: when they change, it is no yes to them. */
  readonly terms: string;
}

/** What the agreement says of a stage. */
export interface StageTerms {
  readonly stage: string;
  readonly meaning?: LocalText;
  readonly responsible?: Side;
  readonly nextAction?: LocalText;
  /** The entry criteria in words. */
  readonly entry?: LocalText;
  /** The entry criteria that are computed; only of mql. */
  readonly criteria?: { readonly icp: boolean; readonly scoreAtLeast?: number };
  readonly requiredFields: readonly string[];
  /** Between 0 and 1: of those who reached the stage before it, the share that should reach this one. */
  readonly target?: number;
}

/** When a team is at work. `hours` by ISO weekday (1 = Monday); days that are not there are closed. */
export interface AgreementCalendar {
  readonly name: string;
  readonly timeZone: string;
  readonly hours: readonly { readonly weekday: number; readonly intervals: readonly OpenInterval[] }[];
  /** Sets of seeds/holidays.csv. */
  readonly holidays: readonly string[];
  /** Further holidays. */
  readonly closed: readonly { readonly date: string; readonly name: LocalText }[];
  /** Replaces the weekday's hours, and wins over a holiday. */
  readonly specialHours: readonly { readonly date: string; readonly intervals: readonly OpenInterval[] }[];
  /** In these the clock runs, but the `reduced` promises hold. */
  readonly reduced: readonly ReducedRange[];
  readonly path: YamlPath;
}

/** Dates YYYY-MM-DD, both included. */
interface ReducedRange {
  readonly from: string;
  readonly to: string;
  readonly title: LocalText;
}

export interface Team {
  readonly team: string;
  readonly calendar: string;
  /** MQLs a day that the team can take; beyond it the `surge` promises hold. */
  readonly capacityPerDay?: number;
}

/** Somebody's own working time, by which people are compared and nobody is judged. */
export interface Person {
  readonly ownerId: string;
  /** The calendar whose zone, holidays and closed days it shares. */
  readonly calendar: string;
  /** Absent: those of the calendar. */
  readonly hours?: AgreementCalendar['hours'];
  /** Dates YYYY-MM-DD, both included. */
  readonly absent: readonly { readonly from: string; readonly to: string }[];
  readonly path: YamlPath;
}

export type AgreementPromise =
  | MetricPromise
  | FirstResponsePromise
  | FollowUpPromise
  | AcceptancePromise
  | MeetingOutcomePromise;

interface PromiseCommon {
  /** The clause. */
  readonly id: string;
  readonly side: Side;
  /** The metric that measures it. */
  readonly metric: string;
  /** In the metric's unit; rates between 0 and 1. */
  readonly target: number;
  /** Other targets in single quarters (`2026-q3`) and for single teams. */
  readonly targets: {
    readonly quarters: readonly { readonly quarter: string; readonly target: number }[];
    readonly teams: readonly { readonly team: string; readonly target: number }[];
  };
  /** The period that the target is for; absent: any. */
  readonly grain?: Grain;
  readonly path: YamlPath;
}

/** A target for a metric, and nothing that is decided lead by lead. */
interface MetricPromise extends PromiseCommon {
  readonly kind: 'metric';
}

interface FirstResponsePromise extends PromiseCommon {
  readonly kind: 'first_response';
  /** The first whose conditions a lead meets applies. */
  readonly tiers: readonly (Tier & Variants<BusinessTime>)[];
}

interface FollowUpPromise extends PromiseCommon {
  readonly kind: 'follow_up';
  readonly tiers: readonly (Tier & Variants<FollowUpEffort>)[];
}

/** Sales accepts or rejects each MQL within so much business time. */
interface AcceptancePromise extends PromiseCommon {
  readonly kind: 'acceptance';
  readonly tiers: readonly (Tier & Variants<BusinessTime>)[];
}

/** What came of a meeting is written down within so many business days. */
interface MeetingOutcomePromise extends PromiseCommon {
  readonly kind: 'meeting_outcome';
  /** Exactly one, for every meeting. */
  readonly tiers: readonly (Tier & Variants<BusinessDays>)[];
}

export interface BusinessTime {
  readonly businessMinutes: number;
}

export interface FollowUpEffort {
  readonly attempts: number;
  readonly channels: number;
  readonly businessDays: number;
}

export interface BusinessDays {
  readonly businessDays: number;
}

/** What is promised as a rule, in a calendar's reduced ranges, and to leads beyond a team's capacity. */
export type Variants<Effort> = Effort & { readonly reduced?: Effort; readonly surge?: Effort };

export interface Tier {
  /** Absent when the promise is made to everyone in the same way. */
  readonly id?: string;
  readonly title?: LocalText;
  /** All must hold; none: everyone. */
  readonly when: readonly Condition[];
  readonly path: YamlPath;
}

/** A test of one attribute of a lead. */
export type Condition = { readonly attribute: string; readonly path: YamlPath } & (
  | { readonly operator: 'in'; readonly values: readonly string[] }
  | { readonly operator: 'at_least' | 'at_most'; readonly number: number }
  | { readonly operator: 'filled' }
);

/** Points for who a lead is (fit) and what it does (intent). */
export interface Score {
  readonly fit: readonly { readonly when: readonly Condition[]; readonly points: number }[];
  readonly intent: readonly IntentPoints[];
  /** Lower bounds of the bands above the first, ascending. */
  readonly bands: readonly number[];
}

interface IntentPoints {
  readonly action: string;
  /** For one activity as it happens; they shrink evenly to nothing over `decaysOverDays` days of 24 hours. */
  readonly points: number;
  readonly decaysOverDays: number;
  /** What the activities of the rule are worth together at most. */
  readonly atMost?: number;
  readonly path: YamlPath;
}

/** How a promise is kept in practice. */
export interface Playbook {
  readonly id: string;
  readonly title: LocalText;
  /** Ids of promises. */
  readonly clauses: readonly string[];
  readonly url?: string;
  readonly steps?: { readonly en: readonly string[]; readonly da: readonly string[] };
}

/** Where practice differs from the rules of docs/definitions.md. */
export interface Policies {
  readonly acceptance: 'recorded' | 'verified';
  readonly responseClockStarts: 'mql' | 'assignment';
  readonly reassignment: 'continues' | 'restarts' | 'charges_each';
  readonly selfBooked: 'beside' | 'answers' | 'does_not_answer';
  readonly attemptsWithinMinutes?: number;
  readonly loggedLate?: { readonly afterHours: number; readonly counts: boolean };
  /** The attribute that says which account a lead belongs to. */
  readonly answeredContactAnswersAccount?: string;
  /** Who meets all conditions of any of these is excluded. */
  readonly excluded: readonly (readonly Condition[])[];
  /** Absent: every channel. */
  readonly responseChannels?: readonly string[];
  readonly followUpChannels?: readonly string[];
  readonly pausedGraceMinutes: number;
  readonly abandonedAfterBusinessDays: number;
}
