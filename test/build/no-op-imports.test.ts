import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { bundleForTests } from './cli.ts';
import { shop } from './shop.ts';

const cli = bundleForTests();

/** What takes longer to load than all else, and a text that only its code holds. */
const heavy = { zod: 'ZodError', yaml: 'YAMLParseError', duckdb: 'node_modules/@duckdb/', listr: 'ListrError' };

/** Runs the command line and tells which of the heavy modules it loaded. */
async function loads(args: readonly string[]): Promise<{ stderr: string; loaded: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'handover-coverage-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const env = { ...process.env, NODE_V8_COVERAGE: folder };
  const { stderr } = await promisify(execFile)(process.execPath, [cli, ...args], { env });
  const scripts = readdirSync(folder).flatMap((name) => scriptsOf(readFileSync(join(folder, name), 'utf8')));
  expect(scripts.length).toBeGreaterThan(2);
  const texts = scripts.map((url) => `${url}\n${readFileSync(fileURLToPath(url), 'utf8')}`);
  const loaded = Object.entries(heavy).filter(([, text]) => texts.some((script) => script.includes(text)));
  return { stderr, loaded: loaded.map(([name]) => name) };
}

/** The files of which V8 ran something, as it tells in a coverage report. */
function scriptsOf(report: string): string[] {
  const { result } = JSON.parse(report) as { readonly result: readonly { readonly url: string }[] };
  return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
}

it('a build with nothing to do loads neither what reads YAML nor DuckDB', { timeout: 60_000 }, async () => {
  const root = shop();
  const first = await loads(['build', '--project', root]);
  expect(first.loaded).toEqual(['zod', 'yaml', 'duckdb']);
  const second = await loads(['build', '--project', root]);
  expect(second.stderr).toContain('nothing changed since the last build');
  expect(second.loaded).toEqual([]);
});
