import { Command, Option } from 'commander';
import { type CommonOptions, projectRoot, withCommonOptions } from './options.ts';
import { hideLoadOptions, refuseLoadOptions } from './unused-options.ts';

interface ExportCrmOptions extends CommonOptions {
  readonly lang: 'en' | 'da';
  readonly team?: string;
  readonly crm?: string;
}

/** `handover export crm`: the open leads and what is owed to them, as a CSV file that the CRM can import. */
export function exportCrmCommand(): Command {
  const command = new Command('crm')
    .description('print the open leads, what is owed to them and until when, as CSV for import into the CRM')
    .addOption(new Option('--lang <language>', 'language of next_action').choices(['en', 'da']).default('en'))
    .option('--team <team>', "only this team's leads")
    .option('--crm <name>', 'only leads of this CRM, under the ids that it knows; needed where there are several');
  return hideLoadOptions(withCommonOptions(command)).action(async (options: ExportCrmOptions) => {
    refuseLoadOptions(options, 'export crm tells what was published');
    const { exportCrm } = await import('../build/export-crm.ts');
    const { csv, leads, asOf } = await exportCrm(projectRoot(options), {
      language: options.lang,
      ...(options.team === undefined ? {} : { team: options.team }),
      ...(options.crm === undefined ? {} : { crm: options.crm }),
      ...(options.warehouse === undefined ? {} : { warehouse: options.warehouse }),
    });
    process.stdout.write(csv);
    if (!options.quiet) process.stderr.write(`${leads.toLocaleString('en')} open leads, data as of ${asOf}\n`);
  });
}
