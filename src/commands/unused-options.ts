import type { Command } from 'commander';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { CommonOptions } from './options.ts';

const loadOptions: readonly string[] = ['--source', '--as-of'];

/** Leaves out of a command's help what it refuses. */
export function hideLoadOptions(command: Command, refused: readonly string[] = loadOptions): Command {
  for (const option of command.options) option.hideHelp(option.hidden || refused.includes(option.long ?? ''));
  return command;
}

/**
 * For commands that tell of data as they were loaded.
 * @throws DiagnosticsError for options that would need another load; `instead` says what the command does.
 */
export function refuseLoadOptions({ asOf, source }: CommonOptions, instead: string): void {
  const named = [...(asOf === undefined ? [] : ['--as-of']), ...(source === undefined ? [] : ['--source'])];
  if (named.length === 0) return;
  throw new DiagnosticsError(
    named.map((option) => ({
      code: 'invalid-option',
      severity: 'error',
      message: `${option} works with build; ${instead}`,
      fix: `Leave it out, or build with ${option} first.`,
    })),
  );
}
