import * as z from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { amount, localDate, localText, name } from './agreement-parts-schema.ts';
import type { LocalText } from './metric.ts';
import { holdsPersonalData } from './personal-data.ts';
import { type Place, parseYaml, type SourceText, type YamlPath } from './yaml-file.ts';

/** The one thing that was agreed to be done better, and the metric that tells whether it became better. */
export interface Improvement {
  readonly id: string;
  readonly title: LocalText;
  /** Dates are YYYY-MM-DD, in the agreement's zone. */
  readonly agreedOn: string;
  /** A role, never a name. */
  readonly agreedBy: string;
  readonly metric: string;
  /** Measured in this team only. */
  readonly team?: string;
  /** When the change began. */
  readonly since: string;
  /** The last day on which it is measured; absent while it is open. */
  readonly until?: string;
  /** What the metric was expected to become, in its own unit; a share between 0 and 1. */
  readonly expected?: number;
  readonly note?: LocalText;
  readonly file: SourceText;
  /** The place in the file of the value at a path of YAML keys. */
  at(path: YamlPath): Place;
}

/** The shape of metrics/improvements/*.yml. */
export const improvementSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'an id is lower case letters, digits, hyphens and underscores')
    .describe('Names the improvement, such as call-demos-first.'),
  title: localText.describe('What the site calls it: what is done differently.'),
  agreed_on: localDate.describe('The date of the meeting at which both sides agreed on it.'),
  agreed_by: name.describe('Who agreed on it: a role, never a name.'),
  metric: name.describe('The metric that it should move.'),
  team: name.optional().describe('Measured in this team only. Left out: over all teams.'),
  since: localDate.describe('The date on which the change began; the weeks after it are compared with those before.'),
  until: localDate
    .optional()
    .describe('The last day on which it is measured. Left out: it is open, and no other one can be.'),
  expected: amount.optional().describe('What the metric was expected to become: a number, or a share such as 90 %.'),
  note: localText.optional().describe('What readers should know: how it is done, why it was closed.'),
});

/** Reads one improvement; problems are added with their place. What needs other files is checked by `checkImprovements`. */
export function readImprovement(file: SourceText, problems: Diagnostic[]): Improvement | undefined {
  const located = parseYaml(file, improvementSchema, problems);
  if (located === undefined) return undefined;
  const { value: yaml, at } = located;
  if (holdsPersonalData(yaml.agreed_by)) {
    problems.push({
      code: 'personal-data',
      severity: 'error',
      message: 'agreed_by holds an e-mail address or a telephone number',
      ...at(['agreed_by']),
      expected: 'a role',
    });
  }
  return {
    id: yaml.id,
    title: yaml.title,
    agreedOn: yaml.agreed_on,
    agreedBy: yaml.agreed_by,
    metric: yaml.metric,
    ...(yaml.team === undefined ? {} : { team: yaml.team }),
    since: yaml.since,
    ...(yaml.until === undefined ? {} : { until: yaml.until }),
    ...(yaml.expected === undefined ? {} : { expected: yaml.expected }),
    ...(yaml.note === undefined ? {} : { note: yaml.note }),
    file,
    at,
  };
}
