import type { Command } from 'commander';
import type { SelectionRequest } from '../build/select.ts';

/** --select and --exclude as commander gives them. */
export interface SelectionOptions {
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
}

/** Adds --select and --exclude to a command that is about models (docs/selection.md). */
export function withSelection(command: Command): Command {
  return command
    .option('-s, --select <models...>', 'only these: a name, +name+, marts/, tag:x, changed:origin/main, …')
    .option('--exclude <models...>', 'none of these; written like --select');
}

/** What --select and --exclude ask for, with what was named as arguments. */
export function selectionOf(options: SelectionOptions, named: readonly string[] = []): SelectionRequest {
  return { select: [...named, ...(options.select ?? [])], exclude: options.exclude ?? [] };
}
