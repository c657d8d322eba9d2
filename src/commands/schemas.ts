import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { projectRoot } from './options.ts';

interface SchemasOptions {
  readonly project?: string;
  readonly out?: string;
  readonly quiet?: boolean;
}

/** `handover schemas`: writes the JSON Schemas by which editors complete, explain and check a project's YAML. */
export function schemasCommand(): Command {
  return new Command('schemas')
    .description('write the JSON Schemas by which editors complete and check YAML files')
    .option('--project <dir>', 'folder with handover.yml (default: this one or the nearest above)')
    .option('--out <dir>', "folder for the files (default: the project's schemas/)")
    .option('--quiet', 'say nothing but warnings and errors')
    .option('--no-color', 'no colours')
    .option('--debug', 'show stack traces')
    .action(async ({ out, quiet, ...options }: SchemasOptions) => {
      const folder = out === undefined ? join(projectRoot(options), 'schemas') : resolve(out);
      const { writeSchemas } = await import('../schemas/write-schemas.ts');
      const files = writeSchemas(folder);
      if (!quiet) process.stderr.write(`${files.length} schemas in ${folder}\n`);
    });
}
