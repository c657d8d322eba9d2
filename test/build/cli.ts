import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';

const home = join(import.meta.dirname, '../..');

/** The command line, bundled for the tests of a file apart from dist/, where DuckDB is still found. To be called at its top. */
export function bundleForTests(): string {
  const bundle = join(home, 'node_modules/.cache', `handover-test-${process.pid}`, 'cli.mjs');
  const script = `const [, module, home, bundle] = process.argv; await (await import(module)).bundleCli(home, bundle);`;
  const module = pathToFileURL(join(home, 'bin/bundle.mjs')).href;
  beforeAll(async () => {
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, module, home, bundle]);
  });
  afterAll(() => rmSync(join(bundle, '..'), { recursive: true, force: true }));
  return bundle;
}

interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Outcome>;
  /** Resolves when stderr holds the text. */
  said(text: string): Promise<void>;
}

/** Starts `handover …` as a process of its own. */
export function start(bundle: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, [bundle, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const done = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode, stderr }));
  const said = async (text: string): Promise<void> => {
    while (!stderr.includes(text)) {
      if (child.exitCode !== null) throw new Error(`it ended without saying "${text}": ${stderr}`);
      await once(child.stderr, 'data');
    }
  };
  return { child, done, said };
}

/** The number of a process that has ended. */
export async function deadProcess(): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid']);
  return Number(stdout);
}
