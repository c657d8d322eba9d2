import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import type { ModelStatus } from '../state/artefacts.ts';
import { graphOf, type ModelGraph, within } from './graph.ts';
import type { PlannedModel } from './plan.ts';
import { matchTerm } from './select-match.ts';
import { parseSelection, type SelectionTerm } from './select-terms.ts';

/** What was asked for; without `select` every model is meant. */
export interface SelectionRequest {
  readonly select: readonly string[];
  readonly exclude: readonly string[];
}

/** What a selection may look at beside the models. */
export interface SelectionFacts {
  /** Every table outside models that may be read, as schema.table in lower case. */
  readonly tables: ReadonlySet<string>;
  /** Source of handover.yml → the tables that it fills. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** Models that do not run, since no source is an export of their CRM. */
  readonly idle: ReadonlySet<string>;
  /** Git ref → models that differ from it or read what does; or why that cannot be told. */
  readonly changed: ReadonlyMap<string, ReadonlySet<string> | Diagnostic>;
  /** What became of each model in the last run; undefined when none is recorded. */
  readonly results: ReadonlyMap<string, ModelStatus> | undefined;
}

/**
 * The names of the models that are meant, in the planned order (docs/selection.md). Pure.
 * @throws DiagnosticsError with every term that means nothing. Only `changed:` and `result:` may be empty.
 */
export function selectModels(
  planned: readonly PlannedModel[],
  request: SelectionRequest,
  facts: SelectionFacts,
): ReadonlySet<string> {
  const problems: Diagnostic[] = [];
  const graph = graphOf(planned);
  const all = planned.map(({ file }) => file.name);
  const union = (words: readonly string[]): ReadonlySet<string> => {
    const intersections = words.flatMap((word) => parseSelection(word, problems));
    const sets = intersections.map((terms) => {
      const matched = terms.map((term) => expand(term, matchTerm(term, planned, facts, problems), graph));
      return all.filter((name) => matched.length > 0 && matched.every((set) => set.has(name)));
    });
    return new Set(sets.flat());
  };
  const selected = request.select.length === 0 ? new Set(all) : union(request.select);
  const excluded = union(request.exclude);
  failOnErrors(problems);
  const chosen = new Set(all.filter((name) => selected.has(name) && !excluded.has(name)));
  const { refs, results } = selectionNeeds(request);
  const mayBeEmpty = refs.size > 0 || results || all.length === 0;
  if (chosen.size === 0 && !mayBeEmpty) failOnErrors([nothingLeft(request)]);
  return chosen;
}

function nothingLeft({ select, exclude }: SelectionRequest): Diagnostic {
  const asked = [
    ...(select.length === 0 ? [] : ['--select', ...select]),
    ...(exclude.length === 0 ? [] : ['--exclude', ...exclude]),
  ].join(' ');
  return {
    code: 'nothing-selected',
    severity: 'error',
    message: `no model is left of ${asked}`,
    fix: 'handover ls with the same words shows what they mean.',
  };
}

/** What of the facts takes git or the last run's results to know. */
export function selectionNeeds(request: SelectionRequest): {
  readonly refs: ReadonlySet<string>;
  readonly results: boolean;
} {
  const words = [...request.select, ...request.exclude];
  // What cannot be read is told by `selectModels`.
  const terms = words.flatMap((word) => parseSelection(word, [])).flat();
  return {
    refs: new Set(terms.filter(({ method }) => method === 'changed').map(({ value }) => value)),
    results: terms.some(({ method }) => method === 'result'),
  };
}

/** Adds what the signs around a term ask for. The readers of a table are its first step. */
function expand(term: SelectionTerm, matched: ReadonlySet<string>, graph: ModelGraph): ReadonlySet<string> {
  const isOfTable = term.method === 'table' || term.method === 'source';
  if (term.isAround) {
    const readers = within(graph.readBy, matched, Number.POSITIVE_INFINITY);
    return within(graph.reads, readers, Number.POSITIVE_INFINITY);
  }
  // A table reads nothing.
  const up = isOfTable ? matched : within(graph.reads, matched, term.up);
  const down = within(graph.readBy, matched, isOfTable ? term.down - 1 : term.down);
  return new Set([...up, ...down]);
}
