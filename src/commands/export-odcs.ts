import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { type CommonOptions, projectRoot, withCommonOptions } from './options.ts';
import { hideLoadOptions, refuseLoadOptions } from './unused-options.ts';

interface ExportOdcsOptions extends CommonOptions {
  readonly out?: string;
}

/** `handover export odcs`: what is published, as a data contract that catalogues of other makers read. */
export function exportOdcsCommand(): Command {
  const command = new Command('odcs')
    .description('print what is published as an Open Data Contract Standard document (v3.1.0), YAML')
    .option('--out <file>', 'write it into a file in place of printing it');
  return hideLoadOptions(withCommonOptions(command)).action(async (options: ExportOdcsOptions) => {
    refuseLoadOptions(options, 'export odcs tells what the project publishes');
    const { exportOdcs } = await import('../build/export-odcs.ts');
    const { out, warehouse, quiet } = options;
    const text = await exportOdcs(projectRoot(options), warehouse === undefined ? {} : { warehouse });
    if (out === undefined) {
      process.stdout.write(text);
      return;
    }
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, text);
    if (!quiet) process.stderr.write(`${out}\n`);
  });
}
