import { browser, building } from '$app/environment';
import {
  arrowTableToJSON,
  initDB,
  query as runSql,
  setParquetURLs,
  tableFromIPC,
  updateSearchPath,
} from '@evidence-dev/universal-sql/client-duckdb';
import { base } from '$app/paths';
import { setTrackProxy } from '@evidence-dev/sdk/usql';
import md5 from 'blueimp-md5';

export const prerender = true;
export const trailingSlash = 'always';

// Pages are finished when they are built and need no script; a page with filters turns this on for itself.
export const csr = false;

let opening;

/** What the queries of pages with filters read: a browser needs no more than these. */
const filteredTables = ['breaches', 'site'];

function only(sources, tables) {
  const isOneOf = (file) => tables.some((table) => file.endsWith(`/${table}.arrow`));
  return Object.fromEntries(Object.entries(sources).map(([source, files]) => [source, files.filter(isOneOf)]));
}

/** The database of the data that this site carries; a browser fetches it when a filter is first touched. */
function openDatabase() {
  opening ??= (async () => {
    const files = browser ? only(await renderedFiles(), filteredTables) : await renderedFiles();
    await initDB();
    await setParquetURLs(files, { addBasePath: ofSite });
    await updateSearchPath(Object.keys(files));
  })();
  return opening;
}

/** A file of this site, wherever it is served from. */
function ofSite(address) {
  return `${base}${address}`;
}

async function renderedFiles() {
  return (await ownFile('manifest.json')).renderedFiles;
}

async function ownFile(name) {
  if (browser) return (await fetch(ofSite(`/data/${name}`))).json();
  const { readFile } = await import('node:fs/promises');
  return JSON.parse(await readFile(`./static/data/${name}`, 'utf8'));
}

/** The rows that the page was built with, so that it opens without the database. */
async function builtRows(route, page, fetch) {
  const list = await fetch(ofSite(`/api/${route}/${page}/all-queries.json`));
  if (!list.ok) return {};
  const rows = await Promise.all(
    Object.entries(await list.json()).map(async ([name, hash]) => {
      const file = await fetch(ofSite(`/api/prerendered_queries/${hash}.arrow`));
      return [name, file.ok ? arrowTableToJSON(await tableFromIPC(file)) : undefined];
    }),
  );
  return Object.fromEntries(rows.filter(([, found]) => found !== undefined));
}

/** Only a page with filters reads the rows that it was built with once more, in the browser. */
const pagesWithFilters = ['/[[lang=lang]]/breaches'];

export const load = async ({ fetch, route, params }) => {
  const page = {
    route_hash: md5(route.id),
    additional_hash: md5(
      Object.entries(params)
        .sort()
        .map(([name, value]) => `${name}\x1F${value}`)
        .join('\x1E'),
    ),
    prerendering: building,
  };
  const keepsRows = pagesWithFilters.includes(route.id);
  if (!browser) await openDatabase();
  const query = (sql, { query_name, callback = (rows) => rows } = {}) =>
    browser
      ? openDatabase().then(() => runSql(sql)).then(callback)
      : callback(runSql(sql, keepsRows ? { ...page, query_name } : undefined));
  return {
    __db: { query, load: openDatabase, updateParquetURLs: openDatabase },
    inputs: setTrackProxy({ label: '', value: '(select null where false)' }),
    data: browser ? await builtRows(page.route_hash, page.additional_hash, fetch) : {},
    about: await ownFile('about.json'),
    customFormattingSettings: { customFormats: [] },
  };
};
