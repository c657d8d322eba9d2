import type { Agreement } from '../../project/agreement.ts';
import type { ProjectConfig } from '../../project/config-file.ts';
import type { Project } from '../../project/project.ts';
import type { DefinitionChange } from '../types.ts';

/** The two projects by whose definitions the values were made, and what of them is asked. */
export interface ValuesInput {
  readonly base: ReviewedProject;
  readonly head: ReviewedProject;
  /** Names, in the order in which they are to be shown. */
  readonly metrics: readonly string[];
  /** What differs between the two: a metric with a breaking change means something else now. */
  readonly changes: readonly DefinitionChange[];
  /** ISO instant of both. */
  readonly asOf: string;
  /** Somebody asked for it, and it is not told by the data. Absent: no. */
  readonly isAsOfAsked?: boolean;
}

/** What of a project says how values are shown and who answers for them. */
export interface ReviewedProject extends Pick<Project, 'metrics' | 'ledger'> {
  /** Earliest first. */
  readonly agreements: readonly Pick<Agreement, 'owners'>[];
  readonly config: Pick<ProjectConfig, 'retentionMonths'>;
}
