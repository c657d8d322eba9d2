import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { evidenceEnvironment } from './evidence.ts';

export interface RenderOptions {
  /** The folder of the bundle's template. */
  readonly template: string;
  /** The folder with `render.mjs`. */
  readonly reports: string;
  readonly addresses: readonly string[];
  /** Where the pages go. */
  readonly output: string;
}

/** A drawing process takes seconds to start and half a gigabyte; it should have something to do. */
const fewestPages = 30;
const mostProcesses = 4;

/** Draws all pages, by as many processes as there are cores. Every page that cannot be drawn is a diagnostic. */
export async function renderPages(options: RenderOptions, report: (detail: string) => void): Promise<void> {
  const total = options.addresses.length;
  const count = Math.max(1, Math.min(availableParallelism(), mostProcesses, Math.ceil(total / fewestPages)));
  let drawn = 0;
  const problems: Diagnostic[] = [];
  const heard = ({ address, problem }: Drawn): void => {
    drawn += 1;
    report(`${drawn} of ${total} pages`);
    if (problem !== undefined) {
      problems.push({ code: 'site-page', severity: 'error', message: `${address} could not be drawn: ${problem}` });
    }
  };
  // Weeks, metrics and languages are dealt out evenly.
  const shares = Array.from({ length: count }, (_, share) =>
    options.addresses.filter((__, index) => index % count === share),
  );
  await Promise.all(shares.map((addresses, share) => renderShare({ ...options, addresses }, share, heard)));
  if (problems.length > 0) throw new DiagnosticsError(problems);
}

interface Drawn {
  readonly address: string;
  readonly problem?: string;
}

async function renderShare(
  { template, reports, addresses, output }: RenderOptions,
  share: number,
  heard: (drawn: Drawn) => void,
): Promise<void> {
  const job = join(template, `render-${share}.json`);
  await writeFile(job, JSON.stringify({ addresses, output }));
  const drawing = execa(process.execPath, [join(reports, 'render.mjs'), job], {
    cwd: template,
    reject: false,
    stdin: 'ignore',
    buffer: { stdout: false },
    env: evidenceEnvironment,
  });
  let told = 0;
  for await (const line of createInterface({ input: drawing.stdout })) {
    if (!line.startsWith('{"address"')) continue;
    told += 1;
    heard(JSON.parse(line));
  }
  const { exitCode, stderr } = await drawing;
  if (exitCode === 0 && told === addresses.length) return;
  throw new DiagnosticsError([
    {
      code: 'site-build',
      severity: 'error',
      message: `the pages could not be drawn, after ${told} of ${addresses.length}:\n${stderr.trim().split('\n').slice(0, 12).join('\n') || 'no message'}`,
    },
  ]);
}
