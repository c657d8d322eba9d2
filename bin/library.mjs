// Makes what `import … from 'handover'` finds: the library bundled, and its types. Runs after an install.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleLibrary } from './bundle.mjs';

const bin = dirname(fileURLToPath(import.meta.url));
const root = join(bin, '..');
const [folder = join(root, 'dist', 'library')] = process.argv.slice(2);

await bundleLibrary(root, join(folder, 'index.mjs'));
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const options = ['--project', join(bin, 'library.tsconfig.json'), '--outDir', join(folder, 'types')];
try {
  execFileSync(process.execPath, [tsc, ...options], { stdio: 'inherit' });
} catch {
  // They are written all the same; a slip in a file must not keep an install from ending.
  process.stderr.write('The types of the library were written with the errors above; "pnpm check" must find none.\n');
}
