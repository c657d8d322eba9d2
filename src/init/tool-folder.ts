import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that Handover itself lies in: above this file, which is in `src/init` or, bundled, in `dist`. */
export function toolFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'src', 'init', 'template')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/**
 * The path from a folder to Handover, with forward slashes. Where it is installed as a package at or above the folder,
 * it is the package's path, not the store's it may link to: that one changes with every version.
 */
export function pathToTool(folder: string, tool: string): string {
  const packaged = installedAbove(folder, tool);
  return relative(folder, packaged ?? tool)
    .split(sep)
    .join('/');
}

function installedAbove(folder: string, tool: string): string | undefined {
  const candidate = join(folder, 'node_modules', 'handover');
  if (existsSync(candidate) && realpathSync(candidate) === realpathSync(tool)) return candidate;
  return dirname(folder) === folder ? undefined : installedAbove(dirname(folder), tool);
}
