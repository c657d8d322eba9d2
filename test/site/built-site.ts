import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { silent } from '../../src/diagnostics/progress.ts';
import type { SiteSettings } from '../../src/project/site-settings.ts';
import { bundleKey, hasBundle, makeBundle } from '../../src/site/bundle.ts';
import { exportSite } from '../../src/site/export.ts';
import { drawnRows } from '../../src/site/filter-data.ts';
import { installReports, isInstalled } from '../../src/site/install.ts';
import { renderPages } from '../../src/site/render.ts';
import { type BuiltSite, buildSite, type SiteOptions } from '../../src/site/site.ts';
import { templateIn } from '../../src/site/template.ts';
import { releaseLock, takeLock } from '../../src/state/build-lock.ts';

const reports = resolve('reports');
const folder = resolve('target', 'test-bundles');

/**
 * Builds a site with the bundle that an earlier test made of the same pages: bundling them takes longer than all else. One
 * test process makes it, others wait.
 */
export async function buildTestSite(
  options: Omit<SiteOptions, 'root' | 'progress' | 'folder' | 'now'> & {
    readonly folder: string;
  } & Partial<SiteOptions>,
): Promise<BuiltSite> {
  await cp(await sharedBundle(), `${options.folder}-bundle`, { recursive: true, verbatimSymlinks: true });
  return buildSite({ root: '.', progress: silent, now: '2026-11-23T06:00:00Z', ...options });
}

/** Only these pages, drawn from a published file into a folder, with the tables that they read beside them. */
export async function drawPages(options: {
  readonly published: string;
  readonly folder: string;
  readonly addresses: readonly string[];
  readonly settings?: SiteSettings;
}): Promise<void> {
  const work = `${options.folder}-bundle`;
  await cp(await sharedBundle(), work, { recursive: true, verbatimSymlinks: true });
  const template = templateIn(work);
  await mkdir(template.data, { recursive: true });
  await exportSite({ ...options, reports, folder: template.data });
  await cp(join(template.folder, '.svelte-kit', 'output', 'client'), options.folder, { recursive: true });
  await renderPages(
    { template: template.folder, reports, addresses: options.addresses, output: options.folder },
    () => undefined,
  );
  const rows = drawnRows(template.folder);
  if (existsSync(rows)) await cp(rows, options.folder, { recursive: true });
  await cp(template.data, join(options.folder, 'data'), { recursive: true });
  await rm(work, { recursive: true });
}

async function sharedBundle(): Promise<string> {
  if (!(await isInstalled(reports))) await installReports(reports, () => undefined);
  const key = await bundleKey(reports);
  const shared = join(folder, key.slice(0, 16));
  await mkdir(folder, { recursive: true });
  // The other test process may be at it: one waits for the other, unless that one is gone.
  const lock = `${shared}.lock`;
  while (!(await hasBundle(shared, key))) {
    if (takeLock(lock, new Date().toISOString()) !== undefined) {
      await new Promise((done) => setTimeout(done, 500));
      continue;
    }
    await makeBundle(reports, { work: shared, key }).finally(() => releaseLock(lock));
  }
  await dropOthers(shared);
  return shared;
}

/** Bundles of pages as they were before. */
async function dropOthers(kept: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (path !== kept && existsSync(join(path, 'bundle.json'))) await rm(path, { recursive: true, force: true });
  }
}
