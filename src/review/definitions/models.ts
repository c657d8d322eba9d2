import { splitModels } from '../../build/crms.ts';
import type { ModelFile } from '../../project/model-file.ts';
import type { DefinitionChange, FieldChange, Side } from '../types.ts';
import { type About, code, definitionChange, fieldOf, wholeChange } from './definition-change.ts';
import { differencesOf, type FieldDifference, toFieldChange } from './fields.ts';
import { modelFields } from './model-fields.ts';
import { newNames } from './model-names.ts';
import { type ModelPair, sqlChanges } from './model-sql.ts';
import { testFields } from './model-tests.ts';
import { modelTitle, modelWords } from './model-words.ts';
import { modelRules } from './rules-models.ts';

/** Rules on what the columns of a model are, which its readers rely on. */
export const schemaRules: ReadonlySet<string> = new Set([
  'model-column-removed',
  'model-column-retyped',
  'model-grain',
]);

/**
 * What the models of two sides say otherwise, in order of name. Each version of a model is one of its own; the bare name
 * of a model with versions is changed when it stands for another of them. Contracts of columns are not looked at. Pure.
 */
export function compareModels(before: Side, after: Side): DefinitionChange[] {
  const [earlier, later] = [byName(before), byName(after)];
  const names = newNames(before, after);
  const oldNames = new Map([...names].map(([old, now]) => [now, old]));
  const all = [...new Set([...earlier.keys(), ...later.keys()])].sort();
  return all.flatMap((name): DefinitionChange[] => {
    const now = later.get(name);
    const old = earlier.get(oldNames.get(name) ?? name);
    if (now === undefined) return old === undefined || names.has(name) ? [] : whole(old, 'removed', 'is gone');
    if (old === undefined) return whole(now, 'added', 'is new');
    return changed({ before, after, old, now, names });
  });
}

function byName({ project }: Side): ReadonlyMap<string, ModelFile> {
  return new Map(project.models.map((model) => [model.name, model]));
}

function whole(model: ModelFile, change: 'added' | 'removed', words: string): DefinitionChange[] {
  // The bare name comes and goes with its versions.
  if (model.aliasOf !== undefined) return [];
  const versions = change === 'added' ? { versionBefore: null } : { versionAfter: null };
  return wholeChange(aboutOf(model, versions), change, words, modelRules);
}

function aboutOf(
  model: ModelFile,
  versions: Partial<Pick<DefinitionChange, 'versionBefore' | 'versionAfter'>> = {},
): About {
  const { file, line } = model.at([]);
  const number = model.aliasOf === undefined ? (model.version?.number ?? null) : null;
  return {
    kind: 'model',
    name: model.name,
    title: modelTitle(model.aliasOf === undefined ? model : { name: model.name, base: model.base }),
    file,
    line,
    versionBefore: number,
    versionAfter: number,
    ...versions,
  };
}

function changed(pair: ModelPair): DefinitionChange[] {
  const { old, now } = pair;
  if (old.aliasOf !== undefined || now.aliasOf !== undefined) return changedLatest(pair);
  const fields = [...sqlChanges(pair), ...fieldChanges(pair), ...testChanges(pair)];
  if (old.name !== now.name) {
    const words = `was called ${code(old.name)}`;
    const about = { ...aboutOf(now), previousName: old.name };
    const [renamed] = wholeChange(about, 'renamed', words, modelRules);
    return renamed === undefined ? [] : definitionChange(about, 'renamed', [...renamed.fields, ...fields]);
  }
  return definitionChange(placed(aboutOf(now), now, fields), 'changed', fields);
}

/** Where other SQL is what there is to see, the file of the SQL is shown. */
function placed(about: About, model: ModelFile, fields: readonly FieldChange[]): About {
  return fields[0]?.path === 'sql' ? { ...about, file: model.sql.path, line: 1 } : about;
}

/** The bare name of a model with versions, on one side at least. */
function changedLatest(pair: ModelPair): DefinitionChange[] {
  const [old, now] = [latestOf(pair.old, pair.before), latestOf(pair.now, pair.after)];
  const tests = testChanges(pair);
  const about = aboutOf(pair.now, {
    versionBefore: old.version?.number ?? null,
    versionAfter: now.version?.number ?? null,
  });
  if (old.name === now.name) return definitionChange(about, 'changed', tests);
  const shown = { ...pair, old, now };
  const differences = [...sqlChanges(shown), ...fieldChanges(shown).filter(({ rule }) => !ofVersions.has(rule))];
  const isSame = differences.every((change) => change.class === 'cosmetic');
  const field = isSame ? 'latest.same' : 'latest';
  const [from, to] = [old, now].map((model) => fieldOf('latest', field, model.name, versionText(model)));
  const latest = toChange({ kind: 'model', field, path: 'latest', before: from, after: to });
  return definitionChange(about, 'changed', [latest, ...differences, ...tests]);
}

/** What a version says of itself and not of what it makes. */
const ofVersions: ReadonlySet<string> = new Set(['model-note', 'model-deprecated', 'model-deprecated-sooner']);

function latestOf(model: ModelFile, side: Side): ModelFile {
  return side.project.models.find(({ name }) => name === model.aliasOf) ?? model;
}

function versionText({ version }: ModelFile): string {
  return version === undefined ? 'the model without versions' : `version ${version.number}`;
}

function fieldChanges(pair: ModelPair): FieldChange[] {
  const { before, after, old, now } = pair;
  const found = [before.inspected?.columns.get(old.name), after.inspected?.columns.get(now.name)] as const;
  // What DuckDB found on one side only is not compared with what is written on the other.
  const isFound = found.every((columns) => columns !== undefined);
  const [earlier, later] = isFound ? found : [undefined, undefined];
  const differences = differencesOf('model', modelFields(old, earlier), modelFields(now, later));
  const own = differences.filter(({ field, before: from, after: to }) => {
    const isUntold = from !== undefined && to !== undefined && [from.value, to.value].includes('');
    return field !== 'columns' || !isUntold;
  });
  const isReached = old.sql.text === now.sql.text && own.every(({ field }) => field === 'columns');
  // A column that came or went with what it reads is its own affair only where it is published.
  const told = isReached && isFound && !now.isPublic ? [] : own;
  return told.map((change) => toChange(change.field === 'folder' ? { ...change, field: folderField(pair) } : change));
}

function folderField({ before, after, old, now }: ModelPair): string {
  const [was, is] = [isIdle(before, old), isIdle(after, now)];
  if (was === is) return 'folder';
  return is ? 'folder.idle' : 'folder.runs';
}

/** Whether it lies below the folder of a CRM that no source is an export of. */
function isIdle({ project }: Side, { name }: ModelFile): boolean {
  return splitModels(project).outlined.some((model) => model.name === name);
}

function testChanges({ before, after, old, now }: ModelPair): FieldChange[] {
  if (now.name !== now.base) return [];
  const fileOf = ({ project }: Side, { base }: ModelFile) => project.tests.find(({ model }) => model === base);
  const [earlier, later] = [fileOf(before, old), fileOf(after, now)];
  if (earlier?.yml.text === later?.yml.text) return [];
  return differencesOf('model', testFields(earlier), testFields(later)).map(toChange);
}

function toChange(change: FieldDifference): FieldChange {
  return toFieldChange(change, modelWords(change), modelRules);
}
