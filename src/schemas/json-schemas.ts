import * as z from 'zod';
import { artefactKinds, type SchemaKind, writtenKinds } from './kinds.ts';

/** One JSON Schema for each kind of file: its name → its text. Editors complete, explain and check YAML by them. */
export function jsonSchemas(kinds: readonly SchemaKind[] = [...writtenKinds, ...artefactKinds]): Map<string, string> {
  return new Map(kinds.map((kind) => [`${kind.name}.schema.json`, toText(kind)]));
}

function toText({ title, schema }: SchemaKind): string {
  // What may be written, not what it is read as; draft 7 is what editors know best.
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}
