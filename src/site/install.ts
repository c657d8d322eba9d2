import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';

const pnpmVersion = '10.34.9';

/** True when `reports/node_modules` holds exactly what the lockfile says. */
export async function isInstalled(reports: string): Promise<boolean> {
  const [wanted, present] = await Promise.all([
    readFile(join(reports, 'pnpm-lock.yaml'), 'utf8'),
    readFile(join(reports, 'node_modules', '.pnpm', 'lock.yaml'), 'utf8').catch(() => undefined),
  ]);
  return wanted === present;
}

/** Installs `reports/`, an install of its own because Evidence pins other majors of vite and TypeScript than the rest. */
export async function installReports(reports: string, report: (detail: string) => void): Promise<void> {
  const [command, ...first] = pnpmCommand(process.env.npm_execpath);
  const result = execa(command, [...first, 'install', '--frozen-lockfile'], {
    cwd: reports,
    all: true,
    reject: false,
    stdin: 'ignore',
    env: { CI: 'true' },
  });
  result.all.on('data', (chunk: Buffer) => {
    const progress = /Progress: .*?(\d+).*?(\d+).*?(\d+).*?(\d+)/.exec(chunk.toString());
    if (progress) report(`${progress[4]} of ${progress[1]} packages`);
  });
  const { exitCode, all } = await result;
  if (exitCode === 0) return;
  throw new DiagnosticsError(
    [
      {
        code: 'site-install',
        severity: 'error',
        message: `the packages of reports/ could not be installed:\n${lastLines(all, 12)}`,
        fix: `Run "npx -y pnpm@${pnpmVersion} install" in ${reports} and see what it says.`,
      },
    ],
    'environment',
  );
}

/** The pnpm that started this process, so that nothing is looked up again; else npx with the pinned version. */
export function pnpmCommand(execPath: string | undefined): [string, ...string[]] {
  return execPath !== undefined && /pnpm[^/\\]*$/.test(execPath)
    ? [process.execPath, execPath]
    : ['npx', '-y', `pnpm@${pnpmVersion}`];
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
