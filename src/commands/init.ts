import { relative } from 'node:path';
import { Command } from 'commander';

interface InitCommandOptions {
  readonly name?: string;
  readonly quiet?: boolean;
}

/** `handover init`: makes a new project that builds at once. */
export function initCommand(): Command {
  return new Command('init')
    .description('make a new project: an agreement to edit, a few made-up events, and all else inherited')
    .argument('<dir>', 'folder for it: empty, or not there yet')
    .option('--name <name>', "the project's name (default: the folder's)")
    .option('--quiet', 'say nothing but warnings and errors')
    .option('--no-color', 'no colours')
    .option('--debug', 'show stack traces')
    .action(async (dir: string, { name, quiet }: InitCommandOptions) => {
      const { initProject } = await import('../init/init-project.ts');
      const project = initProject({ folder: dir, ...(name === undefined ? {} : { name }) });
      if (quiet) return;
      const folder = relative(process.cwd(), project.root) || '.';
      process.stderr.write(
        `${project.files.map((file) => `  ${file}\n`).join('')}\n` +
          `project "${project.name}" in ${project.root}\nbuild it with: handover build --project ${folder}\n`,
      );
    });
}
