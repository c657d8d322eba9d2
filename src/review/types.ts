import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Lineages } from '../models/lineage/trace.ts';
import type { PlannedModel } from '../models/plan.ts';
import type { Columns } from '../models/table-columns.ts';
import type { Side as SlaSide } from '../project/agreement.ts';
import type { Grain, LocalText, Unit } from '../project/metric.ts';
import type { Project } from '../project/project.ts';

/** One of the two states that are compared, as far as it can be read. */
export interface Side {
  /** Its files; of a ref without a handover.yml an empty project. What could not be read of it is left out. */
  readonly project: Project;
  /** Its models in the order in which they run; undefined when they cannot be told. */
  readonly planned?: readonly PlannedModel[];
  /** Laid out on nothing; undefined when that fails. */
  readonly inspected?: {
    readonly columns: ReadonlyMap<string, Columns>;
    readonly lineages: Lineages;
  };
  /** Why it cannot be built, as a build would say. */
  readonly problems: readonly Diagnostic[];
}

/**
 * What a change does to those who rely on a definition. `breaking`: the same data give other numbers, or something that
 * was there is gone, named otherwise or held to more. `additive`: what was there stays as it is. `cosmetic`: words.
 */
export type ChangeClass = 'breaking' | 'additive' | 'cosmetic';

export const definitionKinds = [
  'agreement',
  'metric',
  'contract',
  'model',
  'seed',
  'project',
  'ledger',
  'improvement',
  'decision',
] as const;
export type DefinitionKind = (typeof definitionKinds)[number];

/** One thing that a definition says otherwise. */
export interface FieldChange {
  /** Where in the definition, parts by their names: `promises.first_response.tiers.demo.within_minutes`. */
  readonly path: string;
  /** Null: not there. */
  readonly before: string | null;
  readonly after: string | null;
  /** A sentence for people without a full stop: `the window shortens from 30 to 14 days`. */
  readonly words: string;
  /** Id of the rule in the table that decides the class; `unknown` where none fits. */
  readonly rule: string;
  readonly class: ChangeClass;
  /** It cannot be told what it does, and counts as breaking. */
  readonly isUnknown: boolean;
}

/** A definition that was added, went, was renamed or says something else. */
export interface DefinitionChange {
  readonly kind: DefinitionKind;
  /** As it is called now, or was: `mql_volume`, `2026-h2`, `holidays`; of a contract that of its metric or model. */
  readonly name: string;
  /** For people: `MQL→meeting rate`, `the agreement 2026-h2`. */
  readonly title: string;
  readonly change: 'added' | 'removed' | 'renamed' | 'changed';
  readonly previousName: string | null;
  /** Of metrics and models with versions: the version compared with, and the one that it became; null: none. */
  readonly versionBefore: number | null;
  readonly versionAfter: number | null;
  /** YYYY-MM-DD: periods from then on are meant; null: all. */
  readonly effectiveFrom: string | null;
  /** In the order of the definition; one that was added or removed as a whole begins with one of path ``; an
   * agreement that is new goes on with what it changes. */
  readonly fields: readonly FieldChange[];
  /** The gravest of its fields. */
  readonly class: ChangeClass;
  readonly isUnknown: boolean;
  /** Relative to the project; of what is gone, as it was. */
  readonly file: string;
  readonly line: number;
}

/** What is built on the changed definitions. */
export interface Reach {
  readonly models: readonly ReachedModel[];
  readonly metrics: readonly ReachedMetric[];
  readonly contracts: readonly ReachedContract[];
  readonly pages: readonly ReachedPage[];
  /** A Mermaid flowchart; empty when nothing is reached. */
  readonly diagram: string;
  /** Edges that did not fit into it. */
  readonly leftOut: number;
}

export interface ReachedModel {
  readonly name: string;
  readonly isPublic: boolean;
  /** Itself changed, and not only what it reads. */
  readonly isChanged: boolean;
  /** The columns that may hold something else; null: any, and rows may come and go. */
  readonly columns: readonly string[] | null;
}

export interface ReachedMetric {
  readonly name: string;
  readonly label: LocalText;
  readonly owner: SlaSide;
  readonly isChanged: boolean;
}

