import { Command, InvalidArgumentError } from 'commander';
import { type CommonOptions, type Format, projectRoot, withCommonOptions, withFormat } from './options.ts';

/** `handover show TABLE`: rows of a published table, or of a table of the work file named with its schema. */
export function showCommand(): Command {
  const command = new Command('show')
    .description('print the rows of a table, such as lead_responses, load_rejects or raw.events')
    .argument('<table>', 'a published table; with its schema (raw.events, sla.calendars) one of the work file')
    .option('--limit <rows>', 'how many rows at most; 0 for all', toCount, 50);
  return withFormat(withCommonOptions(command)).action(
    async (table: string, options: CommonOptions & { format: Format; limit: number }) => {
      const { showTable } = await import('../build/show.ts');
      const { columns, rows, total } = await showTable(projectRoot(options), {
        table,
        limit: options.limit,
        ...(options.warehouse === undefined ? {} : { warehouse: options.warehouse }),
      });
      const { formatRows } = await import('./print-rows.ts');
      process.stdout.write(formatRows(columns, rows, options.format));
      if (rows.length < total && !options.quiet) {
        process.stderr.write(`${rows.length} of ${total.toLocaleString('en')} rows; --limit 0 shows all\n`);
      }
    },
  );
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new InvalidArgumentError('expected a whole number, 0 or more');
  return count;
}
