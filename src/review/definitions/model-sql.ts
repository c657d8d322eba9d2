import type { PlannedModel } from '../../models/plan.ts';
import type { ModelFile } from '../../project/model-file.ts';
import type { FieldChange, Side } from '../types.ts';
import { madeOtherwise } from './changed-columns.ts';
import { code, listed, shortened } from './definition-change.ts';
import { type FieldDifference, toFieldChange } from './fields.ts';
import { changedConditions } from './model-conditions.ts';
import { foldedSql, type NewNames, saysTheSame } from './model-names.ts';
import { sqlWords } from './model-words.ts';
import { modelRules } from './rules-models.ts';

/** The same model, or what takes its place, on both sides. */
export interface ModelPair {
  readonly before: Side;
  readonly after: Side;
  readonly old: ModelFile;
  readonly now: ModelFile;
  readonly names: NewNames;
}

/** What other SQL does; nothing where it is only written otherwise. Pure. */
export function sqlChanges(pair: ModelPair): FieldChange[] {
  const { before, after, old, now, names: newNames } = pair;
  const [earlier, later] = [plannedIn(before, old), plannedIn(after, now)];
  if (earlier === undefined || later === undefined) {
    if (foldedSql(old.sql.text) === foldedSql(now.sql.text)) return [];
    return [toChange(pair, 'sql.text', 'its SQL is another text, and what that changes cannot be told')];
  }
  if (earlier.definition === later.definition) return [];
  if (saysTheSame(earlier, later, newNames)) {
    const read = [...newNames].filter(([name]) => earlier.reads.includes(name));
    const words = listed(read.map(([name, newName]) => `${code(name)} by its new name ${code(newName)}`));
    return [toChange(pair, 'sql.names', `it reads ${words}`)];
  }
  const columns = madeOtherwise(earlier, before, later, after);
  if (columns === null) {
    const conditions = changedConditions(earlier.statement, later.statement);
    return [toChange(pair, 'sql.rows', sqlWords(null, conditions))];
  }
  const [earlierNames, laterNames] = [namesIn(before, old), namesIn(after, now)];
  const added = columns.filter((name) => !earlierNames.has(name.toLowerCase()));
  const kept = columns.filter((name) => [earlierNames, laterNames].every((names) => names.has(name.toLowerCase())));
  if (kept.length > 0) return [toChange(pair, 'sql.columns', sqlWords(kept, []))];
  if (added.length > 0) {
    const made = listed(added.map(code));
    return [toChange(pair, 'sql.new_columns', `its SQL also makes ${made}, and all else as before`)];
  }
  // Columns that are gone are told by themselves.
  return columns.length > 0 ? [] : [toChange(pair, 'sql.same', sqlWords([], []))];
}

/** The columns of a model, as DuckDB tells names apart. */
function namesIn({ inspected }: Side, { name }: ModelFile): ReadonlySet<string> {
  return new Set([...(inspected?.columns.get(name)?.keys() ?? [])].map((column) => column.toLowerCase()));
}

function plannedIn({ planned = [] }: Side, { name }: ModelFile): PlannedModel | undefined {
  const found = planned.find(({ file }) => file.name === name);
  return found?.statement === null ? undefined : found;
}

/** Whoever shows it cuts it to where the two part. */
const mostSql = 20_000;

function toChange({ old, now }: ModelPair, field: string, words: string): FieldChange {
  const text = ({ sql }: ModelFile) => shortened(foldedSql(sql.text), mostSql);
  const [before, after] = [old, now].map((model) => ({ path: 'sql', field, value: model.sql.text, text: text(model) }));
  const change: FieldDifference = { kind: 'model', field, path: 'sql', before, after };
  return toFieldChange(change, words, modelRules);
}
