import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { languages } from '../../reports/components/catalogue.ts';

/** `/da` before an address in Danish; English has none. */
export function inLanguages(addresses: readonly string[]): string[] {
  return languages.flatMap((language) =>
    addresses.map((address) => (language === 'en' ? address : `/${language}${address}`)),
  );
}

/** Addresses of the pages that every site has, such as `/weekly/`: those of `reports/pages` without a parameter. */
export function fixedAddresses(reports: string): string[] {
  return pageFiles(reports)
    .filter((path) => !path.includes('['))
    .map((path) => {
      const parts = path.replace(/\.md$/, '').split('/');
      return ['', ...(parts.at(-1) === 'index' ? parts.slice(0, -1) : parts), ''].join('/');
    });
}

/** Whether the site has a page for such an address: `/weekly/2026-W47/` where there is `weekly/[week].md`. */
export function templatedFolders(reports: string): string[] {
  return pageFiles(reports)
    .filter((path) => path.includes('['))
    .map((path) => `/${path.slice(0, path.indexOf('['))}`);
}

/** Paths below `reports/pages`, with `/`. */
export function pageFiles(reports: string): string[] {
  return readdirSync(join(reports, 'pages'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.md'))
    .sort();
}