export interface ReachedContract {
  /** The metric or model whose contract it is. */
  readonly of: string;
  readonly kind: 'metric' | 'model';
  /** How many rules. */
  readonly rules: number;
}

export interface ReachedPage {
  /** `/weekly/[week]` */
  readonly address: string;
  readonly title: string;
  /** Reached metrics and models that it shows, sorted; a page of all metrics names none. */
  readonly shows: readonly string[];
}

/**
 * Whether a difference is more than chance could make of the sample: `beyond`: the new value lies outside the old one's
 * 95 % interval, or the other way round; `within`: neither; `too_few`: below the metric's minimum sample; `untold`:
 * the metric has no interval, so that any difference is one.
 */
export type Noise = 'beyond' | 'within' | 'too_few' | 'untold';

/** A value before and after, with what it rests on. In the metric's unit, rates between 0 and 1. */
export interface ValueSides {
  readonly before: number | null;
  readonly after: number | null;
  readonly numeratorBefore: number | null;
  readonly numeratorAfter: number | null;
  readonly denominatorBefore: number | null;
  readonly denominatorAfter: number | null;
  readonly statusBefore: string | null;
  readonly statusAfter: string | null;
  readonly noise: Noise;
}

/** A metric's value in a period that is another. */
export interface ValueChange extends ValueSides {
  readonly grain: Grain;
  /** `2026-W46`, `2026-10`, `2026-Q3`. */
  readonly period: string;
  /** YYYY-MM-DD */
  readonly periodStart: string;
  /** Over by as_of. */
  readonly isComplete: boolean;
  /** Both `all` for the whole. */
  readonly dimension: string;
  readonly dimensionValue: string;
  /** The base has values of this dimension value too. Of one that only the head knows nothing is posted anywhere. */
  readonly isKnown: boolean;
  readonly difference: number | null;
}

/** What became of the values of a metric that is reached. */
export interface MetricReview {
  readonly metric: string;
  readonly label: LocalText;
  readonly unit: Unit;
  readonly owner: SlaSide;
  readonly direction: 'up' | 'down';
  /** The versions whose values are shown; null: there is none. */
  readonly versionBefore: number | null;
  readonly versionAfter: number | null;
  /** Periods and dimension values that either side has, and those of them whose value or status differs. */
  readonly values: number;
  readonly changed: number;
  /** Of the whole: periods of any grain that are over. */
  readonly closedPeriods: number;
  readonly closedPeriodsChanged: number;
  /** Changed values of the whole, newest first, weeks before months before quarters. */
  readonly totals: readonly ValueChange[];
  /** Changed values of parts, largest difference first; at most 50 of `partsChanged`. */
  readonly parts: readonly ValueChange[];
  readonly partsChanged: number;
}

/** A closed quarter, or another published period, that would show another value or verdict than it does. */
export interface RestatedPeriod extends ValueSides {
  /** `2026-Q3` */
  readonly period: string;
  readonly grain: Grain;
  readonly metric: string;
  readonly label: LocalText;
  readonly unit: Unit;
  /** The side that answers for the metric. */
  readonly owner: SlaSide;
  /** In metrics/published/ of the base: somebody reviewed it. */
  readonly isPublished: boolean;
  /** Of a published one: the value that was published, and whether the new one is further off than its contract allows. */
  readonly published: number | null;
  readonly isBeyondTolerance: boolean;
  readonly isAcknowledged: boolean;
}

/** Titles of the two SLA owners, of the agreement that is newest in the base. */
export interface SlaOwners {
  readonly marketing: string;
  readonly sales: string;
}

/** How many verdicts go from one to another, by which clauses. */
export interface FlipCount {
  /** `first_response`, `follow_up`, `acceptance`, `meeting_outcome`, `icp_match`, `mql_criteria`. */
  readonly promise: string;
  readonly before: string;
  readonly after: string;
  /** Agreement and clause that decide, `2026-h2 first_response/demo`; null where nothing is promised. */
  readonly clauseBefore: string | null;
  readonly clauseAfter: string | null;
  readonly verdicts: number;
}

/** A verdict that changes. Pseudonymous personal data: shown on the reviewer's own machine and never posted. */
export interface Flip {
  readonly promise: string;
  readonly leadId: string;
  /** The cycle's number, or meeting and slot. */
  readonly item: string;
  readonly before: string;
  readonly after: string;
  readonly clauseBefore: string | null;
  readonly clauseAfter: string | null;
}

