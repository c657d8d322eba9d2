import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { joinShown, nothingShown, readViews, type Shown, shownBy, shownByFence } from './page-sql.ts';
import { titleOf } from './page-title.ts';

/** A page of the site, and what it shows. */
export interface Page extends Shown {
  /** `/weekly/[week]/` */
  readonly address: string;
  /** As its author wrote it: not escaped. */
  readonly title: string;
}

/** By address. */
export type Pages = readonly Page[];

/** Nobody writes longer ones by hand. */
const mostBytes = 500_000;

/**
 * The pages of the sites in the `reports/` of these folders: projects, and those that they extend. A page that several of
 * them have shows what it shows in any. A folder without `reports/` has none.
 */
export function readPages(roots: readonly string[]): Pages {
  const pages = new Map<string, Page>();
  for (const root of new Set(roots)) {
    for (const page of pagesIn(join(root, 'reports'))) {
      const known = pages.get(page.address);
      pages.set(page.address, { ...page, ...joinShown([known ?? nothingShown, page]) });
    }
  }
  return [...pages.values()].sort((left, right) => (left.address < right.address ? -1 : 1));
}

function pagesIn(reports: string): Page[] {
  const folder = join(reports, 'pages');
  const paths = filesIn(folder, '.md');
  if (paths.length === 0) return [];
  const views = readViews(readText(join(reports, 'sources', 'setup.sql')));
  const sources = join(reports, 'sources', 'site');
  const queries = new Map(
    filesIn(sources, '.sql').map((path) => {
      const name = basename(path, '.sql').toLowerCase();
      return [name, shownBy(readText(join(sources, path)), views, name)];
    }),
  );
  const messages = readMessages(join(reports, 'components', 'messages'));
  return paths.map((path) => {
    const text = readText(join(folder, path));
    const components = componentsOf(text, join(reports, 'components'));
    const fences = [text, ...components].flatMap(sqlFences);
    const address = addressOf(path);
    return {
      address,
      title: titleOf(text, { components, messages, address }),
      ...joinShown(fences.map((sql) => shownByFence(sql, queries))),
    };
  });
}

/** `weekly/[week].md` → `/weekly/[week]/`; `index.md` → `/`. */
function addressOf(path: string): string {
  const parts = path.replace(/\.md$/, '').split('/');
  const named = parts.at(-1) === 'index' ? parts.slice(0, -1) : parts;
  return ['', ...named, ''].join('/');
}

/** The texts of the components that a page uses, those that they use included. */
function componentsOf(page: string, folder: string): string[] {
  const texts = new Map<string, string>();
  const waiting = [page];
  for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
    for (const [, name = ''] of text.matchAll(/\$lib\/(\w+)\.svelte\b/g)) {
      if (texts.has(name)) continue;
      const component = readText(join(folder, `${name}.svelte`));
      texts.set(name, component);
      waiting.push(component);
    }
  }
  return [...texts.values()];
}

/** The queries of a page: what stands between a line ```sql name and the line that closes it. */
function sqlFences(text: string): string[] {
  const fences: string[][] = [];
  let open: string[] | undefined;
  for (const line of text.split('\n')) {
    if (open === undefined && /^\s*```\s*sql\b/i.test(line)) {
      open = [];
      fences.push(open);
    } else if (/^\s*```/.test(line)) open = undefined;
    else open?.push(line);
  }
  return fences.map((lines) => lines.join('\n'));
}

/** The English words by name, of the files in the folder. */
function readMessages(folder: string): ReadonlyMap<string, string> {
  const found = filesIn(folder, '.json').flatMap((path) => Object.entries(parsed(readText(join(folder, path))) ?? {}));
  return new Map(
    found.flatMap(([name, words]): [string, string][] => (typeof words?.en === 'string' ? [[name, words.en]] : [])),
  );
}

/** Titles are a courtesy: a file of words that cannot be read is the site's own concern. */
function parsed(text: string): Record<string, { en?: unknown } | null> | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return found !== null && typeof found === 'object' ? { ...found } : undefined;
  } catch {
    return undefined;
  }
}

/** Paths below a folder with `/`, sorted. */
function filesIn(folder: string, extension: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(extension))
    .sort();
}

/** Empty of what is no file, or too long to be written by people. */
function readText(path: string): string {
  const file = statSync(path, { throwIfNoEntry: false });
  return file === undefined || !file.isFile() || file.size > mostBytes ? '' : readFileSync(path, 'utf8');
}
