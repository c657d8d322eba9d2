import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** Says of a lead no more than is needed to know it again: a salted hash. */
export interface Tombstone {
  /** The source whose lead it was. */
  readonly source: string;
  readonly hash: string;
}

const forgottenFileName = 'forgotten.csv';
const header = 'source,lead_hash,forgotten_on';

/** The leads that stay forgotten: forgotten.csv beside handover.yml, which belongs into git. */
export function readForgotten(root: string, problems: Diagnostic[]): Tombstone[] {
  const path = join(root, forgottenFileName);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  return lines.flatMap((line, index) => {
    if (line === '' || line === header) return [];
    const [, source, hash] = /^([a-z][a-z0-9_]*),([0-9a-f]{64}),\d{4}-\d{2}-\d{2}$/.exec(line) ?? [];
    if (source !== undefined && hash !== undefined) return [{ source, hash }];
    problems.push({
      code: 'invalid-value',
      severity: 'error',
      message: 'not a line that "handover forget" wrote',
      file: forgottenFileName,
      line: index + 1,
      expected: header,
      fix: 'Restore the file: without its line a forgotten lead would come back.',
    });
    return [];
  });
}

/** Adds leads to forgotten.csv. `on` is a date, YYYY-MM-DD. */
export function appendForgotten(root: string, tombstones: readonly Tombstone[], on: string): void {
  const path = join(root, forgottenFileName);
  const lines = tombstones.map(({ source, hash }) => `${source},${hash},${on}\n`).join('');
  appendFileSync(path, existsSync(path) ? lines : `${header}\n${lines}`);
}
