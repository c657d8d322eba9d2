import type { ModelFile } from '../project/model-file.ts';
import { hashOf } from '../state/hash.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type RowRule, toResult } from './row-rule.ts';
import type { ContractResult } from './rule.ts';

/** Answers beside the questions that they were given to, so that a later check can tell whether they still hold good. */
const table = 'audit.results';

const columns = {
  question: 'varchar',
  severity: 'varchar',
  passed: 'boolean',
  observed: 'varchar',
  sample: 'varchar',
  rows_in: 'varchar',
};

type Answer = Pick<ContractResult, 'severity' | 'passed' | 'observed' | 'sample' | 'rowsIn'>;

/** Rules with what is asked: other words, another SQL or other rows make another question; the place does not. */
export type Questions = ReadonlyMap<RowRule, string>;

/** The questions of rules about models of which it is known what they hold; of others nothing can be kept. */
export function questionsOf(
  asked: readonly { readonly model: ModelFile; readonly rules: readonly RowRule[] }[],
  contents: ReadonlyMap<string, string>,
): Questions {
  const questions = new Map<RowRule, string>();
  for (const { model, rules } of asked) {
    for (const rule of rules) {
      const held = [model.name, ...(rule.reads ?? [])].map((name) => contents.get(name));
      if (held.every((content) => content !== undefined)) questions.set(rule, digest(rule, held));
    }
  }
  return questions;
}

/** What an earlier check answered to the same questions. */
export async function keepEarlier(warehouse: Warehouse, questions: Questions): Promise<Map<RowRule, ContractResult>> {
  const answers = questions.size === 0 ? new Map<string, Answer>() : await readAnswers(warehouse);
  const kept = new Map<RowRule, ContractResult>();
  for (const [rule, question] of questions) {
    const answer = answers.get(question);
    if (answer !== undefined) kept.set(rule, toResult(rule, answer));
  }
  return kept;
}

export async function writeAnswers(
  warehouse: Warehouse,
  questions: Questions,
  results: ReadonlyMap<RowRule, ContractResult>,
): Promise<void> {
  const rows = [...questions].flatMap(([rule, question]) => {
    const result = results.get(rule);
    if (result === undefined) return [];
    const { severity, passed, observed, sample, rowsIn } = result;
    return [{ question, severity, passed, observed, sample, rows_in: rowsIn }];
  });
  await warehouse.insert(table, columns, rows);
}

async function readAnswers(warehouse: Warehouse): Promise<ReadonlyMap<string, Answer>> {
  if (!(await warehouse.hasTable('audit', 'results'))) return new Map();
  const rows = await warehouse.rows<Answer & { readonly question: string }>(
    `select question, severity, passed, observed, sample, rows_in as "rowsIn" from ${table}`,
  );
  return new Map(rows.map(({ question, ...answer }) => [question, answer]));
}

function digest({ place: _place, ...rule }: RowRule, held: readonly (string | undefined)[]): string {
  return hashOf([rule, held]);
}
