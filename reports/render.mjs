// Draws pages of a bundle that is there: node render.mjs <job.json>, in the folder of the bundle's template. A job is
// { addresses, output }; each page is written to <output><address>index.html. Says on standard output, one JSON line a
// page, { address } or { address, problem }.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';

const folder = process.cwd();
const bundle = join(folder, '.svelte-kit', 'output', 'server');
const load = (file) => import(pathToFileURL(file).href);

const { installPolyfills } = await load(join(folder, '../../node_modules/@sveltejs/kit/src/exports/node/polyfills.js'));
installPolyfills();
const { manifest } = await load(join(bundle, 'manifest-full.js'));
const internal = await load(join(bundle, 'internal.js'));
internal.set_building();
internal.set_prerendering();
const { Server } = await load(join(bundle, 'index.js'));
const server = new Server(manifest);
await server.init({ env: {}, read: () => undefined });

// What goes wrong while a page is drawn is told here by the framework, with a stack; the message is for people.
const told = [];
for (const name of ['error', 'warn', 'log', 'info']) console[name] = (...parts) => told.push(parts.map(textOf).join(' '));

const { addresses, output } = JSON.parse(await readFile(process.argv[2], 'utf8'));
for (const address of addresses) {
  told.length = 0;
  const problem = await draw(address);
  process.stdout.write(`${JSON.stringify(problem === undefined ? { address } : { address, problem })}\n`);
}
process.exit(0);

/** Undefined, or why the page could not be drawn. */
async function draw(address) {
  const response = await server.respond(new Request(`http://site.invalid${encodeURI(address)}`), {
    getClientAddress: () => '',
    prerendering: { dependencies: new Map() },
    read: () => undefined,
  });
  const page = await response.text();
  if (response.status !== 200) return reasonIn(page) || told.join('\n') || `status ${response.status}`;
  const file = join(output, address, 'index.html');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, page.replace('%handover.lang%', /^\/(\w\w)\//.exec(address)?.[1] ?? 'en'));
  return undefined;
}

/** What `+error.svelte` says below its heading; the framework logs no more than that there was an error. */
function reasonIn(page) {
  const [, reason = ''] = /<\/h1>\s*<p[^>]*>([\s\S]*?)<\/p>/.exec(page) ?? [];
  return reason.replace(/<!--.*?-->|<[^>]*>/g, '').replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&').trim();
}

function textOf(part) {
  if (part instanceof Error) return part.message;
  return typeof part === 'object' && part !== null ? inspect(part, { breakLength: Infinity }).slice(0, 500) : String(part);
}
