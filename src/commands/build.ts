import { Command } from 'commander';
import { useColor } from './failure.ts';
import { buildOptions, type CommonOptions, projectRoot, withCommonOptions, withLoadOptions } from './options.ts';

/** `handover build`: load, run the models, evaluate the metrics, check the contracts, publish. */
export function buildCommand(): Command {
  const command = new Command('build').description(
    'load, run the models, evaluate the metrics, check the contracts, publish',
  );
  return withLoadOptions(withCommonOptions(command)).action(async (options: CommonOptions) => {
    await runBuild(options);
  });
}

/** What `build` and `site` share: builds and says on stderr what came of it. */
export async function runBuild(options: CommonOptions) {
  const [{ build }, { describeBuild }, { openProject }] = await Promise.all([
    import('../build/build.ts'),
    import('../build/describe.ts'),
    import('../project/project.ts'),
  ]);
  const project = openProject(projectRoot(options));
  const result = await build(project, buildOptions(options));
  if (result.warnings.length > 0) {
    const { formatDiagnostics } = await import('../diagnostics/print.ts');
    process.stderr.write(`${formatDiagnostics(result.warnings, { color: useColor(process) })}\n`);
  }
  if (!options.quiet) process.stderr.write(`\n${describeBuild(result)}\n`);
  return { project, result };
}
