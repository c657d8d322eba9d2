import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

const dayInMilliseconds = 24 * 60 * 60 * 1000;

/** Bundles src/cli.ts and what it uses, so that starting costs little more than node. */
export async function bundleCli(root, bundle) {
  await bundleInto(root, bundle, 'src/cli.ts');
}

/** Bundles src/index.ts and what it uses: the library, for node as it is. */
export async function bundleLibrary(root, bundle) {
  await bundleInto(root, bundle, 'src/index.ts');
}

/** Takes in all that the entry uses, except DuckDB's native binding. */
async function bundleInto(root, bundle, entry) {
  const folder = dirname(bundle);
  const fresh = `${folder}.${process.pid}`;
  await build({
    absWorkingDir: root,
    entryPoints: { [basename(bundle, '.mjs')]: entry },
    outdir: fresh,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    external: ['@duckdb/node-api', '@duckdb/node-bindings'],
    // Some dependencies are CommonJS and ask for node's own modules by require().
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
    // Less to read at every start; names stay, for stack traces.
    minifySyntax: true,
    minifyWhitespace: true,
  });
  replaceFolder(fresh, folder, basename(bundle));
}

/**
 * Moves file by file, the entry last: a command that is just starting finds either bundle whole. Chunks of earlier
 * bundles stay for a day, since a command that is running may still load one.
 */
function replaceFolder(fresh, folder, entry) {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(fresh).sort((left, right) => (left === entry ? 1 : right === entry ? -1 : 0));
  for (const name of names) renameSync(join(fresh, name), join(folder, name));
  rmSync(fresh, { recursive: true });
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const isOld = statSync(path).isFile() && Date.now() - statSync(path).mtimeMs > dayInMilliseconds;
    if (!names.includes(name) && isOld) rmSync(path);
  }
}
