import type { Side } from './agreement.ts';

/**
 * How one clause would have fared under a draft of an agreement: of the leads that became MQL (of meetings: those
 * scheduled) from the first date to the last, so many were judged and so many kept, by the agreements in force and by the
 * draft.
 */
export interface DraftOutcome {
  /** The draft's id. */
  readonly draft: string;
  /** YYYY-MM-DD, both included. */
  readonly firstDate: string;
  readonly lastDate: string;
  /** What is judged: `first_response`, `follow_up`, `acceptance`, `meeting_outcome`, `icp_match` or `mql_criteria`. */
  readonly clause: string;
  readonly side: Side;
  readonly judgedBefore: number;
  readonly keptBefore: number;
  readonly judgedAfter: number;
  readonly keptAfter: number;
  /** Verdicts that differ. */
  readonly changed: number;
}
