import { Command } from 'commander';
import { type BuildCommandOptions, buildOrSay, withBuildOptions } from './build.ts';
import { projectRoot, withCommonOptions, withLoadOptions } from './options.ts';

/** `handover retry`: goes on where the last build failed; what ran stays. */
export function retryCommand(): Command {
  const command = new Command('retry').description('go on where the last build failed: what ran stays');
  return withBuildOptions(withLoadOptions(withCommonOptions(command))).action(async (options: BuildCommandOptions) => {
    const { unfinished } = await import('../build/unfinished.ts');
    const left = unfinished(projectRoot(options), options.warehouse);
    // A build that could not even plan left no results: the ones there are of an earlier one, which published.
    await buildOrSay(left === undefined || left.length === 0 ? options : { ...options, select: left });
  });
}
