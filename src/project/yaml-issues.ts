import { isMap, isNode, isPair, isScalar, type ParsedNode } from 'yaml';
import type * as z from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { keysAt } from './schema-keys.ts';
import type { Place, YamlPath } from './yaml-file.ts';
import { keyOffsetOf, nodeAt, offsetOf } from './yaml-places.ts';

interface Context {
  readonly root: ParsedNode | null;
  readonly schema: z.ZodType;
  readonly placeAt: (offset: number) => Place;
}

type Help = Pick<Diagnostic, 'message' | 'expected' | 'fix'>;

/** What a schema has against a file, in words for who does not know schemas. */
export function describeIssue(issue: z.core.$ZodIssue, context: Context): Diagnostic[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const place = context.placeAt(offsetOf(context.root, path));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, context));
  const name = nameOf(path, context);
  if (path.length > 0 && nodeAt(context.root, path) === undefined && isOfValue(issue)) {
    return [missingKey(issue, path, context)];
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = closestOf(issue.errors);
    if (closest !== undefined) {
      return closest.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, context));
    }
  }
  const { message, ...help } = wrongValue(issue, path, context);
  return [
    {
      code: 'invalid-value',
      severity: 'error',
      message: name === '' ? message : `${name}: ${message}`,
      ...place,
      ...help,
    },
  ];
}

/** The key may be there, and its value not: `{ uk: 85,5 % }` has a key `5 %`. */
function missingKey(issue: z.core.$ZodIssue, path: YamlPath, context: Context): Diagnostic {
  const [parent, key] = [path.slice(0, -1), String(path.at(-1))];
  const fix = decimalComma(key, parent, context) ?? unquoted(key);
  return {
    code: 'missing-key',
    severity: 'error',
    message: fix === undefined ? `missing key "${nameOf(path, context)}"` : `"${key}" is a key without a value`,
    ...context.placeAt(keyOffsetOf(context.root, parent, key)),
    expected: expected(issue),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Of the alternatives of a union, the one that is meant: the deepest mistake, or one that looked at the value. */
function closestOf(errors: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const [deepest] = [...errors].sort((left, right) => depth(right) - depth(left));
  if (deepest !== undefined && depth(deepest) > 0) return deepest;
  return errors.find((issues) => issues.some(({ code }) => code === 'custom'));
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

function isOfValue({ code }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union';
}

const words: Readonly<Record<string, string>> = {
  array: 'a list such as [a, b]',
  tuple: 'a list such as [0, 1]',
  object: 'keys below it',
  record: 'keys below it',
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

function expected(issue: z.core.$ZodIssue): string {
  // A schema may have words of its own.
  if (issue.code === 'invalid_type' && !issue.message.startsWith('Invalid input')) return issue.message;
  if (issue.code === 'invalid_type') return words[issue.expected] ?? issue.expected;
  const values = valuesOf(issue);
  if (values !== undefined) return `${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`;
  // A union may say of itself what it takes.
  if (issue.code !== 'invalid_union' || issue.message !== 'Invalid input') return issue.message;
  return [...new Set(issue.errors.flatMap((inner) => inner.slice(0, 1).map(expected)))].join(', or ');
}

/** What a value may be, where that is a list. */
function valuesOf(issue: z.core.$ZodIssue): readonly string[] | undefined {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' && issue.inclusive !== false ? issue.options?.map(String) : undefined;
}

function wrongValue(issue: z.core.$ZodIssue, path: YamlPath, context: Context): Help {
  const node = nodeAt(context.root, path);
  const found = isScalar(node) ? node.value : node;
  if (isOfValue(issue) && found === null) {
    return { message: 'nothing stands below it', expected: expected(issue), fix: 'Remove the line, or fill it in.' };
  }
  const values = valuesOf(issue);
  if (values !== undefined) {
    const fix = didYouMean(String(found), values);
    const message = `unknown value ${received(node)}`;
    return { message, expected: expected(issue), ...(fix === undefined ? {} : { fix }) };
  }
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_union': {
      const message = `expected ${expected(issue)}, received ${received(node)}`;
      const isUnquoted = issue.code === 'invalid_type' && issue.expected === 'string' && isScalar(node);
      return isUnquoted ? { message, fix: `Put it in quotes: "${node.source ?? String(found)}".` } : { message };
    }
    case 'invalid_key': {
      const fix = decimalComma(String(path.at(-1)), path.slice(0, -1), context);
      return { message: issue.issues[0]?.message ?? issue.message, ...(fix === undefined ? {} : { fix }) };
    }
    case 'too_small':
      return { message: tooSmall(issue) };
    case 'too_big':
      return { message: issue.message.startsWith('Too big') ? 'is too large' : issue.message };
    case 'custom': {
      const fix: unknown = issue.params?.fix;
      return { message: issue.message, ...(typeof fix === 'string' ? { fix } : {}) };
    }
    default:
      return { message: issue.message };
  }
}

/** A schema may have words of its own. */
function tooSmall(issue: z.core.$ZodIssueTooSmall): string {
  if (!issue.message.startsWith('Too small')) return issue.message;
  if (issue.origin === 'string') return 'an empty text';
  if (issue.origin === 'array') return 'an empty list';
  return issue.inclusive === false ? `must be more than ${issue.minimum}` : `must be ${issue.minimum} or more`;
}

function received(node: unknown): string {
  if (isScalar(node)) return typeof node.value === 'string' ? `"${node.value}"` : (node.source ?? String(node.value));
  return isMap(node) ? 'keys below it' : 'a list';
}

/** The path as people find it: an item of a list by its id, where it has one. */
function nameOf(path: YamlPath, { root }: Context): string {
  return path
    .map((part, index) => {
      if (typeof part === 'string') return part;
      const id = nodeAt(root, [...path.slice(0, index + 1), 'id']);
      return isScalar(id) && /^[\w-]+$/.test(String(id.value)) ? String(id.value) : part;
    })
    .join('.');
}

function unknownKey(key: string, path: YamlPath, context: Context): Diagnostic {
  const known = keysAt(context.schema, path);
  const fix = decimalComma(key, path, context) ?? unquoted(key) ?? didYouMean(key, known);
  return {
    code: 'unknown-key',
    severity: 'error',
    message: `unknown key "${nameOf([...path, key], context)}"`,
    ...context.placeAt(keyOffsetOf(context.root, path, key)),
    ...(known.length > 0 ? { expected: `one of ${known.join(', ')}` } : {}),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** `{ en: Call, and write }` is a text and a key without a value. */
function unquoted(key: string): string | undefined {
  return /\s/.test(key) ? 'A text with a comma in it needs quotes.' : undefined;
}

/** `{ target: 90,5 % }` is 90 and a key `5 %`. */
function decimalComma(key: string, path: YamlPath, { root }: Context): string | undefined {
  const map = nodeAt(root, path);
  if (!/^\d+\s*%?$/.test(key) || !isMap(map)) return undefined;
  const index = map.items.findIndex((pair) => isPair(pair) && isNode(pair.key) && String(pair.key) === key);
  const before: unknown = map.items[index - 1]?.value;
  return isScalar(before) && Number.isInteger(before.value) ? `Write ${before.value}.${key}.` : undefined;
}
