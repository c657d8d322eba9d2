import type { ModelFile } from '../project/model-file.ts';
import type { Place, YamlPath } from '../project/yaml-file.ts';
import { quoteIdentifier } from '../warehouse/warehouse.ts';
import { type ContractContext, type ContractResult, hasColumn, type Severity } from './rule.ts';

/** A rule about the rows of one model, as SQL. */
export interface RowRule {
  readonly model: string;
  readonly rule: string;
  /** The metric that asks for it; most rules stand in the model's own .yml. */
  readonly metric?: string;
  readonly severity: Severity;
  /** Aggregates over the model: where all are 0 the rule holds; else `broken` is looked at. None: it always is. */
  readonly signs: readonly string[];
  /** A select of the rows that break it, whole. */
  readonly broken: string;
  /** A select with a column `shown`: what breaks it, one row for each. */
  readonly evidence: string;
  /** What the rows of `evidence` are, and what is wrong with them: `2 keys more than once`. */
  readonly noun: 'row' | 'key';
  readonly trouble?: string;
  /** What is observed when it holds. */
  readonly holds: string;
  readonly expected: string;
  readonly place: Place;
  /** Other models that it reads. */
  readonly reads?: readonly string[];
  /** Which rows tell whether a rule that held still does when some changed; without it: all of them. */
  readonly scope?: RowScope;
}

/** `row`: each by itself. `key`: those that share the columns. `reference`: each with the row that it names of `target`. */
type RowScope =
  | { readonly kind: 'row'; readonly breaks: string }
  | { readonly kind: 'key'; readonly columns: readonly string[] }
  | ({ readonly kind: 'reference' } & Reference);

/** What rows of a model name of another one, column by column. */
export interface Reference {
  readonly columns: readonly string[];
  readonly target: string;
  readonly toColumns: readonly string[];
  /** SQL: which rows it is asked of; all where left out. */
  readonly condition?: string;
}

/** The rules of one kind that the project asks for of one model. */
export type RowRules = (context: ContractContext, model: ModelFile) => readonly RowRule[];

/** A rule that each row keeps or breaks by itself. */
export interface OneRowRule {
  readonly rule: string;
  readonly metric?: string;
  readonly severity?: Severity;
  /** SQL: true for a row that breaks it. */
  readonly breaks: string;
  /** SQL, much cheaper than `breaks`: one of them is true for every row that breaks it. */
  readonly suspects?: readonly string[];
  /** SQL: how a row that breaks it is told. */
  readonly shows: string;
  readonly trouble?: string;
  readonly holds?: string;
  readonly expected: string;
  /** In the model's .yml, or a place elsewhere. */
  readonly at: YamlPath | Place;
}

export function rowRule(model: ModelFile, rule: OneRowRule): RowRule {
  const { breaks, suspects, shows, at, ...rest } = rule;
  const from = `from main.${quoteIdentifier(model.name)} where ${breaks}`;
  return {
    severity: 'error',
    holds: 'every row keeps it',
    ...rest,
    model: model.name,
    noun: 'row',
    signs: (suspects ?? [breaks]).map((condition) => `count(*) filter (where ${condition})`),
    broken: from,
    evidence: `select ${shows} as shown ${from}`,
    scope: { kind: 'row', breaks },
    place: 'file' in at ? at : model.at(at),
  };
}

/** The result of a rule that holds, or of what was found of it. */
export function toResult(
  { metric, model, rule, severity, holds, expected, place }: RowRule,
  found: Partial<Pick<ContractResult, 'severity' | 'passed' | 'observed' | 'sample' | 'rowsIn'>> = {},
): ContractResult {
  return {
    metric: metric ?? null,
    model,
    rule,
    severity,
    passed: true,
    observed: holds,
    expected,
    sample: null,
    rowsIn: null,
    place,
    ...found,
  };
}

/** SQL for the row's key as readers know it: `lead_id = L-17, cycle_no = 2`; all of the row where no grain is stated. */
export function showKey(context: ContractContext, model: ModelFile): string {
  if (model.grain.length === 0) return `cast(${quoteIdentifier(model.name)} as varchar)`;
  const isWhole = model.grain.every((name) => hasColumn(context, model, name));
  return isWhole ? showColumns(model.grain) : `'a row'`;
}

/** SQL for `lead_id = L-17, cycle_no = 2`. */
export function showColumns(columns: readonly string[]): string {
  const parts = columns.map(
    (name) => `'${name.replaceAll("'", "''")} = ' || coalesce(cast(${quoteIdentifier(name)} as varchar), 'null')`,
  );
  return parts.join(` || ', ' || `);
}
