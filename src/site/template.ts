import { cp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/** What of `reports/` belongs in the Evidence project; the rest (sources, patches, node_modules) stays behind. */
const projectFiles = [
  'package.json',
  'evidence.config.yaml',
  'evidence.settings.json',
  'svelte.config.js',
  'tailwind.config.cjs',
];

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

export interface Template {
  /** The folder in which vite runs. */
  readonly folder: string;
  readonly components: string;
  readonly data: string;
}

/**
 * Lays out an Evidence project in `work`: the framework's template with the pages, components, styles and static files of
 * `reports` over it, as Evidence's own command line does, but finished before anything is built and without touching
 * `reports`, so that several projects can be built from one `reports` at once.
 */
export async function layOutTemplate(reports: string, work: string): Promise<Template> {
  const folder = join(work, '.evidence', 'template');
  await rm(work, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await symlink(join(reports, 'node_modules'), join(work, 'node_modules'), 'junction');
  await cp(join(reports, 'node_modules', '@evidence-dev', 'evidence', 'template'), folder, { recursive: true });
  await rm(join(folder, 'static'), { recursive: true });
  for (const name of unwanted) await rm(join(folder, 'src', 'pages', name), { recursive: true, force: true });
  await copyPages(join(reports, 'pages'), join(folder, 'src', 'pages'));
  await cp(join(reports, 'components'), join(folder, 'src', 'components'), { recursive: true });
  await cp(join(reports, 'static'), join(folder, 'static'), { recursive: true });
  for (const name of ['app.css', 'app.html']) await cp(join(reports, name), join(folder, 'src', name));
  for (const name of projectFiles) await cp(join(reports, name), join(work, name));
  return { folder, components: join(folder, 'src', 'components'), data: join(folder, 'static', 'data') };
}

/** Says which templated pages exist: nothing that the build crawls needs to link to them. */
export async function writeEntries(work: string, entries: readonly string[]): Promise<void> {
  await writeFile(join(work, 'entries.json'), JSON.stringify(entries));
}

/**
 * Takes out the pages that exist once per period, metric or agreement where there is no such thing: the framework takes a
 * page that nothing leads to for a mistake.
 */
export async function dropUnseen(reports: string, template: Template, entries: readonly string[]): Promise<void> {
  const pages = join(reports, 'pages');
  for (const entry of await readdir(pages, { withFileTypes: true, recursive: true })) {
    const parameter = /^\[\w+\]/.exec(entry.name)?.[0];
    if (parameter === undefined) continue;
    const folder = relative(pages, entry.parentPath);
    const address = `/${folder.replaceAll('\\', '/')}/`;
    if (entries.some((known) => known.startsWith(address))) continue;
    await rm(join(template.folder, 'src', 'pages', folder, parameter), { recursive: true, force: true });
  }
}

/** `weekly/index.md` → `weekly/+page.md`, `breaches.md` → `breaches/+page.md`; everything else keeps its name. */
async function copyPages(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, pagePath(source.slice(from.length + 1)));
    await mkdir(dirname(target), { recursive: true });
    await cp(source, target);
  }
}

export function pagePath(relative: string): string {
  if (!relative.endsWith('.md')) return relative;
  const name = basename(relative, '.md');
  return name === 'index' ? join(dirname(relative), '+page.md') : join(dirname(relative), name, '+page.md');
}
