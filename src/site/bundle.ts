import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runEvidence } from './evidence.ts';
import { bundledFiles, layOutTemplate, projectFiles, templateIn } from './template.ts';

/** Raised when this code lays out or bundles pages otherwise than before. */
const layout = 1;

const keyFile = 'bundle.json';

/**
 * What the bundle of a site is made of: its pages, components, styles and packages, and nothing of the data. The same key,
 * the same bundle.
 */
export async function bundleKey(reports: string): Promise<string> {
  const hash = createHash('sha256').update(`${layout} ${process.version}\n`);
  for (const name of [...projectFiles, ...bundledFiles, 'pnpm-lock.yaml', 'patches'].sort()) {
    for (const file of await filesOf(join(reports, name))) {
      hash
        .update(file.slice(reports.length))
        .update('\0')
        .update(await readFile(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

/** Whether `work` holds the finished bundle of this key. */
export async function hasBundle(work: string, key: string): Promise<boolean> {
  const text = await readFile(join(work, keyFile), 'utf8').catch(() => '');
  return text === JSON.stringify({ key });
}

/** Lays out the pages in `work` and bundles them: the part of a build of the site that does not depend on data. */
export async function makeBundle(
  reports: string,
  { work, key }: { readonly work: string; readonly key: string },
): Promise<void> {
  await layOutTemplate(reports, work);
  await runEvidence({ template: templateIn(work).folder, reports, output: join(work, 'adapted') });
  await writeFile(join(work, keyFile), JSON.stringify({ key }));
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return [];
  if (found.isFile()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
