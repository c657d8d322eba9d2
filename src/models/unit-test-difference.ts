/** A value as text, null where there is none. */
export type Cell = string | null;

/** A column that is compared; its type decides what counts as the same. */
export interface ComparedColumn {
  readonly name: string;
  readonly type: string;
}

/** How the rows that came out differ from those expected. */
export interface Difference {
  readonly columns: readonly string[];
  /** Those of them that identify a row. */
  readonly key: readonly string[];
  /** Rows that are there with other values. */
  readonly changed: readonly { readonly expected: readonly Cell[]; readonly found: readonly Cell[] }[];
  readonly missing: readonly (readonly Cell[])[];
  readonly extra: readonly (readonly Cell[])[];
}

type Rows = readonly (readonly Cell[])[];

/** Beyond it rows are not paired: each costs a look at all others, and nobody reads so many. */
const pairedAtMost = 500;

/**
 * Pairs rows that were expected and not found with rows found and not expected, by the model's grain where it identifies
 * them, else by likeness. Undefined when all that differs is floats by less than a billionth, or JSON by how it is
 * written. Pure.
 */
export function differenceOf(
  columns: readonly ComparedColumn[],
  grain: readonly string[],
  rows: { readonly missing: Rows; readonly extra: Rows },
): Difference | undefined {
  const isSame = (left: readonly Cell[], right: readonly Cell[]): number =>
    columns.filter((column, index) => isSameCell(column.type, left[index] ?? null, right[index] ?? null)).length;
  const unequal = pairRows(rows, (left, right) => (isSame(left, right) === columns.length ? 1 : 0));
  if (unequal.missing.length === 0 && unequal.extra.length === 0) return undefined;

  const key = grain.map((name) => columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase()));
  const hasKey = key.length > 0 && !key.includes(-1) && isKey(unequal.missing, key) && isKey(unequal.extra, key);
  const isAlone = unequal.missing.length === 1 && unequal.extra.length === 1;
  const likeness = (left: readonly Cell[], right: readonly Cell[]): number => {
    if (hasKey) return keyOf(left, key) === keyOf(right, key) ? 1 : 0;
    // At least half of the values must be the same, unless there is nothing else to choose from.
    const same = isSame(left, right);
    return isAlone ? 1 : same * 2 >= columns.length ? same : 0;
  };
  const paired = pairRows(unequal, likeness);
  return {
    columns: columns.map(({ name }) => name),
    key: hasKey ? key.flatMap((index) => columns[index]?.name ?? []) : [],
    changed: paired.pairs.map(([expected, found]) => ({ expected, found })),
    missing: paired.missing,
    extra: paired.extra,
  };
}

interface Pairing {
  readonly pairs: readonly (readonly [readonly Cell[], readonly Cell[]])[];
  readonly missing: Rows;
  readonly extra: Rows;
}

/** Pairs those that are most alike first; `likeness` 0 is no pair. */
function pairRows(
  { missing, extra }: { missing: Rows; extra: Rows },
  likeness: (left: readonly Cell[], right: readonly Cell[]) => number,
): Pairing {
  if (missing.length > pairedAtMost || extra.length > pairedAtMost) return { pairs: [], missing, extra };
  const candidates = missing
    .flatMap((left) => extra.map((right) => ({ left, right, score: likeness(left, right) })))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score);
  const taken = new Set<readonly Cell[]>();
  const pairs: (readonly [readonly Cell[], readonly Cell[]])[] = [];
  for (const { left, right } of candidates) {
    if (taken.has(left) || taken.has(right)) continue;
    taken.add(left).add(right);
    pairs.push([left, right]);
  }
  return {
    pairs,
    missing: missing.filter((row) => !taken.has(row)),
    extra: extra.filter((row) => !taken.has(row)),
  };
}

function keyOf(row: readonly Cell[], key: readonly number[]): string {
  return JSON.stringify(key.map((index) => row[index]));
}

function isKey(rows: Rows, key: readonly number[]): boolean {
  return new Set(rows.map((row) => keyOf(row, key))).size === rows.length;
}

function isSameCell(type: string, left: Cell, right: Cell): boolean {
  if (left === right) return true;
  if (left === null || right === null) return false;
  if (type === 'DOUBLE' || type === 'FLOAT') return isSameNumber(Number(left), Number(right));
  return (type === 'JSON' || isNested(type)) && isSameJson(parseJson(left), parseJson(right));
}

/** Lists, structs and maps; their cells are JSON text. */
export function isNested(type: string): boolean {
  return /\]$|^(STRUCT|MAP|UNION)\(/.test(type);
}

/** To a billionth of the greater one. */
function isSameNumber(left: number, right: number): boolean {
  if (!Number.isFinite(left) || !Number.isFinite(right)) return false;
  return Math.abs(left - right) <= 1e-9 * Math.max(Math.abs(left), Math.abs(right));
}

function isSameJson(left: unknown, right: unknown): boolean {
  if (typeof left === 'number' && typeof right === 'number') return isSameNumber(left, right);
  if (!isContainer(left) || !isContainer(right)) return left === right;
  const [leftKeys, rightKeys] = [Object.keys(left), Object.keys(right)];
  return (
    Array.isArray(left) === Array.isArray(right) &&
    leftKeys.length === rightKeys.length &&
    leftKeys.every((key) => Object.hasOwn(right, key) && isSameJson(Reflect.get(left, key), Reflect.get(right, key)))
  );
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
