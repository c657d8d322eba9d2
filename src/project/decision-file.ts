import * as z from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { amount, localDate, name } from './agreement-parts-schema.ts';
import type { LocalText } from './metric.ts';
import { periodOf } from './period-start.ts';
import { holdsPersonalData } from './personal-data.ts';
import { type Place, parseYaml, type SourceText, type YamlPath } from './yaml-file.ts';

/** What a review meeting decided; a file of metrics/decisions/. */
export interface ReviewMeeting {
  /** The period that was reviewed: `2026-Q3`, `2026-10`, `2026-W47`. */
  readonly review: string;
  /** YYYY-MM-DD */
  readonly heldOn: string;
  readonly decisions: readonly Decision[];
  readonly file: SourceText;
  /** The place in the file of the value at a path of YAML keys. */
  at(path: YamlPath): Place;
}

export interface Decision {
  readonly title: LocalText;
  readonly why?: LocalText;
  /** Roles, never names. */
  readonly decidedBy: readonly string[];
  readonly responsible: string;
  /** YYYY-MM-DD */
  readonly dueOn?: string;
  /** YYYY-MM-DD; absent while it is not done. */
  readonly doneOn?: string;
  readonly target?: DecidedTarget;
}

/** In the metric's own unit; a share between 0 and 1. */
interface DecidedTarget {
  readonly metric: string;
  readonly from?: number;
  readonly to: number;
}

const inEitherLanguage = z
  .strictObject({
    en: z.string().min(1).optional().describe('In English. Left out: readers of English see the Danish.'),
    da: z.string().min(1).optional().describe('In Danish. Left out: readers of Danish see the English.'),
  })
  .refine(({ en, da }) => en !== undefined || da !== undefined, 'says nothing: write en, da or both');

const target = z.strictObject({
  metric: name.describe('The metric whose target it is.'),
  from: amount.optional().describe('The target until then: a number, or a share such as 85 %.'),
  to: amount.describe('The target that was decided: a number, or a share such as 90 %.'),
});

const decision = z.strictObject({
  title: inEitherLanguage.describe('What was decided, in a line.'),
  why: inEitherLanguage.optional().describe('Why, for those who were not there.'),
  decided_by: z
    .union([name, z.array(name).min(1)])
    .describe('Who decided it: a role or a list of roles, never a name.'),
  responsible: name.describe('Who sees to it that it is done: a role, never a name.'),
  due: localDate.optional().describe('The day by which it is to be done.'),
  done_on: localDate.optional().describe('The day on which it was done. Left out: it is open.'),
  target: target
    .optional()
    .describe('A target that was decided. It takes effect where the agreement or the metric says so, not here.'),
});

/** The shape of metrics/decisions/*.yml. */
export const decisionsSchema = z.strictObject({
  review: z
    .string()
    .refine(
      (label) => periodOf(label, 1) !== undefined,
      'not a quarter such as 2026-Q3, a month such as 2026-10 or a week such as 2026-W47',
    )
    .describe('The period that was reviewed: a quarter (2026-Q3), a month (2026-10) or a week (2026-W47).'),
  held_on: localDate.describe('The date of the meeting.'),
  decisions: z.array(decision).min(1, 'an empty list').describe('What was decided, in the order of the minutes.'),
});

type DecisionsYaml = z.infer<typeof decisionsSchema>;
type DecisionYaml = z.infer<typeof decision>;

/** Reads what one meeting decided; problems are added with their place. `checkDecisions` looks at the metrics. */
export function readDecisions(file: SourceText, problems: Diagnostic[]): ReviewMeeting | undefined {
  const located = parseYaml(file, decisionsSchema, problems);
  if (located === undefined) return undefined;
  const { value: yaml, at } = located;
  problems.push(
    ...meetingProblems(yaml, at),
    ...yaml.decisions.flatMap((entry, index) => {
      const place = (path: YamlPath): Place => at(['decisions', index, ...path]);
      return [...dateProblems(entry, yaml.held_on, place), ...personalData(entry, place)];
    }),
  );
  return { review: yaml.review, heldOn: yaml.held_on, decisions: yaml.decisions.map(toDecision), file, at };
}

/** Of a fiscal year that begins in another month the quarter begins later still; it is not known here. */
function meetingProblems({ review, held_on: heldOn }: DecisionsYaml, at: (path: YamlPath) => Place): Diagnostic[] {
  const start = periodOf(review, 1)?.start ?? '';
  if (heldOn >= start) return [];
  return [
    {
      code: 'dates-out-of-order',
      severity: 'warning',
      message: `held_on ${heldOn} is before ${review} begins, on ${start}`,
      ...at(['held_on']),
      expected: 'the date of the meeting that looked at that period',
    },
  ];
}

function dateProblems(entry: DecisionYaml, heldOn: string, at: (path: YamlPath) => Place): Diagnostic[] {
  return (['due', 'done_on'] as const).flatMap((key): Diagnostic[] => {
    const date = entry[key];
    if (date === undefined || date >= heldOn) return [];
    return [
      {
        code: 'dates-out-of-order',
        severity: 'error',
        message: `${key} ${date} is before held_on ${heldOn}`,
        ...at([key]),
        expected: 'a date on or after that of the meeting',
      },
    ];
  });
}

/** Everything that is said here is published. */
function personalData(entry: DecisionYaml, at: (path: YamlPath) => Place): Diagnostic[] {
  const roles = { decided_by: rolesOf(entry).join(', '), responsible: entry.responsible };
  const words = { title: wordsOf(entry.title), why: wordsOf(entry.why) };
  return Object.entries({ ...words, ...roles })
    .filter(([, text]) => holdsPersonalData(text))
    .map(([key]) => ({
      code: 'personal-data',
      severity: 'error',
      message: `${key} holds an e-mail address or a telephone number`,
      ...at([key]),
      expected: key in roles ? 'a role' : 'words that name nobody',
    }));
}

function toDecision(yaml: DecisionYaml): Decision {
  return {
    title: inBoth(yaml.title),
    ...(yaml.why === undefined ? {} : { why: inBoth(yaml.why) }),
    decidedBy: rolesOf(yaml),
    responsible: yaml.responsible,
    ...(yaml.due === undefined ? {} : { dueOn: yaml.due }),
    ...(yaml.done_on === undefined ? {} : { doneOn: yaml.done_on }),
    ...(yaml.target === undefined ? {} : { target: toTarget(yaml.target) }),
  };
}

function toTarget({ metric, from, to }: z.infer<typeof target>): DecidedTarget {
  return from === undefined ? { metric, to } : { metric, from, to };
}

function rolesOf({ decided_by: roles }: DecisionYaml): readonly string[] {
  return typeof roles === 'string' ? [roles] : roles;
}

type EitherLanguage = z.infer<typeof inEitherLanguage>;

function wordsOf(text: EitherLanguage | undefined): string {
  return [text?.en, text?.da].filter((words) => words !== undefined).join(' | ');
}

/** What is missing in one language is told in the other. */
function inBoth({ en, da }: EitherLanguage): LocalText {
  return { en: en ?? da ?? '', da: da ?? en ?? '' };
}
