import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Progress } from '../diagnostics/progress.ts';
import type { DraftOutcome } from '../project/draft-outcome.ts';
import type { SiteSettings } from '../project/site-settings.ts';
import { type LockHolder, releaseLock, takeLock } from '../state/build-lock.ts';
import { fixedAddresses, inLanguages, templatedFolders } from './addresses.ts';
import { bundleKey, hasBundle, makeBundle } from './bundle.ts';
import { exportSite } from './export.ts';
import { addDataOfFilters, drawnRows } from './filter-data.ts';
import { installReports, isInstalled } from './install.ts';
import { renderPages } from './render.ts';
import { templateIn } from './template.ts';

export interface SiteOptions {
  /** The project's root; the site ends up in `<root>/target/site`. */
  readonly root: string;
  /** The published DuckDB file. */
  readonly published: string;
  readonly progress: Progress;
  /** ISO instant: another build is told since when this one runs. */
  readonly now: string;
  readonly settings?: SiteSettings;
  /** What the draft that the settings name would have made of the last quarter. */
  readonly draft?: readonly DraftOutcome[];
  /** The folder with the pages; by default `<root>/reports`, and where a project has none, those that come with Handover. */
  readonly reports?: string;
  /** Where the finished site goes; by default `<root>/target/site`. What its pages are bundled to is kept beside it. */
  readonly folder?: string;
}

export interface BuiltSite {
  readonly folder: string;
  readonly pages: number;
  /** False when the site that was there was made from the same pages and data. */
  readonly isNew: boolean;
}

/**
 * Builds the review site from what was published: installs `reports/` when its packages are missing or old, bundles the
 * pages when they changed, exports the data, and draws every page in every language. The folder is replaced only by a
 * finished site; a failed build leaves the one before.
 */
export async function buildSite(options: SiteOptions): Promise<BuiltSite> {
  const folder = resolve(options.folder ?? join(options.root, 'target', 'site'));
  await mkdir(dirname(folder), { recursive: true });
  const lock = `${folder}.lock`;
  const holder = takeLock(lock, options.now);
  if (holder !== undefined) throw held(folder, holder);
  try {
    return await buildLocked(options, folder);
  } finally {
    releaseLock(lock);
  }
}

/** Two builds of one site would draw into the same folder, and each take the other's pages for its own. */
function held(folder: string, { pid, since }: LockHolder): DiagnosticsError {
  return new DiagnosticsError(
    [
      {
        code: 'locked',
        severity: 'error',
        message: `another process builds the site in ${folder} (process ${pid}, since ${since})`,
        fix: 'Wait for it to end.',
      },
    ],
    'environment',
  );
}

async function buildLocked(options: SiteOptions, folder: string): Promise<BuiltSite> {
  const { progress } = options;
  const reports = resolve(options.reports ?? findReports(options.root));
  const work = `${folder}-bundle`;
  if (!(await isInstalled(reports))) {
    await progress.task('Install the packages of reports', (report) => installReports(reports, report));
  }
  const key = await bundleKey(reports);
  if (!(await hasBundle(work, key))) {
    await progress.task('bundle the pages of the site', () => makeBundle(reports, { work, key }));
  }
  const template = templateIn(work);
  await rm(template.data, { recursive: true, force: true });
  await mkdir(template.data, { recursive: true });
  const exported = await progress.task(
    'export the data of the site',
    () => exportSite({ ...options, reports, folder: template.data }),
    (site) => `${site.tables.size} tables`,
  );
  const templated = templatedFolders(reports);
  const addresses = inLanguages([
    ...fixedAddresses(reports),
    ...exported.entries.filter((address) => templated.some((place) => address.startsWith(place))),
  ]);
  const stamp = createHash('sha256')
    .update(JSON.stringify([key, await readFile(join(reports, 'render.mjs'), 'utf8'), exported.hash, addresses]))
    .digest('hex');
  if (await isBuilt(folder, work, stamp)) return { folder, pages: addresses.length, isNew: false };
  const output = join(work, 'site');
  await clearDrawn(template.folder, output);
  await cp(join(template.folder, '.svelte-kit', 'output', 'client'), output, { recursive: true });
  // The bundler's list of what it read: no page asks for it, and it tells where things lie on this machine.
  await rm(join(output, '.vite'), { recursive: true, force: true });
  await progress.task(
    'draw the pages of the site',
    (report) => renderPages({ template: template.folder, reports, addresses, output }, report),
    () => `${addresses.length} pages`,
  );
  await addDataOfFilters(reports, template, output);
  await replaceFolder(output, folder);
  await writeFile(join(work, stampFile), stamp);
  return { folder, pages: addresses.length, isNew: true };
}

const stampFile = 'site.stamp';

async function isBuilt(folder: string, work: string, stamp: string): Promise<boolean> {
  const known = await readFile(join(work, stampFile), 'utf8').catch(() => undefined);
  return known === stamp && existsSync(join(folder, 'index.html'));
}

/** What an earlier run drew, and the framework's memory of its queries. */
async function clearDrawn(template: string, output: string): Promise<void> {
  for (const place of [output, join(template, '.evidence-queries'), drawnRows(template)]) {
    await rm(place, { recursive: true, force: true });
  }
}

export function findReports(root: string): string {
  const own = join(root, 'reports');
  return existsSync(join(own, 'svelte.config.js')) ? own : shippedReports(dirname(fileURLToPath(import.meta.url)));
}

/** Climbs from this file, which lies in `src/site` or, bundled, in `dist`. */
function shippedReports(folder: string): string {
  const reports = join(folder, 'reports');
  return existsSync(join(reports, 'svelte.config.js')) || dirname(folder) === folder
    ? reports
    : shippedReports(dirname(folder));
}

/**
 * Two renames, so that a reader of the old site meets the new one within a moment. A folder that cannot be moved, such as
 * one that is mounted, is emptied and filled: nothing of the old site may stay.
 */
export async function replaceFolder(from: string, to: string): Promise<void> {
  const old = `${to}-old`;
  await rm(old, { recursive: true, force: true });
  if (existsSync(to)) await rename(to, old).catch(() => undefined);
  const isMoved = await rename(from, to).then(
    () => true,
    () => false,
  );
  if (!isMoved) {
    for (const name of existsSync(to) ? await readdir(to) : [])
      await rm(join(to, name), { recursive: true, force: true });
    await cp(from, to, { recursive: true });
  }
  await rm(old, { recursive: true, force: true });
}
