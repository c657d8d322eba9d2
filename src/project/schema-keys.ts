import * as z from 'zod';
import type { YamlPath } from './yaml-file.ts';

/** The keys that the schema allows at a path, for suggestions; of a union, those of all its members. */
export function keysAt(schema: unknown, path: YamlPath): string[] {
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
