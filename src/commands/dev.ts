import { relative } from 'node:path';
import { Command } from 'commander';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { printFailure, useColor } from './failure.ts';
import { interruptible } from './interruptible.ts';
import { buildOptions, type CommonOptions, progressFor, projectRoot, withCommonOptions } from './options.ts';

/** `handover dev`: watches the project and tells after each save what it does to rows and values. */
export function devCommand(): Command {
  const command = new Command('dev').description(
    'watch the project; after each save run what it affects and show which rows and values change; publishes nothing',
  );
  return withCommonOptions(command).action(async (options: CommonOptions) => {
    const [{ build }, { describeChanges }, { watchProject }, { openProject }] = await Promise.all([
      import('../build/build.ts'),
      import('../build/describe.ts'),
      import('../build/watch.ts'),
      import('../project/project.ts'),
    ]);
    const root = projectRoot(options);
    const say = (text: string): void => {
      process.stderr.write(`${text}\n`);
    };
    /** Builds without publishing; a mistake is told, and the next save tries again. */
    const preview = async (signal: AbortSignal, isFirst: boolean): Promise<readonly string[]> => {
      const startedAt = performance.now();
      try {
        const project = openProject(root);
        const progress = isFirst ? progressFor(options) : progressFor({ ...options, quiet: true });
        const result = await build(project, { ...buildOptions(options), progress, preview: true, wait: true, signal });
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(2);
        if (isFirst) say(`\n${result.models.length} models are up to date`);
        else process.stdout.write(`${describeChanges(result)}\n`);
        if (!isFirst) say(`${seconds} s`);
        return project.roots;
      } catch (error) {
        if (signal.aborted) return [root];
        if (!(error instanceof DiagnosticsError)) throw error;
        await printFailure(error, process);
        return [root];
      }
    };
    await interruptible(async (signal) => {
      const roots = await preview(signal, true);
      if (signal.aborted) return;
      say(`watching ${roots.map((folder) => relative(process.cwd(), folder) || '.').join(' and ')}; Ctrl-C ends it`);
      const rebuild = async (paths: readonly string[]): Promise<void> => {
        const names = paths.map((path) => relative(root, path));
        say(
          `\n${useColor(process) ? '\u001b[1m' : ''}${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}${useColor(process) ? '\u001b[22m' : ''}`,
        );
        await preview(signal, false);
      };
      await watchProject(roots, rebuild, signal);
    });
  });
}
