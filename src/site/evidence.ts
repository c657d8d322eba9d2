import { join } from 'node:path';
import { execa } from 'execa';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';

export interface EvidenceBuild {
  /** The laid out template, in which vite runs. */
  readonly template: string;
  readonly reports: string;
  /** Where the framework's adapter puts what it would serve; the site is put together elsewhere. */
  readonly output: string;
}

/** What the framework must be told to work from files on this machine alone: it reaches no other host and sends no statistics. */
export const evidenceEnvironment = {
  EVIDENCE_DATA_DIR: './static/data',
  EVIDENCE_DATA_URL_PREFIX: 'static/data',
  EVIDENCE_IS_BUILDING: 'true',
  NODE_ENV: 'production',
};

/** Runs Evidence's build, which bundles the pages; none is drawn yet. */
export async function runEvidence(build: EvidenceBuild): Promise<void> {
  const result = await execa(
    process.execPath,
    ['--max-old-space-size=4096', join(build.reports, 'node_modules', 'vite', 'bin', 'vite.js'), 'build'],
    {
      cwd: build.template,
      all: true,
      reject: false,
      stdin: 'ignore',
      env: { ...evidenceEnvironment, EVIDENCE_BUILD_DIR: build.output },
    },
  );
  if (result.exitCode !== 0) throw buildFailure(result.all, build);
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
