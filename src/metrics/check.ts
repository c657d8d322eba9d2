import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Metric } from '../project/metric-file.ts';
import type { Project } from '../project/project.ts';
import type { Place, YamlPath } from '../project/yaml-file.ts';
import { bindExpression, type ExpressionProblem, parseExpression } from '../warehouse/expression.ts';
import { volatileRefusal } from '../warehouse/expression-rules.ts';
import { type FunctionKinds, readFunctionKinds } from '../warehouse/functions.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** Column → DuckDB type, of one model. */
export type ModelColumns = ReadonlyMap<string, string>;

/** The home page has room for six numbers that a reader can take in. */
const headlineLimit = 6;

/**
 * What can be said of the metrics once the models' columns are known, before a row of data is read: unknown models and
 * columns, columns of the wrong type, expressions that are not one, too many headlines.
 * @param warehouse any open one; nothing is read from it but DuckDB's parser and binder.
 * @param columns of every model.
 */
export async function checkMetrics(
  warehouse: Warehouse,
  project: Pick<Project, 'metrics'>,
  columns: ReadonlyMap<string, ModelColumns>,
): Promise<Diagnostic[]> {
  const problems = checkHeadlines(project.metrics);
  const functions = await readFunctionKinds(warehouse);
  for (const metric of project.metrics) {
    const modelColumns = columns.get(metric.model);
    if (modelColumns === undefined) problems.push(unknownModel(metric, columns.keys()));
    else problems.push(...(await new MetricCheck(metric, modelColumns, warehouse, functions).run()));
  }
  return problems;
}

function checkHeadlines(metrics: readonly Metric[]): Diagnostic[] {
  const headlines = metrics.filter((metric) => metric.headline);
  if (headlines.length <= headlineLimit) return [];
  return headlines.slice(headlineLimit).map((metric) => ({
    code: 'too-many-headlines',
    severity: 'error',
    message: `${headlines.length} metrics have "headline: true"`,
    ...metric.at(['headline']),
    expected: `at most ${headlineLimit}: ${headlines.map(({ name }) => name).join(', ')} are too many for one page`,
    fix: 'Leave it out of the less important ones.',
  }));
}

function unknownModel(metric: Metric, models: Iterable<string>): Diagnostic {
  const known = [...models];
  return {
    code: 'unknown-model',
    severity: 'error',
    message: `unknown model "${metric.model}"`,
    ...metric.at(['model']),
    ...(known.length === 0 ? { expected: 'a model under models/' } : {}),
    ...optional('fix', didYouMean(metric.model, known)),
  };
}

interface ExpressionUse {
  readonly text: string;
  readonly path: YamlPath;
  readonly needs: 'boolean' | 'number';
}

/** The checks of one metric against the columns of its model. */
class MetricCheck {
  private readonly problems: Diagnostic[] = [];

  constructor(
    private readonly metric: Metric,
    private readonly columns: ModelColumns,
    private readonly warehouse: Warehouse,
    private readonly functions: FunctionKinds,
  ) {}

  async run(): Promise<Diagnostic[]> {
    const { metric } = this;
    this.checkInstant(metric.time, metric.type === 'conversion' ? ['from'] : ['time']);
    if (metric.type === 'conversion') this.checkInstant(metric.to, ['to']);
    metric.dimensions.forEach((dimension, index) => {
      this.typeOf(dimension, metric.at(['dimensions', index]));
    });
    for (const use of expressionsOf(metric)) await this.checkExpression(use);
    return this.problems;
  }

  private checkInstant(column: string, path: YamlPath): void {
    const place = this.metric.at(path);
    const type = this.typeOf(column, place);
    if (type === undefined || type === 'TIMESTAMP WITH TIME ZONE') return;
    this.problems.push({
      code: 'wrong-type',
      severity: 'error',
      message: `${path.join('.')}: "${column}" of ${this.metric.model} is ${type}`,
      ...place,
      expected: 'TIMESTAMP WITH TIME ZONE: only an instant lies in one period for sure',
      fix: `Make it an instant in the model, for example timezone('Europe/Copenhagen', ${column}).`,
    });
  }

  private has(column: string): boolean {
    return [...this.columns.keys()].some((name) => name.toLowerCase() === column.toLowerCase());
  }

  /** The column's type; reports it when the model has none of that name. Names are compared as DuckDB does. */
  private typeOf(column: string, place: Place): string | undefined {
    const wanted = column.toLowerCase();
    const found = [...this.columns].find(([name]) => name.toLowerCase() === wanted);
    if (found === undefined) this.problems.push(this.unknownColumn(column, place));
    return found?.[1];
  }

  private unknownColumn(column: string, place: Place): Diagnostic {
    const fix = didYouMean(column, this.columns.keys());
    return {
      code: 'unknown-column',
      severity: 'error',
      message: `unknown column "${column}" in model "${this.metric.model}"`,
      ...place,
      ...(fix === undefined ? { expected: `one of ${[...this.columns.keys()].join(', ')}` } : { fix }),
    };
  }

  private async checkExpression(use: ExpressionUse): Promise<void> {
    const { columns, problems } = await parseExpression(this.warehouse, use.text, this.functions);
    for (const problem of problems) this.report(use, problem);
    const before = this.problems.length;
    for (const { name, offset, isVolatile } of columns) {
      const column = this.bareName(name);
      if (isVolatile && !this.has(column)) this.report(use, { ...volatileRefusal(name), offset });
      else this.typeOf(column, this.placeIn(use, offset));
    }
    if (problems.length > 0 || this.problems.length > before) return;
    const bound = await bindExpression(this.warehouse, use.text, { name: this.metric.model, columns: this.columns });
    if ('code' in bound) this.report(use, bound);
    else if (!fits(bound.type, use.needs)) this.report(use, wrongType(use, bound.type));
  }

  /** `model.column` and `column.field` both begin with a name that must be known. */
  private bareName(name: string): string {
    const [first = name, second] = name.split('.');
    return second !== undefined && first.toLowerCase() === this.metric.model ? second : first;
  }

  private report(use: ExpressionUse, problem: ExpressionProblem): void {
    this.problems.push({
      code: problem.code,
      severity: 'error',
      message: `${use.path.join('.')}: ${problem.message}`,
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

function expressionsOf(metric: Metric): ExpressionUse[] {
  const uses: ExpressionUse[] = [];
  const add = (text: string | undefined, name: string, needs: ExpressionUse['needs']) => {
    if (text !== undefined) uses.push({ text, path: [name], needs });
  };
  add(metric.filter, 'filter', 'boolean');
  add(metric.pending, 'pending', 'boolean');
  add(metric.beside, 'beside', 'boolean');
  if (metric.type === 'ratio') {
    add(metric.numerator, 'numerator', 'boolean');
    add(metric.denominator, 'denominator', 'boolean');
  }
  if (metric.type === 'percentile') add(metric.value, 'value', 'number');
  return uses;
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
