import { quoteLiteral } from '../warehouse/warehouse.ts';
import { type Privacy, tombstoneOf } from './personal.ts';
import { fault } from './scan.ts';

/** What decides, besides its own content, whether and how a row is stored. */
export interface RowOptions {
  /** ISO instant, later than which nothing can have happened. */
  readonly now: string;
  readonly privacy: Privacy;
  /** Salted hashes of the source's leads that are to stay forgotten. */
  readonly forgotten: readonly string[];
  /** Whether the text of rejected rows is kept beside the reason. */
  readonly keepRejects: boolean;
}

/** A branch of a row's problems: its lead was forgotten. Empty where nobody was. */
export function forgottenProblem(crm: string, lead: string, { forgotten, privacy }: RowOptions): string {
  if (forgotten.length === 0) return '';
  const hashes = forgotten.map(quoteLiteral).join(', ');
  return `when list_contains([${hashes}], ${tombstoneOf(crm, lead, privacy.salt)})
            then ${fault('forgotten', 'null', `'the lead was forgotten'`)}`;
}
