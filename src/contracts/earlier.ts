import type { ModelFile } from '../project/model-file.ts';
import { hashOf } from '../state/hash.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type RowRule, toResult } from './row-rule.ts';
import type { ContractResult } from './rule.ts';

/** Answers beside the questions that they were given to, so that a later check can tell whether they still hold good. */
const table = 'audit.answers';

const columns = {
  question: 'varchar',
  held: 'varchar',
  severity: 'varchar',
  passed: 'boolean',
  observed: 'varchar',
  sample: 'varchar',
  rows_in: 'varchar',
};

type Answer = Pick<ContractResult, 'severity' | 'passed' | 'observed' | 'sample' | 'rowsIn'>;

/** What is asked, and what the models held that it was asked of. */
interface Question {
  /** Other words or another SQL make another question; the place does not. */
  readonly text: string;
  /** Of the rule's model first, then of the others that it reads. */
  readonly held: readonly string[];
}

/** Rules about models of which it is known what they hold; of others nothing can be kept. */
export type Questions = ReadonlyMap<RowRule, Question>;

/** What an earlier check tells: results that are the same now, and of rules that held what the models held then. */
export interface Earlier {
  readonly results: Map<RowRule, ContractResult>;
  readonly heldOn: ReadonlyMap<RowRule, readonly string[]>;
}

/** The questions of rules; `contents`: what each model holds, as a hash. */
export function questionsOf(
  asked: readonly { readonly model: ModelFile; readonly rules: readonly RowRule[] }[],
  contents: ReadonlyMap<string, string>,
): Questions {
  const questions = new Map<RowRule, Question>();
  for (const { model, rules } of asked) {
    for (const rule of rules) {
      const held = [model.name, ...(rule.reads ?? [])].flatMap((name) => contents.get(name) ?? []);
      if (held.length === 1 + (rule.reads?.length ?? 0)) questions.set(rule, { text: textOf(rule), held });
    }
  }
  return questions;
}

/** What an earlier check answered to the same questions. */
export async function readEarlier(warehouse: Warehouse, questions: Questions): Promise<Earlier> {
  const answers = questions.size === 0 ? new Map<string, Answer & { held: string }>() : await readAnswers(warehouse);
  const results = new Map<RowRule, ContractResult>();
  const heldOn = new Map<RowRule, readonly string[]>();
  for (const [rule, { text, held }] of questions) {
    const answer = answers.get(text);
    if (answer === undefined) continue;
    // Written by `writeAnswers` alone.
    const heldThen = JSON.parse(answer.held) as readonly string[];
    if (heldThen.join() === held.join()) results.set(rule, toResult(rule, answerOf(answer)));
    else if (answer.passed) heldOn.set(rule, heldThen);
  }
  return { results, heldOn };
}

export async function writeAnswers(
  warehouse: Warehouse,
  questions: Questions,
  results: ReadonlyMap<RowRule, ContractResult>,
): Promise<void> {
  const rows = [...questions].flatMap(([rule, { text, held }]) => {
    const result = results.get(rule);
    if (result === undefined) return [];
    const { rowsIn, ...answer } = answerOf(result);
    return [{ question: text, held: JSON.stringify(held), ...answer, rows_in: rowsIn }];
  });
  await warehouse.insert(table, columns, rows);
}

async function readAnswers(warehouse: Warehouse): Promise<ReadonlyMap<string, Answer & { readonly held: string }>> {
  if (!(await warehouse.hasTable('audit', 'answers'))) return new Map();
  const rows = await warehouse.rows<Answer & { readonly question: string; readonly held: string }>(
    `select * exclude (rows_in), rows_in as "rowsIn" from ${table}`,
  );
  return new Map(rows.map(({ question, ...answer }) => [question, answer]));
}

function answerOf({ severity, passed, observed, sample, rowsIn }: Answer): Answer {
  return { severity, passed, observed, sample, rowsIn };
}

function textOf({ place: _place, ...rule }: RowRule): string {
  return hashOf(rule);
}