export interface Flips {
  /** Verdicts that change, and leads with one. */
  readonly verdicts: number;
  readonly leads: number;
  readonly counts: readonly FlipCount[];
  readonly list: readonly Flip[];
}

/** What became of a model's rows. */
export interface RowsReview {
  readonly model: string;
  readonly isPublic: boolean;
  /** Columns that identify a row; empty: rows are compared whole. */
  readonly key: readonly string[];
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  readonly onlyBefore: number;
  readonly onlyAfter: number;
  /** Of the same key with other values; null where no key tells rows apart. */
  readonly changed: number | null;
  /** Of rows that both have, the share whose value is the same; columns that all agree in are left out. */
  readonly columns: readonly { readonly column: string; readonly changed: number; readonly matchRate: number }[];
  readonly schema: readonly SchemaChange[];
  /** Local output only: a few rows that differ. Cells as text. */
  readonly samples: readonly RowSample[];
}

export interface SchemaChange {
  readonly column: string;
  /** DuckDB's name of the type; null: not there. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface RowSample {
  readonly kind: 'only_before' | 'only_after' | 'changed';
  /** Key column → value. */
  readonly key: Readonly<Record<string, string | null>>;
  /** Of a changed row, the columns that differ; else a few of its columns. */
  readonly cells: Readonly<Record<string, { readonly before: string | null; readonly after: string | null }>>;
}

/** What the two definitions make of the same data. */
export interface DataReview {
  /** ISO instant of both. */
  readonly asOf: string;
  /** Models that had to run for the base and for the head. */
  readonly ranBefore: number;
  readonly ranAfter: number;
  /** Reached metrics, those whose values differ first. */
  readonly metrics: readonly MetricReview[];
  /** Closed quarters, and any other period that was published, newest first. */
  readonly restated: readonly RestatedPeriod[];
  readonly owners: SlaOwners | null;
  readonly flips: Flips;
  /** Of models that ran for the head and differ, public ones first. */
  readonly rows: readonly RowsReview[];
}

/** Whether values were compared, and if not why. */
export type DataOutcome =
  | ({ readonly kind: 'compared' } & DataReview)
  /** Nobody wants it: `--no-data`, or no definition that values depend on differs. */
  | { readonly kind: 'not_needed'; readonly reason: string }
  /** There is nothing to compare with; `reason` says what to do. */
  | { readonly kind: 'no_data'; readonly reason: string }
  /** A side cannot be built. Messages of the head's run may hold data: never posted. */
  | { readonly kind: 'failed'; readonly side: 'base' | 'head'; readonly problems: readonly Diagnostic[] };

export type PolicyRule = 'version_bump' | 'approvals' | 'acknowledgements' | 'deprecation_dates';

/** Something that the review policy of handover.yml asks for and is not there. */
export interface Violation {
  readonly rule: PolicyRule;
  readonly severity: 'error' | 'warn';
  readonly message: string;
  readonly fix: string;
  readonly file: string | null;
  readonly line: number | null;
}

export interface ComparedRef {
  /** As it was asked for: `origin/main`, or `WORKTREE`. */
  readonly asked: string;
  /** Twelve digits; null of the work tree. */
  readonly commit: string | null;
  /** The base is where the head left it. */
  readonly isMergeBase: boolean;
  /** Of the work tree: files that no commit holds. */
  readonly uncommitted: number;
  /** It has no handover.yml. */
  readonly isEmpty: boolean;
}

/** What a change of definitions does. Plain data: `--format json` prints it. */
export interface Review {
  readonly format: 1;
  readonly project: string;
  readonly base: ComparedRef;
  readonly head: ComparedRef;
  /** Gravest first, then in order of kind and name. */
  readonly changes: readonly DefinitionChange[];
  /** The gravest; null when no definition changed. */
  readonly class: ChangeClass | null;
  readonly reach: Reach;
  readonly data: DataOutcome;
  readonly violations: readonly Violation[];
  /** What keeps a side from being built; then only definitions are compared. */
  readonly problems: { readonly base: readonly Diagnostic[]; readonly head: readonly Diagnostic[] };
  /** What was left out, such as symbolic links. */
  readonly notes: readonly string[];
}
