import type { BuildInput, InputKind, Ledger } from '../project/ledger.ts';

/** What became of something that numbers are made from. */
export interface InputChange {
  readonly kind: InputKind;
  readonly name: string;
  readonly change: 'new' | 'changed' | 'gone';
}

/** What was known when a period was published, by kind and name; undefined: the last that was. */
export function knownInputs({ inputs }: Pick<Ledger, 'inputs'>, period?: string): readonly BuildInput[] {
  const last = period === undefined ? inputs.length : inputs.findLastIndex((line) => line.period === period) + 1;
  const known = new Map<string, BuildInput>();
  for (const { kind, name, hash } of inputs.slice(0, last)) {
    if (kind === 'publication') continue;
    if (hash === '') known.delete(keyOf({ kind, name }));
    else known.set(keyOf({ kind, name }), { kind, name, hash });
  }
  return [...known.values()];
}

/** What the ledger has to learn: what is new or changed, and what is gone with an empty hash; in order of kind and name. */
export function unknownInputs(known: readonly BuildInput[], now: readonly BuildInput[]): BuildInput[] {
  const before = new Map(known.map((input) => [keyOf(input), input.hash]));
  const after = new Set(now.map(keyOf));
  return [
    ...now.filter((input) => before.get(keyOf(input)) !== input.hash),
    ...known.filter((input) => !after.has(keyOf(input))).map((input) => ({ ...input, hash: '' })),
  ].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

/** What differs between then and now. A file is told by what it holds: one that only lies elsewhere is the same. */
export function changedInputs(known: readonly BuildInput[], now: readonly BuildInput[]): InputChange[] {
  const before = new Map(known.map((input) => [keyOf(input), input.hash]));
  const after = new Map(now.map((input) => [keyOf(input), input.hash]));
  const held = (inputs: readonly BuildInput[]) =>
    new Set(inputs.filter(({ kind }) => kind === 'file').map(({ hash }) => hash));
  const [heldBefore, heldAfter] = [held(known), held(now)];
  return unknownInputs(known, now).flatMap(({ kind, name, hash }): InputChange[] => {
    const key = keyOf({ kind, name });
    if (kind === 'file' && (hash === '' ? heldAfter.has(before.get(key) ?? '') : heldBefore.has(hash))) return [];
    return [{ kind, name, change: !after.has(key) ? 'gone' : before.has(key) ? 'changed' : 'new' }];
  });
}

function keyOf({ kind, name }: Pick<BuildInput, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}
