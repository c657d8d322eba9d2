import { Command } from 'commander';
import { useColor } from './failure.ts';
import { interruptible } from './interruptible.ts';
import { buildOptions, type CommonOptions, projectRoot, withCommonOptions, withLoadOptions } from './options.ts';
import { type SelectionOptions, selectionOf, withSelection } from './selection.ts';

/** `handover build`: load, run the models, evaluate the metrics, check the contracts, publish. */
export function buildCommand(): Command {
  const command = new Command('build').description(
    'load, run the models, evaluate the metrics, check the contracts, publish',
  );
  return withBuildOptions(withSelection(withLoadOptions(withCommonOptions(command)))).action(buildOrSay);
}

/** Builds, or says in a moment that nothing changed. */
export async function buildOrSay(options: BuildCommandOptions): Promise<void> {
  const { saidWhenUpToDate } = await import('../build/up-to-date.ts');
  const said = saidWhenUpToDate(projectRoot(options), withSelected(options));
  if (said === undefined) await runBuild(options);
  else if (!options.quiet) process.stderr.write(`nothing changed since the last build\n${said}\n`);
}

export type BuildCommandOptions = CommonOptions &
  SelectionOptions & { readonly fullRefresh?: boolean; readonly wait?: boolean };

/** Adds what commands that build take beside the common options. */
export function withBuildOptions(command: Command): Command {
  return command
    .option('--full-refresh', 'run all models, whatever changed')
    .option('--wait', 'wait while another build of the same warehouse runs');
}

function withSelected(options: BuildCommandOptions) {
  return {
    ...buildOptions(options),
    ...(options.select === undefined && options.exclude === undefined ? {} : { select: selectionOf(options) }),
    ...(options.fullRefresh ? { isFullRefresh: true } : {}),
    ...(options.wait ? { wait: true } : {}),
  };
}

/** What `build` and `site` share: builds and says on stderr what came of it. Ctrl-C stops it cleanly, twice at once. */
export async function runBuild(options: BuildCommandOptions) {
  const [{ build }, { describeBuild }, { openProject }] = await Promise.all([
    import('../build/build.ts'),
    import('../build/describe.ts'),
    import('../project/project.ts'),
  ]);
  const project = openProject(projectRoot(options));
  const result = await interruptible((signal) => build(project, { ...withSelected(options), signal }));
  if (result.warnings.length > 0) {
    const { formatDiagnostics } = await import('../diagnostics/print.ts');
    process.stderr.write(`${formatDiagnostics(result.warnings, { color: useColor(process) })}\n`);
  }
  if (!options.quiet) process.stderr.write(`\n${describeBuild(result)}\n`);
  return { project, result };
}
