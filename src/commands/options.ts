import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { type Progress, silent } from '../diagnostics/progress.ts';
import { configFileName, findProjectRoot } from '../project/root.ts';
import { toolVersion } from '../project/version.ts';
import { useColor } from './failure.ts';
import { terminalProgress } from './progress.ts';

/** The options that every command takes, as commander gives them. */
export interface CommonOptions {
  readonly project?: string;
  readonly warehouse?: string;
  readonly source?: readonly string[];
  readonly asOf?: string;
  readonly quiet?: boolean;
  readonly keepRejects?: boolean;
  readonly memory?: string;
}

/** `table` and `markdown` are for people, the others for programs. */
export type Format = 'table' | 'json' | 'csv' | 'markdown';

/** Adds the options that every command takes. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--project <dir>', 'folder with handover.yml (default: this one or the nearest above)')
    .option('--warehouse <file>', 'the DuckDB file that is published (default: target/handover.duckdb)')
    .addOption(
      new Option('--source <name=glob>', 'read a source from elsewhere; may be repeated').argParser(
        (value: string, earlier: string[] | undefined) => [...(earlier ?? []), value],
      ),
    )
    .option(
      '--as-of <instant>',
      'how far the data are trusted, such as 2026-11-23T06:00:00Z (default: told by the data)',
    )
    .option('--quiet', 'say nothing but warnings and errors')
    .option('--no-color', 'no colours')
    .option('--debug', 'show stack traces');
}

/** Adds the options of commands that load. */
export function withLoadOptions(command: Command): Command {
  return withMemory(
    command.option(
      '--keep-rejects',
      'keep for 14 days what rejected rows hold, personal columns masked: show load.rejects',
    ),
  );
}

/** Adds --memory to a command that computes. */
export function withMemory(command: Command): Command {
  return command.addOption(
    new Option(
      '--memory <size>',
      'what the database may hold in memory, such as 2GB (default: 1GB, with many rows more)',
    ).argParser(parseMemory),
  );
}

/** Adds --format to a command that prints data. */
export function withFormat(command: Command): Command {
  return command.addOption(
    new Option('--format <format>', 'how to print').choices(['table', 'json', 'csv', 'markdown']).default('table'),
  );
}

/** The folder of the project that is meant. */
export function projectRoot(options: CommonOptions): string {
  if (options.project !== undefined) return resolve(options.project);
  const root = findProjectRoot(process.cwd());
  if (root !== undefined) return root;
  throw new DiagnosticsError([
    {
      code: 'no-project',
      severity: 'error',
      message: `no ${configFileName} in ${process.cwd()} or above it`,
      fix: 'Run in the project folder, or name it with --project DIR.',
    },
  ]);
}

/** The parts of BuildOptions that the command line decides; the only place that reads the wall clock. */
export function buildOptions(options: CommonOptions) {
  return {
    now: new Date().toISOString(),
    tool: toolIdentity(),
    command: process.argv.slice(2),
    ...(options.warehouse === undefined ? {} : { warehouse: resolve(options.warehouse) }),
    ...(options.asOf === undefined ? {} : { asOf: parseInstant(options.asOf) }),
    ...(options.source === undefined ? {} : { sources: parseSources(options.source) }),
    ...(options.keepRejects === undefined ? {} : { keepRejects: options.keepRejects }),
    ...(options.memory === undefined ? {} : { memory: options.memory }),
    ...(process.env.HANDOVER_SALT ? { salt: process.env.HANDOVER_SALT } : {}),
    progress: progressFor(options),
  };
}

/** Which runner this is: its version and, in a check-out, when it was bundled. */
function toolIdentity(): string {
  const bundle = join(dirname(fileURLToPath(import.meta.url)), 'cli.mjs');
  const bundledAt = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return `${toolVersion} ${bundledAt}`;
}

export function progressFor(options: CommonOptions): Progress {
  return options.quiet ? silent : terminalProgress(process.stderr, { color: useColor(process) });
}

function parseMemory(text: string): string {
  if (/^\d+(\.\d+)? ?(MB|GB|TB)$/i.test(text)) return text;
  throw new InvalidArgumentError('expected a size such as 800MB or 4GB');
}

function parseInstant(text: string): string {
  const isInstant = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(text);
  const time = isInstant ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw invalidOption(
    `--as-of "${text}" is not an instant`,
    'a date and time with an offset, such as 2026-11-23T06:00:00+01:00',
  );
}

function parseSources(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const [name = '', ...glob] = text.split('=');
      if (name === '' || glob.join('=') === '') {
        throw invalidOption(`--source "${text}" names no source and files`, 'NAME=GLOB, such as events=dumps/*.csv.gz');
      }
      return [name, resolve(glob.join('='))];
    }),
  );
}

function invalidOption(message: string, expected: string): DiagnosticsError {
  return new DiagnosticsError([{ code: 'invalid-option', severity: 'error', message, expected }]);
}
