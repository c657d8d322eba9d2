import type { PlannedModel } from '../../models/plan.ts';
import type { Side } from '../types.ts';
import { canonical } from './fields.ts';
import { withoutPlaces } from './model-tree.ts';

/** Names of models that only the other side has, earlier → later: the same SQL, and no other model's. */
export type NewNames = ReadonlyMap<string, string>;

/** The models that are called otherwise. Pure. */
export function newNames(before: Side, after: Side): NewNames {
  const [gone, come] = [onlyIn(before, after), onlyIn(after, before)];
  const isSole = (models: readonly PlannedModel[], { definition }: PlannedModel) =>
    definition !== '' && models.filter((model) => model.definition === definition).length === 1;
  return new Map(
    gone
      .filter((model) => isSole(gone, model) && isSole(come, model))
      .map(({ file, definition }) => [
        file.name,
        come.find((model) => model.definition === definition)?.file.name ?? file.name,
      ]),
  );
}

function onlyIn(side: Side, other: Side): readonly PlannedModel[] {
  const names = new Set(other.project.models.map(({ name }) => name));
  return (side.planned ?? []).filter(({ file }) => file.aliasOf === undefined && !names.has(file.name));
}

/** Whether two models say the same once the models that they read have their new names. */
export function saysTheSame(before: PlannedModel, after: PlannedModel, names: NewNames): boolean {
  if (before.definition === after.definition) return true;
  // Without a tree nothing can be told.
  if (names.size === 0 || before.statement === null || after.statement === null) return false;
  return canonical(withoutPlaces(before.statement, names)) === canonical(withoutPlaces(after.statement, names));
}

/**
 * SQL without comments, its spaces one each, as far as that can be told without reading it: texts and quoted names stay
 * as they are. For SQL that DuckDB could not read; each piece is looked at once, however the text was made.
 */
export function foldedSql(sql: string): string {
  const text = sql.replaceAll('\r\n', '\n');
  // Between $$ anything may stand.
  if (/\$\w*\$/.test(text)) return text.trim();
  const piece = /('(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$))|(?:\s|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/g;
  return text.replace(piece, (_, kept: string | undefined) => kept ?? ' ').trim();
}
