import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchemas } from './json-schemas.ts';

/** Writes the JSON Schemas of all YAML files into a folder, and returns their paths. */
export function writeSchemas(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return [...jsonSchemas()].map(([name, text]) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  });
}
