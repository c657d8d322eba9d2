import { cp, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What of `reports/` belongs in the Evidence project; the rest (sources, patches, node_modules) stays behind. */
export const projectFiles = [
  'package.json',
  'evidence.config.yaml',
  'evidence.settings.json',
  'svelte.config.js',
  'tailwind.config.cjs',
];

/** Folders and files of `reports/` that the bundle is made of, beside those. */
export const bundledFiles = ['pages', 'components', 'params', 'static', 'app.css', 'app.html'];

/**
 * Evidence's own pages (a settings form, a SQL console, a welcome page) and the addresses that only they ask for. None of
 * them is part of the site.
 */
const unwanted = [
  'settings',
  'explore',
  'manifest.webmanifest',
  'fix-tprotocol-service-worker.js',
  '+page.md',
  'api/[...route]',
  'api/pagesManifest.json',
  'api/settings.json',
  'api/customFormattingSettings.json',
];

/** Every page lies below this parameter: without it a page is in English. */
const languageFolder = '[[lang=lang]]';

export interface Template {
  /** The folder in which vite runs. */
  readonly folder: string;
  readonly data: string;
}

/**
 * Lays out an Evidence project in `work`: the framework's template with the pages, components, styles and static files of
 * `reports` over it, as Evidence's own command line does, but finished before anything is built and without touching
 * `reports`, so that several projects can be built from one `reports` at once.
 */
export async function layOutTemplate(reports: string, work: string): Promise<void> {
  const { folder } = templateIn(work);
  await rm(work, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await symlink(join(reports, 'node_modules'), join(work, 'node_modules'), 'junction');
  await cp(join(reports, 'node_modules', '@evidence-dev', 'evidence', 'template'), folder, { recursive: true });
  await rm(join(folder, 'static'), { recursive: true });
  for (const name of unwanted) await rm(join(folder, 'src', 'pages', name), { recursive: true, force: true });
  await copyPages(join(reports, 'pages'), join(folder, 'src', 'pages'));
  await cp(join(reports, 'params'), join(folder, 'src', 'params'), { recursive: true });
  await cp(join(reports, 'components'), join(folder, 'src', 'components'), { recursive: true });
  await cp(join(reports, 'static'), join(folder, 'static'), { recursive: true });
  for (const name of ['app.css', 'app.html']) await cp(join(reports, name), join(folder, 'src', name));
  for (const name of projectFiles) await cp(join(reports, name), join(work, name));
}

export function templateIn(work: string): Template {
  const folder = join(work, '.evidence', 'template');
  return { folder, data: join(folder, 'static', 'data') };
}

async function copyPages(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, pagePath(source.slice(from.length + 1)));
    await mkdir(dirname(target), { recursive: true });
    await cp(source, target);
  }
}

/**
 * `weekly/index.md` → `[[lang=lang]]/weekly/+page.md`, `breaches.md` → `[[lang=lang]]/breaches/+page.md`. The frame and the
 * page for errors, `+layout.svelte` and the like at the top, stand above all languages.
 */
export function pagePath(relative: string): string {
  if (dirname(relative) === '.' && basename(relative).startsWith('+')) return relative;
  const path = join(languageFolder, relative);
  if (!path.endsWith('.md')) return path;
  const name = basename(path, '.md');
  return name === 'index' ? join(dirname(path), '+page.md') : join(dirname(path), name, '+page.md');
}
