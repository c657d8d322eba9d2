import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type FileStamp, stampFile } from './input-files.ts';
import type { SourceText } from './yaml-file.ts';

/** Reads a project's text files and names them in messages relative to the project that was opened. */
export class FileReader {
  readonly stamps: FileStamp[] = [];

  constructor(
    readonly root: string,
    private readonly openedRoot: string,
    private readonly problems: Diagnostic[],
  ) {}

  read(path: string): SourceText | undefined {
    const absolute = join(this.root, path);
    if (!existsSync(absolute) || !statSync(absolute).isFile()) return undefined;
    this.stamp(path);
    const bytes = readFileSync(absolute);
    const file = { path: this.label(path), text: bytes.toString('utf8').replace(/^\uFEFF/, '') };
    if (!isUtf8(bytes)) this.problems.push(notUtf8(file));
    return file;
  }

  /** Remembers how a file lies there; before it is read, so that what is written meanwhile is seen later. */
  stamp(path: string): void {
    this.stamps.push(stampFile(join(this.root, path)));
  }

  /** Paths relative to the root, with forward slashes, sorted. */
  list(folder: string, extension: string, recursive: boolean): string[] {
    const absolute = join(this.root, folder);
    if (!existsSync(absolute)) return [];
    return readdirSync(absolute, { recursive, withFileTypes: true })
      .filter((entry) => entry.isFile() && `/${entry.name}`.endsWith(extension))
      .map((entry) => relative(this.root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  }

  /** What lies directly in a folder and is not read, a README and hidden files aside. */
  ignored(folder: string, extension: string): string[] {
    const absolute = join(this.root, folder);
    if (!existsSync(absolute)) return [];
    return readdirSync(absolute, { withFileTypes: true })
      .filter(({ name }) => !/^\.|^README/i.test(name))
      .filter((entry) => !(entry.isFile() && entry.name.endsWith(extension)))
      .map((entry) => (entry.isDirectory() ? `${folder}/${entry.name}/` : `${folder}/${entry.name}`))
      .sort();
  }

  label(path: string): string {
    return relative(this.openedRoot, join(this.root, path)).split(sep).join('/');
  }
}

/** Read as text it would hold other letters than were written, without a word. */
function notUtf8({ path, text }: SourceText): Diagnostic {
  const before = text.slice(0, Math.max(0, text.indexOf('\uFFFD'))).split('\n');
  return {
    code: 'not-utf8',
    severity: 'error',
    message: 'the file is not UTF-8',
    ...{ file: path, line: before.length, column: [...(before.at(-1) ?? '')].length + 1, source: text },
    fix: 'Save it as UTF-8.',
  };
}
