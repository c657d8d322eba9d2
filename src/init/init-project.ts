import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { projectName } from './project-name.ts';
import { pathToTool, toolFolder } from './tool-folder.ts';

export interface InitOptions {
  /** Does not exist yet, or is empty. */
  readonly folder: string;
  /** The folder's name by default. */
  readonly name?: string;
}

export interface NewProject {
  /** Absolute. */
  readonly root: string;
  readonly name: string;
  /** Relative to the root, sorted. */
  readonly files: readonly string[];
}

/**
 * Makes a project that builds at once: an agreement, a few made-up events, and all else inherited from Handover.
 * @throws DiagnosticsError when the folder holds something, or cannot give the project its name.
 */
export function initProject(options: InitOptions): NewProject {
  const root = resolve(options.folder);
  failUnlessFree(root);
  const name = projectName(options.name ?? root);
  const tool = toolFolder();
  const template = join(tool, 'src', 'init', 'template');
  const paths = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(template, join(entry.parentPath, entry.name)));
  const files = paths.map((path) => {
    const target = path === 'gitignore' ? '.gitignore' : path;
    const values = { name, ...pathsFrom(dirname(join(root, target)), tool) };
    write(join(root, target), fill(readFileSync(join(template, path), 'utf8'), values));
    return target;
  });
  return { root, name, files: files.sort() };
}

function failUnlessFree(root: string): void {
  if (!existsSync(root)) return;
  const isFolder = statSync(root).isDirectory();
  // A new repository has nothing in it yet.
  if (isFolder && readdirSync(root).every((name) => name === '.git')) return;
  throw new DiagnosticsError([
    {
      code: isFolder ? 'not-empty' : 'not-a-folder',
      severity: 'error',
      message: isFolder ? `${root} is not empty` : `${root} is a file`,
      expected: 'a folder that is empty or does not exist yet',
      fix: 'Name another folder: handover init DIR.',
    },
  ]);
}

/** What the template's files say of Handover's own folder, as seen from the folder they lie in. */
function pathsFrom(folder: string, tool: string): Readonly<Record<'extends' | 'link', string>> {
  const path = pathToTool(folder, tool);
  return { extends: quoted(path), link: encodeURI(path) };
}

/** As YAML and shells read it: only plain paths stand without quotes. */
function quoted(path: string): string {
  return /^[\w./@-]+$/.test(path) ? path : JSON.stringify(path);
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (written, key: string) => values[key] ?? written);
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
