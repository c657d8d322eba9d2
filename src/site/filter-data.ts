import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pageFiles } from './addresses.ts';
import { manifestOf } from './export.ts';

/** Where the framework keeps the rows that a page with filters opens with. */
export function drawnRows(template: string): string {
  return join(template, '.svelte-kit', 'output', 'prerendered', 'dependencies');
}

/** Pages with filters take their rows, and the tables that their queries name, from the site; no other table lies in it. */
export async function addDataOfFilters(
  reports: string,
  template: { readonly folder: string; readonly data: string },
  output: string,
): Promise<void> {
  if (existsSync(drawnRows(template.folder))) await cp(drawnRows(template.folder), output, { recursive: true });
  const wanted = tablesOfFilters(reports);
  const manifest: { renderedFiles: Record<string, string[]> } = JSON.parse(
    await readFile(join(template.data, 'manifest.json'), 'utf8'),
  );
  const files = Object.values(manifest.renderedFiles)
    .flat()
    .filter((file) => wanted.has(file.split('/').at(-1)?.replace('.arrow', '') ?? ''));
  for (const file of files) {
    const path = file.replace('static/', '');
    await mkdir(dirname(join(output, path)), { recursive: true });
    await cp(join(template.folder, file), join(output, path));
  }
  await mkdir(join(output, 'data'), { recursive: true });
  await writeFile(join(output, 'data', 'manifest.json'), manifestOf(files));
  await cp(join(template.data, 'about.json'), join(output, 'data', 'about.json'));
}

/** Tables of the site that pages with a script of their own read. */
function tablesOfFilters(reports: string): ReadonlySet<string> {
  const pages = pageFiles(reports).filter((path) => {
    const script = join(reports, 'pages', dirname(path), '+page.js');
    return existsSync(script) && /\bcsr\s*=\s*true\b/.test(readFileSync(script, 'utf8'));
  });
  const texts = pages.map((path) => readFileSync(join(reports, 'pages', path), 'utf8'));
  return new Set(texts.flatMap((text) => [...text.matchAll(/\bsite\.(\w+)/g)].map(([, table = '']) => table)));
}
