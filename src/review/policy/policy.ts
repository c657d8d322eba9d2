import type { Project } from '../../project/project.ts';
import type { PolicyLevel, ReviewPolicy } from '../../project/review-policy.ts';
import type { DataOutcome, DefinitionChange, PolicyRule, Violation } from '../types.ts';
import { withoutAcknowledgement } from './acknowledgements.ts';
import { withoutApproval } from './approvals.ts';
import { withoutDate } from './dates.ts';
import { withoutVersion } from './versions.ts';

export interface PolicyInput {
  /** Of the base: the head cannot excuse itself. */
  readonly policy: ReviewPolicy;
  readonly base: Project;
  readonly head: Project;
  readonly changes: readonly DefinitionChange[];
  readonly data: DataOutcome;
  /** YYYY-MM-DD */
  readonly today: string;
}

/** What is missing, before it is known how grave that is. */
export type Missing = Omit<Violation, 'rule' | 'severity'>;

/** What the review policy asks for and is not there, in order of rule. Pure. */
export function violationsOf(input: PolicyInput): Violation[] {
  const { policy } = input;
  const rules: readonly [PolicyRule, PolicyLevel, (input: PolicyInput) => Missing[]][] = [
    ['version_bump', policy.versionBump, withoutVersion],
    ['approvals', policy.approvals, withoutApproval],
    ['acknowledgements', policy.acknowledgements, withoutAcknowledgement],
    ['deprecation_dates', policy.deprecationDates, withoutDate],
  ];
  return rules.flatMap(([rule, level, find]) =>
    level === 'off' ? [] : find(input).map((missing) => ({ rule, severity: level, ...missing })),
  );
}

/** At the place of the definition. */
export function missingAt({ file, line }: DefinitionChange, told: Pick<Violation, 'message' | 'fix'>): Missing {
  return { ...told, file, line };
}
