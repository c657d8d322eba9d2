import { toolVersion } from '../project/version.ts';
import { hashOf } from '../state/hash.ts';
import { ephemeralInputs } from './compile.ts';
import type { PlannedModel } from './plan.ts';

/** To be raised when the same models and inputs would be computed otherwise than before; so they may in each release. */
const runnerVersion = `2 ${toolVersion}`;

/** What a model's result is made from. Two runs with the same parts give the same rows. */
export interface ModelParts {
  readonly version: string;
  /** Hash of the SQL, formatting and comments aside. */
  readonly definition: string;
  /** How it is kept and cut. */
  readonly kept: string;
  /** Model or table that it reads → what that holds, as a hash. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** `outputs` and `tables`: what each model and each table outside models holds, as a hash. */
export function partsOf(
  model: PlannedModel,
  models: ReadonlyMap<string, PlannedModel>,
  known: { readonly outputs: ReadonlyMap<string, string>; readonly tables: ReadonlyMap<string, string> },
): ModelParts {
  const { file, definition } = model;
  const { materialized, partition } = file;
  // An ephemeral model holds nothing: its SQL counts, and what it reads is read by whoever reads it.
  const ephemeral = ephemeralInputs(model, models);
  const inlined = new Map(ephemeral.map((read) => [read.file.name, read.definition]));
  const all = [model, ...ephemeral];
  const inputs = [
    ...all
      .flatMap(({ reads }) => reads)
      .map((name): [string, string] => [name, inlined.get(name) ?? known.outputs.get(name) ?? '']),
    ...all
      .flatMap(({ readsTables }) => readsTables)
      .map((name): [string, string] => [name, known.tables.get(name) ?? '']),
  ].sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    version: runnerVersion,
    definition,
    kept: JSON.stringify([materialized, partition?.by ?? null, [...(partition?.inputs ?? [])]]),
    inputs: Object.fromEntries(inputs),
  };
}

export function fingerprintOf(parts: ModelParts): string {
  return hashOf(parts);
}

/** What differs between a model's parts then and now. */
export interface PartsChange {
  /** There was no earlier run, or one of another version of the runner. */
  readonly isNew: boolean;
  readonly definition: boolean;
  readonly kept: boolean;
  /** Names of inputs that hold something else, came or went. */
  readonly inputs: readonly string[];
  /** Of these, those that were inputs before. */
  readonly moved: readonly string[];
}

export function changesOf(before: ModelParts | undefined, after: ModelParts): PartsChange {
  if (before === undefined || before.version !== after.version) {
    return { isNew: true, definition: false, kept: false, inputs: [], moved: [] };
  }
  const names = new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)]);
  const inputs = [...names].filter((name) => before.inputs[name] !== after.inputs[name]);
  return {
    isNew: false,
    definition: before.definition !== after.definition,
    kept: before.kept !== after.kept,
    inputs,
    moved: inputs.filter((name) => name in before.inputs && name in after.inputs),
  };
}
