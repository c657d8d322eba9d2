import { Command } from 'commander';
import { type CommonOptions, projectRoot, withCommonOptions } from './options.ts';
import { type SelectionOptions, selectionOf, withSelection } from './selection.ts';

/** `handover compile MODEL…`: the SQL that a build runs. */
export function compileCommand(): Command {
  const command = new Command('compile')
    .description('print the SQL that a build runs for a model')
    .argument('[models...]', 'names of models, or anything that --select takes');
  return withSelection(withCommonOptions(command)).action(
    async (models: string[], options: CommonOptions & SelectionOptions) => {
      const [{ compile }, { openProject }] = await Promise.all([
        import('../build/compile.ts'),
        import('../project/project.ts'),
      ]);
      const compiled = await compile(openProject(projectRoot(options)), {
        ...selectionOf(options, models),
        ...(options.warehouse === undefined ? {} : { warehouse: options.warehouse }),
      });
      const [only] = compiled;
      const isOne = compiled.length === 1 && only !== undefined;
      process.stdout.write(
        isOne ? `${only.sql}\n` : compiled.map(({ name, path, sql }) => `-- ${name} (${path})\n${sql};\n`).join('\n'),
      );
    },
  );
}
