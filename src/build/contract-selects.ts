import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Columns, inspectModels } from '../models/inspect.ts';
import { parseModels } from '../models/parse.ts';
import { type PlannedModel, planModels } from '../models/plan.ts';
import { withoutEnd } from '../models/sql-pieces.ts';
import type { Metric } from '../project/metric.ts';
import type { MetricRule } from '../project/metric-contract.ts';
import { type ModelFile, readModel } from '../project/model-file.ts';
import type { Project } from '../project/project.ts';
import type { Place } from '../project/yaml-file.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { knownTables } from './tables.ts';

type SelectRule = Extract<MetricRule, { kind: 'sql' | 'reconciles_with' }>;

/** A select of a contract, as the model that it is read as. */
interface Select {
  readonly rule: SelectRule;
  readonly label: string;
  readonly file: ModelFile;
}

/** What the models give and metrics are kept in; the selects may read both. */
interface Shapes {
  readonly columns: ReadonlyMap<string, Columns>;
  /** The columns of main.metric_values, which may not be there yet. */
  readonly values: Columns;
}

const valuesName = 'metric_values';

/**
 * What is wrong with the selects that metrics' contracts hold. They are read as models are: each is one select of tables
 * that are there, calls nothing that reaches outside or has another value in the next run, and is bound to empty tables.
 */
export async function checkSelects(
  work: Warehouse,
  project: Project,
  planned: readonly PlannedModel[],
  shapes: Shapes,
): Promise<Diagnostic[]> {
  const selects = selectsOf(project.metrics);
  if (selects.length === 0) return [];
  const found: Diagnostic[] = [];
  const parsed = await parseModels(
    work,
    selects.map(({ file }) => file),
    found,
  );
  found.push(...selects.flatMap(checkEnd));
  if (found.length > 0) return found.map((problem) => inSelect(problem, selects));

  const models = planned.map((model) => ({ ...model, facts: { tables: [], forbidden: [] } }));
  const tables = new Set([...knownTables(project), `main.${valuesName}`]);
  const own = new Set(selects.map(({ file }) => file.name));
  // Of the models themselves all is known.
  const plans = planModels([...models, ...parsed], tables, found).filter(({ file }) => own.has(file.name));
  found.push(...plans.flatMap((plan) => ephemeralInputs(plan, planned)));
  if (found.length > 0) return found.map((problem) => inSelect(problem, selects));

  const earlier = new Map([...shapes.columns, [valuesName, shapes.values] as const]);
  const columns = await inspectModels(work, plans.map(valuesAsModel), found, earlier);
  found.push(...selects.flatMap((select) => checkNumber(select, columns.get(select.file.name))));
  return found.map((problem) => inSelect(problem, selects));
}

/** Each once, though handover.yml asks it of all metrics. */
function selectsOf(metrics: readonly Metric[]): readonly Select[] {
  const rules = metrics.flatMap(({ contract }) => contract.filter(isSelect));
  const places = new Map(rules.map((rule) => [`${rule.place.file}:${rule.place.line}:${rule.place.column}`, rule]));
  return [...places.values()].map((rule, index) => {
    const label = rule.kind === 'sql' ? `sql(${rule.name})` : 'reconciles-with';
    const text = rule.select;
    const sqls = [{ version: undefined, sql: { path: rule.place.file, text } }];
    const base = `select_of_a_contract_${index + 1}`;
    const [file] = readModel({ base, folders: [], sqls, yml: undefined }, {}, []);
    if (file === undefined) throw new Error('a model without a .yml is a model');
    return { rule, label, file };
  });
}

function isSelect(rule: MetricRule): rule is SelectRule {
  return rule.kind === 'sql' || rule.kind === 'reconciles_with';
}

/** A comment after a semicolon hides the latter, which would end what the select becomes part of. */
function checkEnd({ file }: Select): Diagnostic[] {
  if (withoutEnd(file.sql.text) === file.sql.text) return [];
  return [
    {
      code: 'not-one-select',
      severity: 'error',
      message: `model "${file.name}" ends with a semicolon`,
      ...placeOf(file),
      expected: 'one select statement',
    },
  ];
}

/** A rule looks at tables, and an ephemeral model is in none. */
function ephemeralInputs({ file, reads }: PlannedModel, planned: readonly PlannedModel[]): Diagnostic[] {
  const ephemeral = planned.filter((model) => model.file.materialized === 'ephemeral').map((model) => model.file.name);
  return reads
    .filter((name) => ephemeral.includes(name))
    .map((name) => ({
      code: 'contract-on-ephemeral',
      severity: 'error',
      message: `"${name}" is ephemeral: no table or view of it is there to be looked at (model "${file.name}")`,
      ...placeOf(file),
      fix: `Write "materialized: view" in ${name}.yml.`,
    }));
}

/** The table of values is laid out by what this build will write, not as an earlier one left it. */
function valuesAsModel(plan: PlannedModel): PlannedModel {
  const name = `main.${valuesName}`;
  if (!plan.readsTables.includes(name)) return plan;
  return {
    ...plan,
    reads: [...plan.reads, valuesName],
    readsTables: plan.readsTables.filter((table) => table !== name),
  };
}

const number = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\))$/;

/** What reconciles gives one number; how many rows it has is seen when it runs. */
function checkNumber({ rule, file }: Select, columns: Columns | undefined): Diagnostic[] {
  if (rule.kind !== 'reconciles_with' || columns === undefined) return [];
  const types = [...columns.values()];
  if (types.length === 1 && number.test(types[0] ?? '')) return [];
  return [
    {
      code: 'wrong-type',
      severity: 'error',
      message: types.length === 1 ? `the select gives ${types[0]}` : `the select gives ${types.length} columns`,
      ...placeOf(file),
      expected: 'one number, such as count(*)',
    },
  ];
}

function placeOf({ sql }: ModelFile): Place {
  return { file: sql.path, line: 1, column: 1, source: sql.text };
}

/** A problem of the model that a select is taken for, as one of the contract. */
function inSelect(problem: Diagnostic, selects: readonly Select[]): Diagnostic {
  const select = selects.find(({ file }) => file.sql.text === problem.source && file.sql.path === problem.file);
  if (select === undefined) return problem;
  const name = select.file.name;
  const { fix, ...rest } = problem;
  const message = problem.message
    .replace(` (model "${name}")`, '')
    .replace(` in model "${name}"`, '')
    .replace(`model "${name}"`, 'the select')
    // DuckDB says what its own use of the select needs.
    .replace(/is not a select that can be read.*/, 'is not a select');
  const help = problem.code === 'not-one-select' ? 'A rule only reads: write one select.' : fix;
  return {
    ...rest,
    message: `${select.label}: ${message}`,
    ...placeIn(select, problem),
    ...(help === undefined ? {} : { fix: help }),
  };
}

/** The place in the YAML of a place in the select; of one that is folded over lines, where it starts. */
function placeIn({ rule }: Select, { line = 1, column = 1 }: Diagnostic): Place {
  const start = rule.at(['select']);
  const written = rule.select.split('\n')[line - 1] ?? '';
  const lines = start.source.split('\n');
  const found = lines.findIndex((text, index) => index >= start.line - 1 && text.includes(written.trim()));
  if (written.trim() === '' || found < 0) return start;
  const from = found === start.line - 1 ? start.column - 1 : 0;
  const at = lines[found]?.indexOf(written, from) ?? -1;
  return at < 0 ? start : { ...start, line: found + 1, column: at + column };
}
