import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type ProjectConfig, readConfig } from './config-file.ts';
import type { SourceText } from './yaml-file.ts';

/** Who writes more keys than this into a handover.yml wants to keep somebody busy. */
const mostKeys = 50;

/**
 * handover.yml as far as it can be read: keys of the first level that are wrong are left out and told as problems, so
 * that a typo in one does not hide what the project extends.
 */
export function readConfigLeniently(file: SourceText, problems: Diagnostic[]): ProjectConfig {
  const config = readConfig(file, problems);
  if (config !== undefined) return config;
  const blocks = file.text.split(/^(?=[^\s#-])/m).slice(0, mostKeys);
  const kept = new Set<number>();
  for (const index of blocks.keys()) {
    if (readConfig(only(file, blocks, new Set([...kept, index])), []) !== undefined) kept.add(index);
  }
  const read = readConfig(only(file, blocks, kept), []);
  if (read === undefined) throw new Error('a handover.yml of nothing but a name cannot be read');
  return read;
}

/** The other blocks are blank lines, so that places stay what they are; a name stands at the end where none is kept. */
function only(file: SourceText, blocks: readonly string[], kept: ReadonlySet<number>): SourceText {
  const text = blocks.map((block, index) => (kept.has(index) ? block : block.replaceAll(/[^\n]/g, ''))).join('');
  const isNamed = blocks.some((block, index) => kept.has(index) && /^["']?name\b/.test(block));
  return { path: file.path, text: isNamed ? text : `${text}\nname: unnamed\n` };
}
