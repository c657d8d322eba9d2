import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml';
import type * as z from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { describeIssue } from './yaml-issues.ts';
import { keyOffsetOf, offsetOf } from './yaml-places.ts';
import { describeSyntax, unresolvedAlias } from './yaml-syntax.ts';

/** A file's text with its path relative to the project's root. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

export type YamlPath = readonly (string | number)[];

/** Ready to spread into a Diagnostic. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly source: string;
}

/** The first place of a file. */
export function startOf(file: SourceText): Place {
  return { file: file.path, line: 1, column: 1, source: file.text };
}

/** A parsed value whose parts can still be found in the file they came from. */
export interface Located<T> {
  readonly value: T;
  /** The place of the value at `path`, or of its nearest parent that is there; or of its key. */
  at(path: YamlPath, part?: 'key'): Place;
}

/**
 * Parses YAML once, at the edge, into a precise type. Syntax errors, wrong types and unknown keys are added to
 * `problems` with their line and column; the result is undefined when there was any.
 */
export function parseYaml<T>(file: SourceText, schema: z.ZodType<T>, problems: Diagnostic[]): Located<T> | undefined {
  const { lines, document } = documentOf(file.text);
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: file.path, line: Math.max(1, line), column: Math.max(1, col), source: file.text };
  };
  if (document.errors.length > 0) {
    for (const error of firstOfEachLine(document.errors, lines)) {
      problems.push({
        code: 'yaml-syntax',
        severity: 'error',
        ...describeSyntax(error, file.text),
        ...placeAt(error.pos[0]),
      });
    }
    return undefined;
  }

  const alias = unresolvedAlias(document);
  if (alias !== undefined) {
    problems.push({
      code: 'yaml-syntax',
      severity: 'error',
      message: `"*${alias.source}" stands for nothing`,
      ...placeAt(alias.range?.[0] ?? 0),
      fix: 'A text that begins with a star needs quotes.',
    });
    return undefined;
  }

  const at = (path: YamlPath, part?: 'key'): Place => {
    const key = part === 'key' ? path.at(-1) : undefined;
    if (key === undefined) return placeAt(offsetOf(document.contents, path));
    return placeAt(keyOffsetOf(document.contents, path.slice(0, -1), String(key)));
  };
  const value = plainValue(document);
  if (value === undefined) {
    problems.push({
      code: 'yaml-syntax',
      severity: 'error',
      message: 'its aliases stand for too much',
      ...placeAt(0),
      fix: 'Write out what they stand for.',
    });
    return undefined;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data, at };
  const context = { root: document.contents, schema, placeAt };
  for (const issue of parsed.error.issues) problems.push(...describeIssue(issue, context));
  return undefined;
}

/** Undefined: aliases of aliases that would fill the memory. */
function plainValue(document: Document.Parsed): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

interface ParsedText {
  readonly lines: LineCounter;
  readonly document: Document.Parsed;
}

/** By their text. A project that is watched, or several that extend one, have the same files read again and again. */
const parsedTexts = new Map<string, ParsedText>();
const mostParsedTexts = 500;

function documentOf(text: string): ParsedText {
  const known = parsedTexts.get(text);
  if (known !== undefined) return known;
  const lines = new LineCounter();
  const parsed = { lines, document: parseDocument(text, { lineCounter: lines, prettyErrors: false }) };
  if (parsedTexts.size >= mostParsedTexts) parsedTexts.clear();
  parsedTexts.set(text, parsed);
  return parsed;
}

/** One mistake often makes the parser stumble more than once. */
function firstOfEachLine(errors: readonly YAMLError[], lines: LineCounter): readonly YAMLError[] {
  const lineOf = ({ pos }: YAMLError) => lines.linePos(pos[0]).line;
  return errors.filter((error, index) => errors.findIndex((other) => lineOf(other) === lineOf(error)) === index);
}
