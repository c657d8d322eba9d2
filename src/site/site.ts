import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../diagnostics/progress.ts';
import { runEvidence } from './evidence.ts';
import { exportSite } from './export.ts';
import { installReports, isInstalled } from './install.ts';
import { dropUnseen, layOutTemplate, writeEntries } from './template.ts';

/** Pages that exist in every project: home, the lists of weekly and quarterly reviews, breaches, metrics, the agreement in two languages. */
const fixedPages = 7;

export interface SiteOptions {
  /** The project's root; the site ends up in `<root>/target/site`. */
  readonly root: string;
  /** The published DuckDB file. */
  readonly published: string;
  readonly progress: Progress;
  /** The folder with the pages; by default `<root>/reports`, and where a project has none, those that come with Handover. */
  readonly reports?: string;
  /** Where the finished site goes; by default `<root>/target/site`. */
  readonly folder?: string;
}

/**
 * Builds the review site from what was published: installs `reports/` when its packages are missing or old, exports the
 * data, and runs Evidence. The folder is replaced only by a finished site; a failed build leaves the one before.
 */
export async function buildSite(options: SiteOptions): Promise<{ folder: string; pages: number }> {
  const { progress } = options;
  const reports = resolve(options.reports ?? findReports(options.root));
  const folder = resolve(options.folder ?? join(options.root, 'target', 'site'));
  const work = `${folder}-work`;
  if (!(await isInstalled(reports))) {
    await progress.task('Install the packages of reports', (report) => installReports(reports, report));
  }
  const template = await layOutTemplate(reports, work);
  const exported = await progress.task(
    'export the data of the site',
    async () => {
      await mkdir(template.data, { recursive: true });
      return exportSite({ published: options.published, reports, folder: template.data });
    },
    (site) => `${site.tables.size} tables`,
  );
  await writeEntries(work, exported.entries);
  await dropUnseen(reports, template, exported.entries);
  await writeFile(join(template.components, 'about.json'), JSON.stringify(exported.about));
  const pages = exported.entries.length + fixedPages;
  const output = join(work, 'build');
  await progress.task(
    'build the site',
    (report) => runEvidence({ template: template.folder, reports, output, pages }, report),
    () => `${pages} pages`,
  );
  await replaceFolder(output, folder);
  await rm(work, { recursive: true, force: true });
  return { folder, pages };
}

function findReports(root: string): string {
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

/** Two renames, so that a reader of the old site meets the new one within a moment. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const old = `${to}-old`;
  await rm(old, { recursive: true, force: true });
  await rename(to, old).catch(() => undefined);
  await rename(from, to).catch(() => cp(from, to, { recursive: true }));
  await rm(old, { recursive: true, force: true });
}
