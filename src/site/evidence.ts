import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';

export interface EvidenceBuild {
  /** The laid out template, in which vite runs. */
  readonly template: string;
  readonly reports: string;
  /** Where the finished files go. */
  readonly output: string;
  /** How many pages are expected, for the progress. */
  readonly pages: number;
}

/** Runs Evidence's build. Everything it needs is on this machine: it reaches no other host and sends no statistics. */
export async function runEvidence(build: EvidenceBuild, report: (detail: string) => void): Promise<void> {
  report('bundling');
  const ticking = setInterval(() => void reportPages(build, report), 1000);
  try {
    const result = await execa(
      process.execPath,
      ['--max-old-space-size=4096', join(build.reports, 'node_modules', 'vite', 'bin', 'vite.js'), 'build'],
      {
        cwd: build.template,
        all: true,
        reject: false,
        stdin: 'ignore',
        env: {
          EVIDENCE_BUILD_DIR: build.output,
          EVIDENCE_DATA_DIR: './static/data',
          EVIDENCE_DATA_URL_PREFIX: 'static/data',
          EVIDENCE_IS_BUILDING: 'true',
          NODE_ENV: 'production',
        },
      },
    );
    if (result.exitCode !== 0) throw buildFailure(result.all, build);
  } finally {
    clearInterval(ticking);
  }
}

async function reportPages(build: EvidenceBuild, report: (detail: string) => void): Promise<void> {
  const folder = join(build.template, '.svelte-kit', 'output', 'prerendered', 'pages');
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const pages = files.filter((file) => file.endsWith('.html')).length;
  if (pages > 0) report(`${pages} of ${build.pages} pages`);
}

/** The framework prints stacks; a reader needs the message, the page or the file, and where all of it can be read. */
function buildFailure(output: string, build: EvidenceBuild): DiagnosticsError {
  const lines = output
    .split('\n')
    .map((line) => line.replaceAll(build.template, 'reports').trimEnd())
    .filter((line) => line !== '' && !/^\s+at /.test(line));
  const first = lines.findIndex((line) => /error|failed/i.test(line));
  const told = lines.slice(Math.max(0, first), Math.max(0, first) + 12).join('\n');
  return new DiagnosticsError([
    { code: 'site-build', severity: 'error', message: `the site could not be built:\n${told || 'no message'}` },
  ]);
}
