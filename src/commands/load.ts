import { Command } from 'commander';
import { buildOptions, type CommonOptions, projectRoot, withCommonOptions } from './options.ts';

/** `handover load`: the sources into the work file, every row accounted for; nothing is published. */
export function loadCommand(): Command {
  const command = new Command('load').description('load the sources only, and say what became of every row');
  return withCommonOptions(command).action(async (options: CommonOptions) => {
    const [{ load }, { describeLoad }, { openProject }] = await Promise.all([
      import('../build/load.ts'),
      import('../build/describe.ts'),
      import('../project/project.ts'),
    ]);
    const result = await load(openProject(projectRoot(options)), buildOptions(options));
    if (!options.quiet) process.stderr.write(`\n${describeLoad(result)}\n`);
  });
}
