import type { Grain, LocalText } from './metric-file.ts';
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
  /** The titles (never names) of the two who answer for it. */
  readonly owners: { readonly marketing: string; readonly sales: string };
  readonly calendars: readonly AgreementCalendar[];
  /** Name of the calendar of leads without a team, or with a team not in `teams`. */
  readonly defaultCalendar: string;
  readonly teams: readonly { readonly team: string; readonly calendar: string }[];
  readonly promises: readonly AgreementPromise[];
  /** All must hold for an ideal customer; empty: nobody is judged. */
  readonly icp: readonly Condition[];
  readonly requiredFields: readonly { readonly stage: string; readonly fields: readonly string[] }[];
  /** Exit reasons that release sales from an unanswered lead. */
  readonly releaseReasons: readonly string[];
  /** The place in the file of the value at a path of YAML keys. */
  at(path: YamlPath): Place;
}

/** When a team is at work. `hours` by ISO weekday (1 = Monday); days that are not there are closed. */
export interface AgreementCalendar {
  readonly name: string;
  readonly timeZone: string;
  readonly hours: readonly { readonly weekday: number; readonly intervals: readonly OpenInterval[] }[];
  /** Sets of seeds/holidays.csv. */
  readonly holidays: readonly string[];
  /** Further holidays. */
  readonly closed: readonly { readonly date: string; readonly name: string }[];
  /** Replaces the weekday's hours, and wins over a holiday. */
  readonly specialHours: readonly { readonly date: string; readonly intervals: readonly OpenInterval[] }[];
  readonly path: YamlPath;
}

export type AgreementPromise = MetricPromise | FirstResponsePromise | FollowUpPromise;
export type Side = 'marketing' | 'sales';

interface PromiseCommon {
  readonly id: string;
  readonly side: Side;
  /** The metric that measures it. */
  readonly metric: string;
  /** In the metric's unit; rates between 0 and 1. */
  readonly target: number;
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
  readonly tiers: readonly (Tier & { readonly businessMinutes: number })[];
}

interface FollowUpPromise extends PromiseCommon {
  readonly kind: 'follow_up';
  readonly tiers: readonly (Tier & FollowUpEffort)[];
}

export interface FollowUpEffort {
  readonly attempts: number;
  readonly channels: number;
  readonly businessDays: number;
}

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
