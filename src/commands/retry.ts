import { Command } from 'commander';
import { type BuildCommandOptions, runBuild, withBuildOptions } from './build.ts';
import { projectRoot, withCommonOptions, withLoadOptions } from './options.ts';

/** `handover retry`: goes on where the last build failed; what ran stays. */
export function retryCommand(): Command {
  const command = new Command('retry').description('go on where the last build failed: what ran stays');
  return withBuildOptions(withLoadOptions(withCommonOptions(command))).action(async (options: BuildCommandOptions) => {
    const { unfinished } = await import('../build/unfinished.ts');
    const left = unfinished(projectRoot(options), options.warehouse);
    if (left === undefined) {
      if (!options.quiet) process.stderr.write('the last build came to its end: there is nothing to retry\n');
      return;
    }
    await runBuild(left.length === 0 ? options : { ...options, select: left });
  });
}
