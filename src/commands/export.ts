import { Command } from 'commander';
import { exportAgreementCommand } from './export-agreement.ts';
import { exportCrmCommand } from './export-crm.ts';
import { exportOdcsCommand } from './export-odcs.ts';

/** `handover export`: what is handed over to people and to other systems. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write the agreement as a document, open leads for the CRM, or what is published as a data contract')
    .addCommand(exportAgreementCommand())
    .addCommand(exportCrmCommand())
    .addCommand(exportOdcsCommand());
}
