import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';

/** What a term looks at, written before a colon: `tag:nightly`. */
const methods = ['path', 'tag', 'materialized', 'source', 'version', 'changed', 'result'] as const;

/** One term of a selection: `2+lead_cycles+1`, `tag:nightly`, `@raw.events`. */
export interface SelectionTerm {
  /** As it was written, for messages. */
  readonly text: string;
  readonly method: (typeof methods)[number] | 'name' | 'table';
  readonly value: string;
  /** Steps towards what is read and towards the readers. */
  readonly up: number;
  readonly down: number;
  /** `@`: all readers, and all that any of them reads. */
  readonly isAround: boolean;
}

/**
 * An argument as a union (spaces) of intersections (commas) of terms. What cannot be read is added to `problems` and
 * left out.
 */
export function parseSelection(argument: string, problems: Diagnostic[]): SelectionTerm[][] {
  const words = argument.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) problems.push(invalid('a selection is empty', 'the name of a model, say'));
  return words.map((word) =>
    word.split(',').flatMap((text) => {
      if (text !== '') return parseTerm(text, problems) ?? [];
      problems.push(invalid(`"${word}" has nothing on one side of a comma`, 'two terms and no space: tag:a,marts/'));
      return [];
    }),
  );
}

function parseTerm(text: string, problems: Diagnostic[]): SelectionTerm | undefined {
  const [, before = '', up, core = '', after, down] = /^(@|(\d*)\+)?(.*?)(\+(\d*))?$/s.exec(text) ?? [];
  const isAround = before === '@';
  if (core === '') {
    problems.push(invalid(`"${text}" names nothing`, 'a name with the signs, such as 2+lead_cycles+1'));
    return undefined;
  }
  if (isAround && after !== undefined) {
    problems.push(invalid(`"${text}": @ takes in all readers already`, `@${core} or ${core}${after}`));
    return undefined;
  }
  const steps = { up: before === '' || isAround ? 0 : toSteps(up), down: after === undefined ? 0 : toSteps(down) };
  const meant = methodOf(core, problems);
  return meant === undefined ? undefined : { text, ...meant, ...steps, isAround };
}

function toSteps(digits: string | undefined): number {
  return digits === undefined || digits === '' ? Number.POSITIVE_INFINITY : Number(digits);
}

function methodOf(core: string, problems: Diagnostic[]): Pick<SelectionTerm, 'method' | 'value'> | undefined {
  const [, written, value = ''] = /^([A-Za-z_]+):(.*)$/s.exec(core) ?? [];
  if (written === undefined) return { method: kindOf(core), value: core };
  const method = methods.find((known) => known === written);
  if (method !== undefined && value !== '') return { method, value };
  const fix = didYouMean(written, methods);
  problems.push({
    ...(method === undefined
      ? invalid(
          `"${core}": nothing is selected by "${written}"`,
          `one of ${methods.map((known) => `${known}:`).join(', ')}`,
        )
      : invalid(`"${core}" names nothing`, `something after ${method}:`)),
    ...(method !== undefined || fix === undefined ? {} : { fix }),
  });
  return undefined;
}

/** Without a colon: a path has a slash or a file's ending, a table its schema. */
function kindOf(core: string): 'path' | 'table' | 'name' {
  if (core.includes('/') || /\.(sql|yml)$/.test(core)) return 'path';
  return /^(raw|seeds|sla|run|load)\./i.test(core) ? 'table' : 'name';
}

function invalid(message: string, expected: string): Diagnostic {
  return { code: 'invalid-selection', severity: 'error', message, expected };
}
