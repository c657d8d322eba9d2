import { existsSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';

export const configFileName = 'handover.yml';

/** The nearest folder at or above `start` that holds handover.yml; undefined when there is none. */
export function findProjectRoot(start: string): string | undefined {
  for (let folder = resolve(start); ; folder = parse(folder).dir) {
    if (existsSync(join(folder, configFileName))) return folder;
    if (folder === parse(folder).root) return undefined;
  }
}
