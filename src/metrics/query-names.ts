import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type Grain, grains, versionedName } from '../project/metric.ts';
import type { Definition } from './query-definitions.ts';
import type { MetricRequest } from './query-request.ts';

/** A metric of a request: one version, or all of them, of which each period shows the one in force. */
export interface Wanted {
  readonly isPinned: boolean;
  /** By version; one at least. */
  readonly definitions: readonly Definition[];
}

/** The metrics that a request names, each once; everything that is unknown, or that one of them lacks, is a problem. */
export function findWanted(
  request: MetricRequest,
  known: readonly Definition[],
): { readonly wanted: readonly Wanted[]; readonly problems: readonly Diagnostic[] } {
  const wanted: Wanted[] = [];
  const problems: Diagnostic[] = [];
  // Callers in JavaScript may give one name alone, or none.
  const names: readonly string[] = Array.isArray(request.metrics) ? request.metrics : [];
  for (const name of new Set(names)) {
    const found = find(name, known);
    if ('code' in found) problems.push(found);
    else wanted.push(found);
  }
  if (names.length === 0) {
    problems.push(wrong('missing-argument', 'no metric named', 'a list with the name of at least one metric'));
  }
  problems.push(...wanted.flatMap((metric) => lacking(metric, request)), ...checkPeriods(request));
  return { wanted, problems };
}

function find(name: string, known: readonly Definition[]): Wanted | Diagnostic {
  const byName = known.filter(({ metric }) => metric === name);
  if (byName.length > 0) return { isPinned: false, definitions: byName };
  const pinned = known.filter((definition) => versionedName(nameOf(definition)) === name);
  if (pinned.length > 0) return { isPinned: true, definitions: pinned };
  const bare = name.replace(/\.v\d+$/, '');
  const versions = known.filter(({ metric }) => metric === bare);
  if (versions.length > 0) {
    const expected = `one of ${versions.map((version) => versionedName(nameOf(version))).join(', ')}`;
    return wrong('unknown-version', `${bare} has no version ${name.slice(bare.length + 2)}`, expected);
  }
  const all = [...new Set(known.map(({ metric }) => metric))].sort();
  const expected = all.length === 0 ? 'a project with metrics' : `one of ${all.join(', ')}`;
  return withFix(wrong('unknown-metric', `unknown metric "${name}"`, expected), didYouMean(bare, all));
}

/** How a definition is called where it may be one of several versions. */
export function calledIn({ definitions }: Wanted, definition: Definition): string {
  return definitions.length > 1 ? versionedName(nameOf(definition)) : definition.metric;
}

function nameOf({ metric, version }: Definition): { readonly name: string; readonly version: number } {
  return { name: metric, version };
}

function lacking(wanted: Wanted, request: MetricRequest): Diagnostic[] {
  return wanted.definitions.flatMap((definition) => {
    const called = calledIn(wanted, definition);
    const problems = [...new Set(request.by)]
      .filter((dimension) => !definition.dimensions.includes(dimension))
      .map((dimension) => unknownDimension(called, dimension, definition.dimensions));
    if (isGrain(request.grain) && !definition.grains.includes(request.grain)) {
      const expected = `it has ${definition.grains.join(', ')}`;
      problems.push(wrong('unknown-grain', `${called} is not computed by ${request.grain}`, expected));
    }
    return problems;
  });
}

export function unknownDimension(called: string, dimension: string, dimensions: readonly string[]): Diagnostic {
  const has = dimensions.length === 0 ? 'no dimensions' : `the dimensions ${dimensions.join(', ')}`;
  const problem = wrong('unknown-dimension', `${called} has no dimension "${dimension}"`, `it has ${has}`);
  return withFix(problem, didYouMean(dimension, dimensions));
}

function checkPeriods({ grain, from, to, compare }: MetricRequest): Diagnostic[] {
  const problems: Diagnostic[] = [];
  if (!isGrain(grain)) {
    const problem = wrong('unknown-grain', `unknown grain "${grain}"`, `one of ${grains.join(', ')}`);
    problems.push(withFix(problem, didYouMean(String(grain), grains)));
  }
  for (const [option, date] of Object.entries({ from, to })) {
    if (date === undefined || isDate(date)) continue;
    problems.push(wrong('invalid-date', `${option}: "${date}" is not a date`, 'a day such as 2026-06-01'));
  }
  if (from !== undefined && to !== undefined && isDate(from) && isDate(to) && from > to) {
    problems.push(wrong('invalid-date', `from ${from} is after to ${to}`, 'the earlier date first'));
  }
  if (compare !== undefined && compare !== 'previous') {
    problems.push(wrong('invalid-option', `values cannot be compared with "${compare}"`, 'previous'));
  }
  return problems;
}

/** Callers in JavaScript, and the command line, may say anything. */
function isGrain(text: string): text is Grain {
  return (grains as readonly string[]).includes(text);
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
}

function wrong(code: string, message: string, expected: string): Diagnostic {
  return { code, severity: 'error', message, expected };
}

function withFix(problem: Diagnostic, fix: string | undefined): Diagnostic {
  return fix === undefined ? problem : { ...problem, fix };
}
