import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type DerivedSpec, inputsOf, isOfRows, type Metric, type RowSpec } from '../project/metric.ts';
import type { Project } from '../project/project.ts';
import type { Place } from '../project/yaml-file.ts';
import { bindExpression, type ExpressionProblem, parseExpression } from '../warehouse/expression.ts';
import { volatileRefusal } from '../warehouse/expression-rules.ts';
import { type FunctionKinds, readFunctionKinds } from '../warehouse/functions.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type ColumnUse, columnUses, type ExpressionUse, expressionUses, modelUses } from './uses.ts';

/** Column → DuckDB type, of one model. */
type ModelColumns = ReadonlyMap<string, string>;

/** What there is to be named: models with their columns. */
type Models = ReadonlyMap<string, ModelColumns>;

/**
 * What can be said of the metrics once the models' columns are known, before a row of data is read: unknown models and
 * columns, columns of the wrong type, expressions that are not one.
 * @param warehouse any open one; nothing is read from it but DuckDB's parser and binder.
 * @param columns of every model.
 */
export async function checkMetrics(
  warehouse: Warehouse,
  project: Pick<Project, 'metrics'>,
  columns: Models,
): Promise<Diagnostic[]> {
  const functions = await readFunctionKinds(warehouse);
  const names = [...new Set(project.metrics.map(({ name }) => name))];
  const problems: Diagnostic[] = [];
  for (const metric of project.metrics) {
    const check = new MetricCheck(metric, columns, warehouse, functions);
    if (isOfRows(metric)) problems.push(...(await check.ofRows(metric)));
    else if (metric.type === 'derived') problems.push(...(await check.ofDerived(metric, names)));
  }
  return problems;
}

/** The checks of one metric against what it names. */
class MetricCheck {
  private readonly problems: Diagnostic[] = [];

  constructor(
    private readonly metric: Metric,
    private readonly models: Models,
    private readonly warehouse: Warehouse,
    private readonly functions: FunctionKinds,
  ) {}

  async ofRows(spec: RowSpec): Promise<Diagnostic[]> {
    for (const { model, path } of modelUses(spec)) {
      if (!this.models.has(model)) this.problems.push(this.unknownModel(model, this.metric.at(path)));
    }
    for (const use of columnUses(spec)) this.checkColumn(use);
    this.checkDimensions(spec);
    this.checkKeys(spec);
    for (const use of expressionUses(spec)) {
      const columns = this.models.get(use.model);
      if (columns !== undefined) await this.checkExpression(use, columns);
    }
    return this.problems;
  }

  /**
   * The expression's columns are the values of other metrics.
   * @param names of all metrics, this one included.
   */
  async ofDerived(spec: DerivedSpec, names: readonly string[]): Promise<Diagnostic[]> {
    const inputs = inputsOf(spec);
    if (inputs.length === 0) return [];
    const use = { model: 'metrics', text: spec.expression, path: ['expression'], needs: 'number' } as const;
    const parsed = await parseExpression(this.warehouse, use.text, this.functions);
    const known = new Map(names.map((name) => [name, 'DOUBLE']));
    for (const { name, offset } of parsed.columns) {
      if (typeIn(known, name) !== undefined) continue;
      const others = names.filter((other) => other !== spec.name);
      this.problems.push(unknownMetric(name, others, this.placeIn(use, offset)));
    }
    if (this.problems.length === 0) await this.checkExpression(use, new Map(inputs.map((name) => [name, 'DOUBLE'])));
    return this.problems.map((problem) =>
      problem.code === 'unknown-metric' || problem.code === 'wrong-type'
        ? problem
        : { ...problem, expected: 'one SQL expression over the names of other metrics' },
    );
  }

  private unknownModel(model: string, place: Place): Diagnostic {
    const known = [...this.models.keys()];
    return {
      code: 'unknown-model',
      severity: 'error',
      message: `unknown model "${model}"`,
      ...place,
      ...withHelp(model, known, 'the name of a model under models/, which reads the tables of raw.*'),
    };
  }

  private checkColumn({ model, column, path, isInstant }: ColumnUse): void {
    const columns = this.models.get(model);
    if (columns === undefined) return;
    const place = this.metric.at(path);
    const type = this.typeOf({ model, columns }, column, place);
    if (!isInstant || type === undefined || type === 'TIMESTAMP WITH TIME ZONE') return;
    this.problems.push({
      code: 'wrong-type',
      severity: 'error',
      message: `${path.join('.')}: "${column}" of ${model} is ${type}`,
      ...place,
      expected: 'TIMESTAMP WITH TIME ZONE: only an instant lies in one period for sure',
      ...(/^(DATE|TIMESTAMP)/.test(type)
        ? {
            fix: `Make it an instant in the model: timezone('Europe/Copenhagen', ${column}), with the zone that its times are in.`,
          }
        : {}),
    });
  }

