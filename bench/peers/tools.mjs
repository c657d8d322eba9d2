import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { handover } from '../dumps.mjs';
import { measure, measureProgram } from '../measure.mjs';

const usageScript = fileURLToPath(new URL('usage.py', import.meta.url));
/** A Python that has what requirements.txt names. */
const python = process.env.PEERS_PYTHON ?? 'python3';
const packages = ['dbt-core', 'dbt-duckdb', 'sqlmesh', 'lea-cli', 'metricflow', 'duckdb'];

/** How each tool brings a project up to date. `step` is `cold`, `again` or `changed`. */
export const runs = {
  handover: (folder) => measure([handover, 'build', '--project', folder, '--quiet']),
  dbt: runDbt,
  sqlmesh: (folder) =>
    runPython(['sqlmesh.cli.main:cli', '--paths', folder, 'plan', '--auto-apply', '--no-prompts'], folder),
  lea: (folder, step) =>
    runPython(['lea.cli:app', 'run', '--production', ...(step === 'changed' ? ['--select', 'git+'] : [])], folder),
};

/**
 * Runs a command line written in Python in a process of its own.
 * @param {readonly string[]} command module:function, and its arguments
 * @param {string} cwd
 */
export function runPython(command, cwd) {
  return measureProgram(python, [usageScript, ...command], { cwd, env: { ...process.env, ...quiet } });
}

const quiet = { DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', DO_NOT_TRACK: '1' };

async function runDbt(folder) {
  const state = join(folder, 'state');
  const select = existsSync(state) ? ['--select', 'state:modified+', '--state', state] : [];
  const places = ['--project-dir', folder, '--profiles-dir', folder];
  const done = await runPython(['dbt.cli.main:cli', 'run', ...places, ...select], folder);
  rmSync(state, { recursive: true, force: true });
  cpSync(join(folder, 'target', 'manifest.json'), join(state, 'manifest.json'));
  return done;
}

/** The version of each tool; undefined where one of them is missing. */
export function readVersions() {
  const script = `import json, sys
from importlib.metadata import version
print(json.dumps({name: version(name) for name in sys.argv[1:]}))`;
  try {
    const output = execFileSync(python, ['-c', script, ...packages], { stdio: ['ignore', 'pipe', 'ignore'] });
    return JSON.parse(output.toString());
  } catch {
    return undefined;
  }
}
