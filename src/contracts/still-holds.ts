import type { ModelFile } from '../project/model-file.ts';
import { quoteIdentifier } from '../warehouse/warehouse.ts';
import { doubtedSigns } from './check-rows.ts';
import { failUnlessRefused } from './refused.ts';
import { unmatched } from './relationships.ts';
import type { Reference, RowRule } from './row-rule.ts';
import type { ContractContext } from './rule.ts';

/** What differs between what a model held and what it holds: the rows of some keys. */
interface RowChange {
  /** The column that the model is cut by. */
  readonly column: string;
  /** A table with these keys in its column `key`. */
  readonly keys: string;
  /** A select of the rows that the model has of them now, to be read before anything else is asked. */
  readonly rows: () => Promise<string>;
}

/** Tells which rows of a model changed since it held something else; undefined where that is not known. */
export type ChangeSince = (model: string, content: string) => Promise<RowChange | undefined>;

interface Changes {
  readonly context: ContractContext;
  /** What each model holds now. */
  readonly contents: ReadonlyMap<string, string>;
  readonly changeSince: ChangeSince;
  /** What the models of each rule held when it held: its own first. */
  readonly heldOn: ReadonlyMap<RowRule, readonly string[]>;
}

/**
 * Of rules of a model that held, those that hold still, as the rows tell that changed since. What of them is in doubt, or
 * cannot be told by these rows alone, has to be looked at whole.
 */
export async function stillHolding(
  changes: Changes,
  model: ModelFile,
  rules: readonly RowRule[],
): Promise<readonly RowRule[]> {
  const heldOn = (rule: RowRule): readonly string[] => changes.heldOn.get(rule) ?? [];
  const holding: RowRule[] = [];
  for (const content of new Set(rules.map((rule) => heldOn(rule)[0]))) {
    const own = await since(changes, model.name, content);
    if (own === undefined) continue;
    const asked = rules.filter((rule) => heldOn(rule)[0] === content);
    if (own !== 'none') holding.push(...(await holdingAlone(changes, model, own, asked)));
    for (const rule of asked) {
      const { scope, reads: [target] = [] } = rule;
      if (scope?.kind !== 'reference' || target === undefined) continue;
      const parent = await since(changes, target, heldOn(rule)[1]);
      if (parent !== undefined && (await isMatched(changes, model, { rule, scope, own, parent }))) holding.push(rule);
    }
  }
  return holding;
}

async function since(
  { contents, changeSince }: Changes,
  model: string,
  content: string | undefined,
): Promise<RowChange | 'none' | undefined> {
  if (content === undefined) return undefined;
  return contents.get(model) === content ? 'none' : changeSince(model, content);
}

/** Rules whose rows share the key that the model is cut by, or nothing: of other keys nothing changed. */
async function holdingAlone(
  { context }: Changes,
  model: ModelFile,
  change: RowChange,
  rules: readonly RowRule[],
): Promise<readonly RowRule[]> {
  const changed = await change.rows();
  const within = rules.filter(
    ({ scope }) => scope?.kind === 'row' || (scope?.kind === 'key' && includes(scope.columns, change.column)),
  );
  const doubted = await doubtedSigns({ context, model }, within, `(\n${changed}\n) as ${nameOf(model)}`);
  const holding: RowRule[] = [];
  for (const rule of rules) {
    const { scope } = rule;
    if (scope === undefined || scope.kind === 'reference') continue;
    const isDoubted = rule.signs.length === 0 || rule.signs.some((sign) => doubted.has(sign));
    if (within.includes(rule) && !isDoubted) holding.push(rule);
    else if (scope.kind === 'row') {
      const breaking = `from (\n${changed}\n) as ${quoteIdentifier(rule.model)} where ${scope.breaks}`;
      if (await isEmpty({ context, model }, breaking)) holding.push(rule);
    } else if (!within.includes(rule)) {
      // A key of theirs may stand in rows that did not change.
      const rows = `main.${nameOf(model)} as ${nameOf(model)}
        semi join (\n${changed}\n) as changed using (${scope.columns.map(quoteIdentifier).join(', ')})`;
      if ((await doubtedSigns({ context, model }, [rule], rows)).size === 0) holding.push(rule);
    }
  }
  return holding;
}

interface Reading {
  readonly rule: RowRule;
  readonly scope: Reference;
  readonly own: RowChange | 'none';
  readonly parent: RowChange | 'none';
}

/** Whether the rows that changed, and those that name rows that changed, find what they name. */
async function isMatched(
  { context }: Changes,
  model: ModelFile,
  { rule, scope, own, parent }: Reading,
): Promise<boolean> {
  const name = quoteIdentifier(rule.model);
  const asked = scope.condition === undefined ? '' : ` where ${scope.condition}`;
  const rows = own === 'none' ? [] : [`select * from (\n${await own.rows()}\n) as ${name}${asked}`];
  if (parent !== 'none') {
    const position = scope.toColumns.findIndex((column) => isSame(column, parent.column));
    const column = scope.columns[position];
    if (column === undefined) return false;
    rows.push(`select child.* from (select * from main.${name}${asked}) as child
      semi join ${parent.keys} as changed on child.${quoteIdentifier(column)} = changed.key`);
  }
  return isEmpty({ context, model }, unmatched(`(\n${rows.join('\nunion all by name\n')}\n)`, scope));
}

async function isEmpty(
  { context, model }: { readonly context: ContractContext; readonly model: ModelFile },
  from: string,
): Promise<boolean> {
  try {
    const [found] = await context.warehouse.rows<{ rows: number }>(`select count(*) as rows ${from}`);
    return found?.rows === 0;
  } catch (error) {
    failUnlessRefused(error, { contractOf: model.name, file: model.at([]).file });
    return false;
  }
}

function nameOf({ name }: ModelFile): string {
  return quoteIdentifier(name);
}

function includes(columns: readonly string[], column: string): boolean {
  return columns.some((name) => isSame(name, column));
}

/** Names are compared as DuckDB does. */
function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
