import { Command, Option } from 'commander';
import type { AgreementRequest } from '../build/export-agreement.ts';
import { buildOptions, type CommonOptions, projectRoot, withCommonOptions } from './options.ts';

interface ExportAgreementOptions extends CommonOptions {
  readonly lang: AgreementRequest['language'];
  readonly format: AgreementRequest['format'];
}

/** `handover export agreement [ID]`: the agreement as a document of one page, to be read and signed. */
export function exportAgreementCommand(): Command {
  const command = new Command('agreement')
    .description('print the agreement as a document that both sides can sign')
    .argument('[id]', 'a version of the agreement (default: the one in force)')
    .addOption(new Option('--lang <language>', 'language of the document').choices(['en', 'da']).default('en'))
    .addOption(
      new Option('--format <format>', 'Markdown, or an HTML page to print')
        .choices(['markdown', 'html'])
        .default('markdown'),
    );
  return withCommonOptions(command).action(async (id: string | undefined, options: ExportAgreementOptions) => {
    const { exportAgreement } = await import('../build/export-agreement.ts');
    const { lang, format, warehouse } = options;
    const { asOf } = buildOptions(options);
    const request = {
      language: lang,
      format,
      ...(id === undefined ? {} : { id }),
      ...(asOf === undefined ? {} : { asOf }),
      ...(warehouse === undefined ? {} : { warehouse }),
    };
    process.stdout.write(exportAgreement(projectRoot(options), request));
  });
}
