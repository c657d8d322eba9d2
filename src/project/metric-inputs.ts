import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { derivedInputs } from './derived-inputs.ts';
import { inputsOf, isOfRows, isSoMany, type Metric } from './metric.ts';
import type { YamlPath } from './yaml-file.ts';

/** The home page has room for six numbers that a reader can take in. */
const headlineLimit = 6;

/** Finds out which metrics each derived one names. */
export function withInputs(metrics: readonly Metric[]): Metric[] {
  const names = new Set(metrics.map(({ name }) => name));
  return metrics.map((metric) =>
    metric.type === 'derived' ? { ...metric, inputs: derivedInputs(metric.expression, names) } : metric,
  );
}

/** The version of each metric that others are made of: the highest. */
export function currentMetrics(metrics: readonly Metric[]): ReadonlyMap<string, Metric> {
  const current = new Map<string, Metric>();
  for (const metric of metrics) {
    if (metric.version >= (current.get(metric.name)?.version ?? 0)) current.set(metric.name, metric);
  }
  return current;
}

/** Each after those that it is made of, otherwise as they were. `checkTogether` has found no cycle. */
export function inOrder(metrics: readonly Metric[]): Metric[] {
  const done = new Set<string>();
  const ordered: Metric[] = [];
  const visit = (metric: Metric): void => {
    if (done.has(metric.name)) return;
    done.add(metric.name);
    const versions = metrics.filter(({ name }) => name === metric.name);
    for (const input of versions.flatMap(inputsOf)) {
      for (const other of metrics.filter(({ name }) => name === input)) visit(other);
    }
    ordered.push(...versions);
  };
  for (const metric of metrics) visit(metric);
  return ordered;
}

/** What can be said of the metrics only together, without their models. */
export function checkTogether(metrics: readonly Metric[]): Diagnostic[] {
  const current = currentMetrics(metrics);
  return [
    ...checkVersions(metrics),
    ...checkHeadlines([...current.values()]),
    ...metrics.flatMap((metric) => checkInputs(metric, metrics, current)),
    ...metrics.flatMap((metric) => checkTargetGrain(metric, current)),
    ...checkCycles(metrics),
  ];
}

function problemOf(
  metric: Metric,
  path: YamlPath,
  problem: Pick<Diagnostic, 'code' | 'message' | 'expected' | 'fix'>,
): Diagnostic {
  return { severity: 'error', ...problem, ...metric.at(path) };
}

function checkVersions(metrics: readonly Metric[]): Diagnostic[] {
  return metrics.flatMap((metric, index) => {
    const twin = metrics.findIndex(({ name, version }) => name === metric.name && version === metric.version);
    if (twin < index) {
      return problemOf(metric, ['version'], {
        code: 'duplicate-name',
        message: `version ${metric.version} of "${metric.name}" stands in ${metrics[twin]?.file.path} too`,
        fix: 'Keep one of the files, or give the newer definition the next version.',
      });
    }
    // Later versions come into force later: otherwise an earlier definition would come back.
    const [earlier] = metrics
      .filter(({ name, version }) => name === metric.name && version < metric.version)
      .sort((left, right) => right.version - left.version);
    const known = earlier?.effectiveFrom;
    if (earlier === undefined || known === undefined) return [];
    if (metric.effectiveFrom !== undefined && metric.effectiveFrom >= known) return [];
    const begins = metric.effectiveFrom === undefined ? 'since ever' : `from ${metric.effectiveFrom}`;
    return problemOf(metric, metric.effectiveFrom === undefined ? ['version'] : ['effective_from'], {
      code: 'version-order',
      message: `version ${metric.version} of "${metric.name}" is in force ${begins}, before version ${earlier.version}`,
      expected: `effective_from on or after ${known}, that of ${earlier.file.path}`,
    });
  });
}

function checkHeadlines(metrics: readonly Metric[]): Diagnostic[] {
  const headlines = metrics.filter((metric) => metric.headline);
  return headlines.slice(headlineLimit).map((metric) =>
    problemOf(metric, ['headline'], {
      code: 'too-many-headlines',
      message: `${headlines.length} metrics have "headline: true"`,
      expected: `at most ${headlineLimit}: ${headlines.map(({ name }) => name).join(', ')} are too many for one page`,
      fix: 'Leave it out of the less important ones.',
    }),
  );
}

