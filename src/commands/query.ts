import { Command, Option } from 'commander';
import type { Row } from '../warehouse/warehouse.ts';
import { type CommonOptions, type Format, projectRoot, withCommonOptions, withFormat } from './options.ts';

interface QueryOptions extends CommonOptions {
  readonly grain: 'week' | 'month' | 'quarter';
  readonly by?: string;
  readonly from?: string;
  readonly to?: string;
  readonly format: Format;
}

/** `handover query METRIC…`: values of metrics by period and dimension, as published. */
export function queryCommand(): Command {
  const command = new Command('query')
    .description('print metric values, such as: query win_rate response_within_sla_rate --grain month --by team')
    .argument('<metrics...>', 'names of metrics')
    .addOption(
      new Option('--grain <grain>', 'length of a period').choices(['week', 'month', 'quarter']).default('month'),
    )
    .option('--by <dimensions>', 'one or more dimensions, separated by commas')
    .option('--from <date>', 'first period that starts on or after this date')
    .option('--to <date>', 'last period that starts on or before this date');
  return withFormat(withCommonOptions(command)).action(async (metrics: string[], options: QueryOptions) => {
    const { query } = await import('../build/query.ts');
    const { columns, rows } = await query(projectRoot(options), {
      metrics,
      grain: options.grain,
      ...(options.by === undefined ? {} : { by: options.by.split(',').map((name) => name.trim()) }),
      ...(options.from === undefined ? {} : { from: options.from }),
      ...(options.to === undefined ? {} : { to: options.to }),
      ...(options.warehouse === undefined ? {} : { warehouse: options.warehouse }),
    });
    const names = columns.map((column) => column.name);
    const { formatRows } = await import('./print-rows.ts');
    process.stdout.write(formatRows(options.format === 'table' ? telling(names, rows) : names, rows, options.format));
  });
}

/** What a person needs to see: columns that say the same in every row, or nothing, are left out. */
function telling(columns: readonly string[], rows: readonly Row[]): string[] {
  const always = new Set(['metric', 'period_start', 'value', 'numerator', 'denominator', 'target', 'status']);
  return columns.filter((column) => {
    if (always.has(column)) return true;
    return new Set(rows.map((row) => row[column])).size > 1;
  });
}
