import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Paths under `root` that match a glob: `*`, `?`, `[a-z]`, `{a,b}` within a name and `**` for any folders. Names that
 * start with a dot only match a pattern that does. Sorted by code unit, so that the machine never matters.
 */
export function glob(root: string, pattern: string): string[] {
  const found = new Set<string>();
  for (const alternative of expandBraces(pattern)) {
    const segments = alternative.split('/').filter((segment) => segment !== '' && segment !== '.');
    walk(alternative.startsWith('/') ? '/' : root, segments, found);
  }
  return [...found].sort();
}

function walk(folder: string, segments: readonly string[], found: Set<string>): void {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    found.add(folder);
    return;
  }
  if (segment === '**') {
    // At the end it means all files, however deep.
    if (rest.length === 0) {
      walk(folder, ['**', '*'], found);
      return;
    }
    walk(folder, rest, found);
    for (const entry of list(folder)) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) walk(join(folder, entry.name), segments, found);
    }
    return;
  }
  if (!/[*?[]/.test(segment)) {
    const path = join(folder, segment);
    if (existsSync(path)) walk(path, rest, found);
    return;
  }
  const matcher = toRegExp(segment);
  for (const entry of list(folder)) {
    if (matcher.test(entry.name)) walk(join(folder, entry.name), rest, found);
  }
}

/** A folder that is missing, or is not one, holds nothing. */
function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function toRegExp(segment: string): RegExp {
  const body = segment.replace(/\[!?[^\]]+\]|[\s\S]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 1) return part.replace('[!', '[^').replaceAll('\\', '\\\\');
    return part.replace(/[.+^${}()|[\]\\]/, '\\$&');
  });
  return new RegExp(`^${segment.startsWith('.') ? '' : '(?!\\.)'}${body}$`, 'su');
}

function expandBraces(pattern: string): string[] {
  const match = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(pattern);
  if (match === null) return [pattern];
  const [, before = '', choices = '', after = ''] = match;
  return choices.split(',').flatMap((choice) => expandBraces(`${before}${choice}${after}`));
}
