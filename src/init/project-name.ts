import { basename } from 'node:path';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';

const longestName = 60;

/**
 * The name of the project that is made in a folder: the folder's own.
 * @throws DiagnosticsError when it cannot be one, with the nearest that can.
 */
export function projectName(folder: string): string {
  const name = basename(folder);
  if (/^[a-z][a-z0-9_]*$/.test(name) && name.length <= longestName) return name;
  throw new DiagnosticsError([
    {
      code: 'invalid-name',
      severity: 'error',
      message: `"${name}" cannot be a project's name`,
      expected: 'lower case letters, digits and underscores, starting with a letter',
      fix: `Name the folder otherwise, or name the project: --name ${suggest(name)}`,
    },
  ]);
}

/** The nearest name that is allowed: without accents, signs as underscores. */
function suggest(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll('æ', 'ae')
    .replaceAll('ø', 'oe')
    .replaceAll('å', 'aa')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
    .slice(0, longestName);
  return plain === '' ? 'my_project' : plain;
}
