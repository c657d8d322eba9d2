import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const dayInMilliseconds = 24 * 60 * 60 * 1000;

/** Bundles src/cli.ts and what it uses, except DuckDB's native binding, so that starting costs little more than node. */
export async function bundleCli(root, bundle) {
  const folder = dirname(bundle);
  const fresh = `${folder}.${process.pid}`;
  await build({
    absWorkingDir: root,
    entryPoints: { cli: 'src/cli.ts' },
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
  replaceFolder(fresh, folder);
}

/**
 * Moves file by file, the entry last: a command that is just starting finds either bundle whole. Chunks of earlier
 * bundles stay for a day, since a command that is running may still load one.
 */
function replaceFolder(fresh, folder) {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(fresh).sort((left, right) => (left === 'cli.mjs' ? 1 : right === 'cli.mjs' ? -1 : 0));
  for (const name of names) renameSync(join(fresh, name), join(folder, name));
  rmSync(fresh, { recursive: true });
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!names.includes(name) && Date.now() - statSync(path).mtimeMs > dayInMilliseconds) rmSync(path);
  }
}
