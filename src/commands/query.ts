import { Command, Option } from 'commander';
import type { QueryRequest } from '../build/query.ts';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Grain } from '../project/metric.ts';
import { type CommonOptions, type Format, projectRoot, withCommonOptions, withFormat } from './options.ts';
import { hideLoadOptions, refuseLoadOptions } from './unused-options.ts';

interface QueryOptions extends CommonOptions {
  readonly grain: Grain;
  readonly by?: string;
  readonly where?: string;
  readonly from?: string;
  readonly to?: string;
  readonly compare?: 'previous';
  readonly explain?: boolean;
  readonly lang: 'en' | 'da';
  readonly format: Format;
}

/** `handover query METRIC…`: values of metrics by period and part, or with --explain what stands behind them. */
export function queryCommand(): Command {
  const command = new Command('query')
    .description('print metric values, such as: query win_rate response_within_sla_rate --grain month --by team')
    .argument('<metrics...>', 'names of metrics; mql_volume.v1 names a version')
    .addOption(
      new Option('--grain <grain>', 'length of a period').choices(['week', 'month', 'quarter']).default('month'),
    )
    .option('--by <dimensions>', 'one or more dimensions, separated by commas: each combination has its rows')
    .option('--where <condition>', `count only this, by dimensions: "country = 'DK' and team <> 'north'"`)
    .option('--from <date>', 'first period that starts on or after this date')
    .option('--to <date>', 'last period that starts on or before this date')
    .addOption(
      new Option('--compare <with>', 'tell the period before, and whether the change is more than noise').choices([
        'previous',
      ]),
    )
    .option('--explain', 'definition, versions, targets, lineage, contracts and SQL in place of the values')
    .addOption(new Option('--lang <language>', 'of --explain').choices(['en', 'da']).default('en'));
  return withFormat(hideLoadOptions(withCommonOptions(command))).action(
    async (metrics: string[], options: QueryOptions) => {
      refuseLoadOptions(options, 'query tells what was published');
      const request = toRequest(metrics, options);
      await (options.explain ? printExplanation(request, options) : printValues(request, options));
    },
  );
}

async function printValues(request: QueryRequest, options: QueryOptions): Promise<void> {
  const [{ query }, { formatValues }] = await Promise.all([import('../build/query.ts'), import('./print-values.ts')]);
  const result = await query(projectRoot(options), request);
  process.stdout.write(formatValues(result, options.format));
  const found = result.rows.length === 0 ? '; no values in these periods' : '';
  if (!options.quiet) process.stderr.write(`published, data as of ${result.asOf}${found}\n`);
}

async function printExplanation(request: QueryRequest, options: QueryOptions): Promise<void> {
  if (options.format === 'csv') {
    throw new DiagnosticsError([
      {
        code: 'invalid-option',
        severity: 'error',
        message: 'an explanation cannot be printed as csv',
        expected: 'table, json or markdown',
      },
    ]);
  }
  const [{ explain }, { formatExplanation }] = await Promise.all([
    import('../build/explain.ts'),
    import('./print-explanation.ts'),
  ]);
  const explanations = await explain(projectRoot(options), request);
  process.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify(explanations, null, 2)}\n`
      : formatExplanation(explanations, { lang: options.lang, isMarkdown: options.format === 'markdown' }),
  );
}

function toRequest(metrics: readonly string[], options: QueryOptions): QueryRequest {
  const { grain, by, where, from, to, compare, warehouse } = options;
  return {
    metrics,
    grain,
    ...(by === undefined ? {} : { by: namesIn(by) }),
    ...(where === undefined ? {} : { where }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(compare === undefined ? {} : { compare }),
    ...(warehouse === undefined ? {} : { warehouse }),
  };
}

function namesIn(list: string): string[] {
  const names = list.split(',').map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}
