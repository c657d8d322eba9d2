import { Command, InvalidArgumentError, Option } from 'commander';
import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { toolFolder } from '../init/tool-folder.ts';
import type { Review, Violation } from '../review/types.ts';
import { withoutMessages } from '../review/words/told.ts';
import { useColor } from './failure.ts';
import { interruptible } from './interruptible.ts';
import { buildOptions, type CommonOptions, projectRoot, withCommonOptions, withMemory } from './options.ts';
import { hideLoadOptions, refuseLoadOptions } from './unused-options.ts';

type ReviewFormat = 'terminal' | 'markdown' | 'json';

interface DiffCommandOptions extends CommonOptions {
  readonly base?: string;
  readonly head: string;
  readonly format: ReviewFormat;
  readonly data?: boolean;
  readonly leads?: boolean;
  readonly timeLimit?: number;
  readonly wait?: boolean;
}

/** `handover diff`: what changed definitions do to numbers, weeks, leads and pages, before they are merged. */
export function diffCommand(): Command {
  const formats: readonly ReviewFormat[] = ['terminal', 'markdown', 'json'];
  const command = new Command('diff')
    .description('say what a change of definitions does to numbers, leads and pages, before it is merged')
    .option('--base <ref>', 'a branch, tag or commit to compare with (default: the branch that is merged into)')
    .option('--head <ref>', 'what is to be merged: a ref, or WORKTREE for the files as they lie here', 'WORKTREE')
    .addOption(new Option('--format <format>', 'how to print').choices(formats).default('terminal'))
    .option('--data', 'compare values on the data of the last build (default: when there is one)')
    .option('--no-data', 'compare definitions alone')
    .option('--leads', 'list every verdict that changes; on a terminal only')
    .addOption(
      new Option('--time-limit <time>', 'stop after so long, such as 10m (default: review.time_limit)').argParser(
        parseTime,
      ),
    )
    .option('--wait', 'wait while a build of the same warehouse runs');
  return hideLoadOptions(withMemory(withCommonOptions(command)), ['--source']).action(
    async (options: DiffCommandOptions) => {
      const { source } = options;
      refuseLoadOptions(source === undefined ? {} : { source }, 'diff compares on the data of the last build');
      const [{ diff }, { toMarkdown }, { toTerminal }] = await Promise.all([
        import('../review/diff.ts'),
        import('../review/words/markdown.ts'),
        import('./print-review.ts'),
      ]);
      const root = projectRoot(options);
      const review = await interruptible((signal) => diff(root, { ...requestOf(options), signal }));
      const { format, leads = false } = options;
      process.stdout.write(
        format === 'json'
          ? `${JSON.stringify(review, null, 2)}\n`
          : format === 'markdown'
            ? toMarkdown(review)
            : toTerminal(review, { color: useColor(process), leads }),
      );
      judge(review, format);
    },
  );
}

function requestOf(options: DiffCommandOptions) {
  const { now, tool, progress, warehouse, asOf, memory } = buildOptions(options);
  const { base, head, data, timeLimit, wait } = options;
  return {
    ...{ head, now, tool, progress, trusted: [toolFolder()] },
    ...(base === undefined ? {} : { base }),
    ...(data === undefined ? {} : { data }),
    ...(timeLimit === undefined ? {} : { timeLimit }),
    ...(wait ? { wait } : {}),
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(asOf === undefined ? {} : { asOf }),
    ...(memory === undefined ? {} : { memory }),
  };
}

/**
 * Fails the command for what the review says, after it was printed.
 * @throws DiagnosticsError `invalid` when the head cannot be built, `violation` when the policy misses something.
 */
function judge({ problems, data, violations }: Review, format: ReviewFormat): void {
  if (problems.head.length > 0) throw new DiagnosticsError(problems.head);
  if (data.kind === 'failed' && data.side === 'head') {
    // Beside what is posted stands a log that as many can read.
    throw new DiagnosticsError(format === 'markdown' ? withoutMessages(data.problems) : data.problems);
  }
  const missing = violations.filter(({ severity }) => severity === 'error');
  if (missing.length === 0) return;
  // On a terminal each was told a few lines above.
  throw new DiagnosticsError(
    format === 'terminal' ? [inShort(missing.length)] : missing.map(toDiagnostic),
    'violation',
  );
}

function inShort(count: number): Diagnostic {
  const message = `${count} ${count === 1 ? 'thing is' : 'things are'} missing for the review policy`;
  return { code: 'review-policy', severity: 'error', message };
}

function toDiagnostic({ rule, message, fix, file, line }: Violation): Diagnostic {
  return {
    ...{ code: rule.replaceAll('_', '-'), severity: 'error', message, fix },
    ...(file === null ? {} : { file }),
    ...(line === null ? {} : { line }),
  };
}

function parseTime(text: string): number {
  const [, amount, unit] = /^(\d+) ?(s|m|h)$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('expected seconds, minutes or hours, such as 90s or 10m');
  return Number(amount) * (unit === 's' ? 1_000 : unit === 'm' ? 60_000 : 3_600_000);
}
