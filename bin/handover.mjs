#!/usr/bin/env node
// Starts the bundled command line, and bundles it first when a file that it is made of is newer than the bundle.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bundle = join(root, 'dist', 'cli.mjs');

if (isStale()) {
  const { bundleCli } = await import('./bundle.mjs');
  await bundleCli(root, bundle);
}
await import(pathToFileURL(bundle).href);

function isStale() {
  if (!existsSync(join(root, 'src'))) return false;
  if (!existsSync(bundle)) return true;
  const built = statSync(bundle).mtimeMs;
  const inputs = ['src', 'reports/components', 'package.json', 'pnpm-lock.yaml', 'bin'];
  return inputs.some((input) => newest(join(root, input)) > built);
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