/** Whether a metric can be made of those that it names. */
export function checkInputs(
  metric: Metric,
  metrics: readonly Metric[],
  current: ReadonlyMap<string, Metric> = currentMetrics(metrics),
): Diagnostic[] {
  if (metric.type === 'derived' && metric.inputs.length === 0) {
    const names = [...current.keys()].filter((name) => name !== metric.name);
    const [fix] = (metric.expression.match(/\w+/g) ?? []).flatMap((word) => didYouMean(word, names) ?? []);
    const help =
      fix === undefined ? { expected: `names of metrics, such as ${names.slice(0, 2).join(' / ')}` } : { fix };
    const problem = { code: 'unknown-metric', message: 'the expression names no metric', ...help };
    return [problemOf(metric, ['expression'], problem)];
  }
  // What is made of itself is a cycle, and told as one.
  const others = inputsOf(metric).filter((name) => name !== metric.name);
  return others.flatMap((name) => {
    const path = placeOfInput(metric, name);
    const input = current.get(name);
    if (input === undefined) return [unknownInput(metric, path, name, current)];
    // Values come from each version for its own time, rows from the highest alone.
    const used = metric.type === 'cumulative' ? [input] : metrics.filter((other) => other.name === name);
    const problems = used.flatMap((version) => [
      ...checkShared(metric, version, 'grains', path),
      ...checkShared(metric, version, 'dimensions', path),
    ]);
    if (metric.type !== 'cumulative') return problems;
    if (metric.unit !== input.unit) {
      const message = `unit "${metric.unit}" is not that of "${name}"`;
      problems.push(problemOf(metric, ['unit'], { code: 'invalid-value', message, expected: input.unit }));
    }
    if (isOfRows(input)) return problems;
    return [
      ...problems,
      problemOf(metric, path, {
        code: 'invalid-value',
        message: `"${name}" is ${input.type.replaceAll('_', ' ')}: it has no rows to take together`,
        expected: 'a metric of rows of a model',
        fix: 'Make its parts cumulative, and derive from those.',
      }),
    ];
  });
}

function placeOfInput(metric: Metric, name: string): YamlPath {
  if (metric.type === 'cumulative') return ['metric'];
  if (metric.type === 'derived') return ['expression'];
  const isAbove = metric.type === 'ratio_of_metrics' && metric.numerator === name;
  return [isAbove ? 'numerator' : 'denominator', 'metric'];
}

function unknownInput(metric: Metric, path: YamlPath, name: string, current: ReadonlyMap<string, Metric>): Diagnostic {
  const names = [...current.keys()].filter((other) => other !== metric.name);
  const fix = didYouMean(name, names);
  const help = fix === undefined ? { expected: `one of ${names.join(', ')}` } : { fix };
  return problemOf(metric, path, { code: 'unknown-metric', message: `unknown metric "${name}"`, ...help });
}

/** A value is there only where all of its parts are. */
function checkShared(metric: Metric, input: Metric, key: 'grains' | 'dimensions', path: YamlPath): Diagnostic[] {
  const has: readonly string[] = input[key];
  const lacking = metric[key].filter((name) => !has.includes(name));
  if (lacking.length === 0) return [];
  const noun = key === 'grains' ? 'grain' : 'dimension';
  return [
    problemOf(metric, metric.at([key]).line === metric.at([]).line ? path : [key], {
      code: `unlike-${key}`,
      message: `"${input.name}" has no ${noun} ${lacking.map((name) => `"${name}"`).join(', ')}`,
      expected: `${has.length > 1 ? 'only ' : ''}${key}: [${has.join(', ')}]`,
      fix: `Leave ${lacking.length === 1 ? 'it' : 'them'} out here, or add ${lacking.length === 1 ? 'it' : 'them'} to ${input.file.path}.`,
    }),
  ];
}

/** A number a period is the goal of one grain: 120 a month says nothing of a week. */
function checkTargetGrain(metric: Metric, current: ReadonlyMap<string, Metric>): Diagnostic[] {
  const measured = metric.type === 'cumulative' ? current.get(metric.metric) : metric;
  if (metric.target === undefined || measured === undefined) return [];
  if (!isSoMany(measured) || metric.grains.length === 1) return [];
  return [
    problemOf(metric, ['target'], {
      code: 'ambiguous-target',
      message: `target: ${metric.target} of which of ${metric.grains.join(', ')}?`,
      expected: 'one grain: so many a month say nothing of a week',
      fix: 'Keep one grain, or promise it in the agreement with "per: month".',
    }),
  ];
}

/** Each version counts: what is made of a metric has the values of all of them, each for its own time. */
function checkCycles(metrics: readonly Metric[]): Diagnostic[] {
  const told = new Set<string>();
  return metrics.flatMap((metric) => {
    const cycle = cycleFrom(metric.name, [], metrics);
    if (cycle === undefined || cycle.some((name) => told.has(name))) return [];
    for (const name of cycle) told.add(name);
    const [first = metric.name, next = first] = cycle;
    const maker = metrics.find((other) => other.name === first && inputsOf(other).includes(next)) ?? metric;
    return problemOf(maker, placeOfInput(maker, next), {
      code: 'metric-cycle',
      message:
        next === first ? `"${first}" is made of itself` : `${[...cycle, first].join(' → ')}: each is made of the next`,
      fix: next === first ? 'Name other metrics.' : 'Let one of them look at rows of a model.',
    });
  });
}

/** The names on a way from the metric back to itself. */
function cycleFrom(name: string, path: readonly string[], metrics: readonly Metric[]): readonly string[] | undefined {
  const start = path.indexOf(name);
  if (start >= 0) return path.slice(start);
  const versions = metrics.filter((metric) => metric.name === name);
  for (const input of new Set(versions.flatMap(inputsOf))) {
    const found = cycleFrom(input, [...path, name], metrics);
    if (found !== undefined) return found;
  }
  return undefined;
}
