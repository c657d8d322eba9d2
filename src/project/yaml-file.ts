import { isMap, isNode, isPair, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import * as z from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';

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
  /** The place of the value at `path`, or of its nearest parent that is there. */
  at(path: YamlPath): Place;
}

/**
 * Parses YAML once, at the edge, into a precise type. Syntax errors, wrong types and unknown keys are added to
 * `problems` with their line and column; the result is undefined when there was any.
 */
export function parseYaml<T>(file: SourceText, schema: z.ZodType<T>, problems: Diagnostic[]): Located<T> | undefined {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: file.path, line: Math.max(1, line), column: Math.max(1, col), source: file.text };
  };
  if (document.errors.length > 0) {
    for (const error of document.errors) {
      problems.push({
        code: 'yaml-syntax',
        severity: 'error',
        message: error.message,
        ...placeAt(error.pos[0]),
      });
    }
    return undefined;
  }

  const at = (path: YamlPath): Place => placeAt(offsetOf(document.contents, path));
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (parsed.success) return { value: parsed.data, at };
  const context: Context = { root: document.contents, schema, placeAt };
  for (const issue of parsed.error.issues) problems.push(...describe(issue, context));
  return undefined;
}

interface Context {
  readonly root: ParsedNode | null;
  readonly schema: z.ZodType;
  readonly placeAt: (offset: number) => Place;
}

function describe(issue: z.core.$ZodIssue, context: Context): Diagnostic[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const place = context.placeAt(offsetOf(context.root, path));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, context));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = [...issue.errors].sort((left, right) => depth(right) - depth(left))[0] ?? [];
    if (depth(closest) > 0) {
      return closest.flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] }, context));
    }
  }
  const name = path.join('.');
  const isMissing = path.length > 0 && !isThere(context.root, path);
  if (isMissing && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) {
    const expected = issue.code === 'invalid_type' ? issue.expected : `one of ${issue.values.map(String).join(', ')}`;
    return [{ code: 'missing-key', severity: 'error', message: `missing key "${name}"`, ...place, expected }];
  }
  const wrong = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const message = wrong.replace(/^Invalid input: /, '');
  return [
    { code: 'invalid-value', severity: 'error', message: name === '' ? message : `${name}: ${message}`, ...place },
  ];
}

function unknownKey(key: string, path: YamlPath, context: Context): Diagnostic {
  const known = keysAt(context.schema, path);
  // `{ en: Call, and write }` is a text and a key without a value.
  const fix = /\s/.test(key) ? 'A text with a comma in it needs quotes.' : didYouMean(key, known);
  return {
    code: 'unknown-key',
    severity: 'error',
    message: `unknown key "${[...path, key].join('.')}"`,
    ...context.placeAt(keyOffsetOf(context.root, path, key)),
    ...(known.length > 0 ? { expected: `one of ${known.join(', ')}` } : {}),
    ...(fix === undefined ? {} : { fix }),
  };
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

/** The keys that the schema allows at a path, for suggestions; of a union, those of all its members. */
function keysAt(schema: unknown, path: YamlPath): string[] {
  const isWrapped =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable;
  if (isWrapped) return keysAt(schema.unwrap(), path);
  if (schema instanceof z.ZodPipe) return keysAt(schema.in, path);
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap((option) => keysAt(option, path)))];
  const [first, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    return first === undefined ? Object.keys(schema.shape) : keysAt(schema.shape[first], rest);
  }
  if (schema instanceof z.ZodArray && first !== undefined) return keysAt(schema.element, rest);
  if (schema instanceof z.ZodRecord && first !== undefined) return keysAt(schema.valueType, rest);
  return [];
}

function isThere(root: ParsedNode | null, path: YamlPath): boolean {
  let node: unknown = root;
  for (const part of path) node = isNode(node) && 'get' in node ? node.get(part, true) : undefined;
  return isNode(node);
}

function offsetOf(root: ParsedNode | null, path: YamlPath): number {
  let node: unknown = root;
  let offset = isNode(root) ? (root.range?.[0] ?? 0) : 0;
  for (const part of path) {
    if (!isNode(node) || !('get' in node)) break;
    const next: unknown = node.get(part, true);
    if (!isNode(next)) break;
    node = next;
    offset = next.range?.[0] ?? offset;
  }
  return offset;
}

function keyOffsetOf(root: ParsedNode | null, path: YamlPath, key: string): number {
  let node: unknown = root;
  for (const part of path) node = isNode(node) && 'get' in node ? node.get(part, true) : undefined;
  if (isMap(node)) {
    for (const pair of node.items) {
      if (isPair(pair) && isNode(pair.key) && String(pair.key) === key) return pair.key.range?.[0] ?? 0;
    }
  }
  return offsetOf(root, path);
}
