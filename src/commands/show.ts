import { Command, InvalidArgumentError } from 'commander';
import type { ShownTable } from '../build/show.ts';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { type CommonOptions, type Format, projectRoot, withCommonOptions, withFormat } from './options.ts';

interface ShowOptions extends CommonOptions {
  readonly inline?: string;
  readonly work?: boolean;
  readonly format: Format;
  readonly limit: number;
}

/** `handover show TABLE` or `show --inline SQL`: rows of a table, or of one select. */
export function showCommand(): Command {
  const command = new Command('show')
    .description('print rows of a table or model, such as lead_responses, load_rejects or raw.events')
    .argument('[table]', 'a published table; one that is not published is read in the work file')
    .option('--inline <sql>', 'one select in its place; it only reads')
    .option('--work', 'read the work file, also what is published')
    .option('--limit <rows>', 'how many rows at most; 0 for all', toCount, 50);
  return withFormat(withCommonOptions(command)).action(async (table: string | undefined, options: ShowOptions) => {
    const { describeFrom } = await import('../build/show.ts');
    const { columns, rows, total, from } = await read(table, options);
    const { formatRows } = await import('./print-rows.ts');
    process.stdout.write(formatRows(columns, rows, options.format));
    if (options.quiet) return;
    const shown =
      total === null ? `the first ${rows.length} rows` : `${rows.length} of ${total.toLocaleString('en')} rows`;
    if (rows.length !== total) process.stderr.write(`${shown}; --limit 0 shows all\n`);
    process.stderr.write(`${describeFrom(from)}\n`);
  });
}

async function read(table: string | undefined, options: ShowOptions): Promise<ShownTable> {
  const { inline, limit, work = false, warehouse } = options;
  const request = { limit, work, ...(warehouse === undefined ? {} : { warehouse }) };
  if (inline === undefined && table !== undefined) {
    const { showTable } = await import('../build/show.ts');
    return showTable(projectRoot(options), { ...request, table });
  }
  if (inline !== undefined && table === undefined) {
    const { showInline } = await import('../build/inline.ts');
    return showInline(projectRoot(options), { ...request, sql: inline });
  }
  throw new DiagnosticsError([
    {
      code: 'invalid-option',
      severity: 'error',
      message: table === undefined ? 'nothing is named to show' : 'both a table and --inline are named',
      expected: 'a table, such as lead_responses, or --inline "select …"',
    },
  ]);
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new InvalidArgumentError('expected a whole number, 0 or more');
  return count;
}
