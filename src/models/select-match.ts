import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { ModelFile } from '../project/model-file.ts';
import { materializations } from '../project/model-schema.ts';
import type { PlannedModel } from './plan.ts';
import type { SelectionFacts } from './select.ts';
import { liesAt } from './select-path.ts';
import type { SelectionTerm } from './select-terms.ts';

const statuses = ['failed', 'skipped', 'ran', 'unchanged'] as const;
const versions = ['latest', 'old', 'prerelease', 'none'] as const;

/** The models that a term names, less what its signs add. One that means nothing is added to `problems`. */
export function matchTerm(
  term: SelectionTerm,
  planned: readonly PlannedModel[],
  facts: SelectionFacts,
  problems: Diagnostic[],
): ReadonlySet<string> {
  const { value } = term;
  const where = (holds: (model: PlannedModel) => boolean): ReadonlySet<string> =>
    new Set(planned.filter(holds).map(({ file }) => file.name));
  const found = (names: ReadonlySet<string>, problem: () => Diagnostic): ReadonlySet<string> => {
    if (names.size === 0) problems.push(problem());
    return names;
  };
  switch (term.method) {
    case 'name':
      return found(
        where(({ file }) => isNamed(file, value)),
        () => unknownModel(value, planned, facts),
      );
    case 'path':
      return found(
        where(({ file }) => liesAt(file, value)),
        () => nothingAt(term, planned),
      );
    case 'tag':
      return found(
        where(({ file }) => file.tags.some(like(value))),
        () =>
          nothing(
            term,
            'no model has the tag',
            planned.flatMap(({ file }) => file.tags),
          ),
      );
    case 'materialized':
      return found(
        where(({ file }) => file.materialized === value),
        () => nothing(term, 'no model is materialized as', materializations),
      );
    case 'version':
      return found(
        where(({ file }) => versionOf(file, planned) === value),
        () => nothing(term, 'no model is of version', versions),
      );
    case 'table':
      return readersOf([value], term, { planned, facts, problems });
    case 'source': {
      const names = [...facts.sources.keys()].filter(like(value));
      if (names.length === 0) problems.push(nothing(term, 'no source is called', facts.sources.keys()));
      const tables = names.flatMap((name) => facts.sources.get(name) ?? []);
      return tables.length === 0 ? new Set() : readersOf(tables, term, { planned, facts, problems });
    }
    case 'changed':
      return changedSince(value, facts, problems);
    case 'result':
      return withResult(term, facts, problems);
  }
}

/** A versioned model is meant whole by its bare name; one version by `lead_responses_v2` or `lead_responses.v2`. */
function isNamed(file: ModelFile, value: string): boolean {
  const name = value.replace(/^main\./i, '').replace(/\.(v\d+)$/i, '_$1');
  const matches = like(name);
  return matches(file.name) || matches(file.base);
}

/** A test by a name with `*` for any letters and `?` for one; case does not count. */
function like(pattern: string): (name: string) => boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${escaped}$`, 'i');
  return (name) => expression.test(name);
}

/** The bare name of a model with versions shows the latest, and counts as it. */
function versionOf({ base, version, aliasOf }: ModelFile, planned: readonly PlannedModel[]): (typeof versions)[number] {
  if (aliasOf !== undefined) return 'latest';
  if (version === undefined) return 'none';
  if (version.isLatest) return 'latest';
  const latest = planned.find(({ file }) => file.base === base && file.version?.isLatest)?.file.version;
  return latest !== undefined && version.number > latest.number ? 'prerelease' : 'old';
}

function readersOf(
  tables: readonly string[],
  term: SelectionTerm,
  { planned, facts, problems }: { planned: readonly PlannedModel[]; facts: SelectionFacts; problems: Diagnostic[] },
): ReadonlySet<string> {
  const tests = tables.map(like);
  const isMeant = (table: string): boolean => tests.some((matches) => matches(table));
  const readers = planned.filter(({ readsTables }) => readsTables.some(isMeant)).map(({ file }) => file.name);
  if (readers.length > 0) return new Set(readers);
  const known = new Set([...facts.tables, ...planned.flatMap(({ readsTables }) => readsTables)]);
  problems.push(
    [...known].some(isMeant)
      ? { code: 'no-match', severity: 'error', message: `"${term.text}": no model reads ${tables.join(', ')}` }
      : { ...nothing(term, 'no table is called', known), code: 'unknown-table' },
  );
  return new Set();
}

function changedSince(ref: string, facts: SelectionFacts, problems: Diagnostic[]): ReadonlySet<string> {
  const changed = facts.changed.get(ref);
  if (changed === undefined) throw new Error(`nothing is known of ref ${ref}`);
  if (changed instanceof Set) return changed;
  if ('code' in changed) problems.push(changed);
  return new Set();
}

function withResult(term: SelectionTerm, { results }: SelectionFacts, problems: Diagnostic[]): ReadonlySet<string> {
  if (!statuses.some((status) => status === term.value)) {
    problems.push(nothing(term, 'no result is called', statuses));
  } else if (results === undefined) {
    problems.push({
      code: 'no-results',
      severity: 'error',
      message: `"${term.text}": no run is recorded`,
      fix: 'Build once; the next command then knows what became of each model.',
    });
  }
  return new Set([...(results ?? [])].filter(([, status]) => status === term.value).map(([name]) => name));
}

function unknownModel(value: string, planned: readonly PlannedModel[], facts: SelectionFacts): Diagnostic {
  if (facts.idle.has(value)) {
    return {
      code: 'unknown-model',
      severity: 'error',
      message: `model "${value}" does not run: no source is an export of its CRM`,
      fix: 'Add the source to handover.yml.',
    };
  }
  const files = planned.map(({ file }) => file);
  const fix = files.some(({ folders }) => folders.includes(value))
    ? `Did you mean the folder "${value}/"?`
    : files.some(({ tags }) => tags.includes(value))
      ? `Did you mean "tag:${value}"?`
      : didYouMean(value, [...files.flatMap(({ name, base }) => [name, base]), ...facts.tables]);
  return {
    code: 'unknown-model',
    severity: 'error',
    message: /[*?]/.test(value) ? `no model is called like "${value}"` : `no model is called "${value}"`,
    fix: fix ?? 'See them all with "handover ls".',
  };
}

function nothingAt(term: SelectionTerm, planned: readonly PlannedModel[]): Diagnostic {
  const folders = planned.flatMap(({ file }) =>
    file.folders.map((_, index) => `models/${file.folders.slice(0, index + 1).join('/')}`),
  );
  const files = planned.map(({ file }) => `models/${[...file.folders, `${file.base}.sql`].join('/')}`);
  return nothing({ ...term, value: term.value.replace(/\/$/, '') }, 'no model lies at', [...folders, ...files]);
}

function nothing(term: SelectionTerm, message: string, known: Iterable<string>): Diagnostic {
  const choices = [...new Set(known)].sort();
  const fix = choices.includes(term.value) ? undefined : didYouMean(term.value, choices);
  return {
    code: 'no-match',
    severity: 'error',
    message: `${message} "${term.value}"`,
    ...(choices.length === 0 || choices.length > 12 ? {} : { expected: `one of ${choices.join(', ')}` }),
    ...(fix === undefined ? {} : { fix }),
  };
}