  /** Each value of a dimension is a part with a name. */
  private checkDimensions({ model, dimensions }: RowSpec): void {
    const columns = this.models.get(model);
    if (columns === undefined) return;
    for (const [index, dimension] of dimensions.entries()) {
      const type = typeIn(columns, dimension);
      if (type === undefined || !/\]$|^(STRUCT|MAP|UNION|JSON|BLOB|TIME|INTERVAL)/.test(type)) continue;
      this.problems.push({
        code: 'wrong-type',
        severity: 'error',
        message: `dimensions: "${dimension}" of ${model} is ${type}`,
        ...this.metric.at(['dimensions', index]),
        expected: 'a column of few values that are texts, numbers, dates, or true and false',
      });
    }
  }

  /** What two models share is compared, so that it must be of one type. */
  private checkKeys(spec: RowSpec): void {
    const [own, other] = modelUses(spec).map(({ model }) => model);
    if (own === undefined || other === undefined) return;
    if (spec.type !== 'conversion' && spec.type !== 'duration') return;
    spec.by.forEach((column, index) => {
      const [left, right] = [own, other].map((model) => typeIn(this.models.get(model) ?? new Map(), column));
      if (left === undefined || right === undefined || left === right) return;
      this.problems.push({
        code: 'wrong-type',
        severity: 'error',
        message: `by: "${column}" is ${left} in ${own} and ${right} in ${other}`,
        ...this.metric.at(['by', index]),
        expected: 'columns of the same type',
      });
    });
  }

  /** The column's type; reports it when the model has none of that name. Names are compared as DuckDB does. */
  private typeOf(
    model: { readonly model: string; readonly columns: ModelColumns },
    column: string,
    place: Place,
  ): string | undefined {
    const type = typeIn(model.columns, column);
    if (type === undefined) this.problems.push(unknownColumn(column, model, place));
    return type;
  }

  private async checkExpression(use: ExpressionUse, columns: ModelColumns): Promise<void> {
    const parsed = await parseExpression(this.warehouse, use.text, this.functions);
    for (const problem of parsed.problems) this.report(use, problem);
    const before = this.problems.length;
    for (const { name, offset, isVolatile } of parsed.columns) {
      const column = bareName(name, use.model);
      if (isVolatile && typeIn(columns, column) === undefined) this.report(use, { ...volatileRefusal(name), offset });
      else if (typeIn(columns, column) === undefined) this.unknownIn(use, { column, offset, columns });
    }
    if (parsed.problems.length > 0 || this.problems.length > before) return;
    const bound = await bindExpression(this.warehouse, use.text, { name: use.model, columns });
    if ('code' in bound) this.report(use, bound);
    else if (!fits(bound.type, use.needs)) this.report(use, wrongType(use, bound.type));
  }

  private unknownIn(
    use: ExpressionUse,
    { column, offset, columns }: { readonly column: string; readonly offset: number; readonly columns: ModelColumns },
  ): void {
    const problem = unknownColumn(column, { model: use.model, columns }, this.placeIn(use, offset));
    const isQuoted = use.text.startsWith('"', offset) && problem.fix === undefined;
    this.problems.push(isQuoted ? { ...problem, fix: `A text stands in single quotes: '${column}'.` } : problem);
  }

  private report(use: ExpressionUse, problem: ExpressionProblem): void {
    // The parser sees the expression in brackets of ours, of which nobody knows.
    const isOurs = /at or near "\)"/.test(problem.message) && !use.text.startsWith(')', problem.offset);
    const message = isOurs ? 'syntax error: it ends too soon, or a bracket is one too many' : problem.message;
    this.problems.push({
      code: problem.code,
      severity: 'error',
      message: `${use.path.join('.')}: ${message}`,
      ...this.placeIn(use, problem.offset),
      ...optional('expected', problem.expected),
    });
  }

  /** The place of a character of an expression; the start of its YAML value when that is folded over lines. */
  private placeIn(use: ExpressionUse, offset: number): Place {
    const start = this.metric.at(use.path);
    const line = start.source.split('\n')[start.line - 1] ?? '';
    const column = line.indexOf(use.text, start.column - 1);
    return column < 0 ? start : { ...start, column: column + 1 + offset };
  }
}

/** `model.column` and `column.field` both begin with a name that must be known. */
function bareName(name: string, model: string): string {
  const [first = name, second] = name.split('.');
  return second !== undefined && first.toLowerCase() === model ? second : first;
}

function typeIn(columns: ModelColumns, column: string): string | undefined {
  const wanted = column.toLowerCase();
  return [...columns].find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function unknownColumn(
  column: string,
  { model, columns }: { readonly model: string; readonly columns: ModelColumns },
  place: Place,
): Diagnostic {
  const known = [...columns.keys()];
  return {
    code: 'unknown-column',
    severity: 'error',
    message: `unknown column "${column}" in model "${model}"`,
    ...place,
    ...withHelp(column, known, `one of ${known.join(', ')}`),
  };
}

function unknownMetric(metric: string, known: readonly string[], place: Place): Diagnostic {
  const [base = ''] = metric.split('.');
  const message = `unknown metric "${metric}"`;
  const common = { code: 'unknown-metric', severity: 'error' as const, message, ...place };
  // mql_volume.v1 is how a query names a version.
  if (known.includes(base)) return { ...common, fix: `Write "${base}": in each period its version in force counts.` };
  return { ...common, ...withHelp(metric, known, 'the name of another metric of the project') };
}

/** The name that was meant, where one is near enough. */
function withHelp(name: string, known: readonly string[], expected: string): Pick<Diagnostic, 'expected' | 'fix'> {
  const fix = didYouMean(name, known);
  return fix === undefined ? { expected } : { fix };
}

const numeric = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\))$/;

function fits(type: string, needs: ExpressionUse['needs']): boolean {
  return needs === 'boolean' ? type === 'BOOLEAN' : numeric.test(type);
}

function wrongType(use: ExpressionUse, type: string): ExpressionProblem {
  const expected = use.needs === 'boolean' ? 'BOOLEAN: whether the row counts' : 'a number, in the unit of the metric';
  return { code: 'wrong-type', message: `the expression is ${type}`, offset: 0, expected };
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : (Object.fromEntries([[key, value]]) as Record<K, string>);
}
