import { Command } from 'commander';
import { exportAgreementCommand } from './export-agreement.ts';
import { exportCrmCommand } from './export-crm.ts';

/** `handover export`: what is handed over to people and to other systems. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write the agreement as a document, or open leads for the CRM')
    .addCommand(exportAgreementCommand())
    .addCommand(exportCrmCommand());
}
