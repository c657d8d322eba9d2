import { Command } from 'commander';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { buildOptions, type CommonOptions, projectRoot, withCommonOptions } from './options.ts';
import { hideLoadOptions, refuseLoadOptions } from './unused-options.ts';

interface PublishOptions extends CommonOptions {
  readonly period: string;
  readonly acknowledge?: boolean;
  readonly reason?: string;
  readonly by?: string;
  readonly metric?: string;
  readonly on?: string;
}

/** `handover publish --period 2026-W46`: keeps what a closed period showed; with --acknowledge, why it shows something else now. */
export function publishCommand(): Command {
  const command = new Command('publish')
    .description(
      'keep what a closed period shows in metrics/published/, so that a later build tells when it shows something else',
    )
    .requiredOption('--period <period>', 'a week, month or quarter that is over: 2026-W46, 2026-10 or 2026-Q3')
    .option(
      '--acknowledge',
      'give a reason for values that are others now than published, as the last build found them',
    )
    .option('--reason <text>', 'with --acknowledge: why, for the readers of the site')
    .option('--by <role>', 'with --acknowledge: who says so; a role, never a name')
    .option('--metric <name>', 'with --acknowledge: only this metric')
    .option('--on <date>', 'with --acknowledge: the date (default: today)');
  return hideLoadOptions(withCommonOptions(command)).action(async (options: PublishOptions) => {
    refuseLoadOptions(options, 'publish keeps what the last build shows');
    const done = options.acknowledge ? await acknowledgeValues(options) : await keepPeriod(options);
    if (!options.quiet) process.stderr.write(`${done}\n`);
  });
}

async function keepPeriod(options: PublishOptions): Promise<string> {
  const unused = (['reason', 'by', 'metric', 'on'] as const).find((name) => options[name] !== undefined);
  if (unused !== undefined)
    throw invalid(`--${unused} goes with --acknowledge`, '--acknowledge beside it, or without it');
  const { publishPeriod } = await import('../build/publish-period.ts');
  const { warehouse } = buildOptions(options);
  const { file, values, notFinal, asOf } = await publishPeriod(projectRoot(options), {
    period: options.period,
    ...(warehouse === undefined ? {} : { warehouse }),
  });
  const open =
    notFinal.length === 0
      ? 'all of them final'
      : `${notFinal.length} of them not final, which may still change without a word: ${notFinal.join(', ')}`;
  return `${file}: ${values} values as of ${asOf}, ${open}\nCommit ${file} and inputs.csv beside it.`;
}

async function acknowledgeValues(options: PublishOptions): Promise<string> {
  const { reason, by, metric, period } = options;
  if (reason === undefined)
    throw invalid('--acknowledge needs --reason', 'why the values are others now, in a few words');
  const [{ acknowledge }, { valueInWords }] = await Promise.all([
    import('../build/acknowledge.ts'),
    import('../ledger/words.ts'),
  ]);
  const { now, warehouse } = buildOptions(options);
  const entries = await acknowledge(projectRoot(options), {
    ...{ period, reason, on: options.on ?? now.slice(0, 10) },
    ...(by === undefined ? {} : { by }),
    ...(metric === undefined ? {} : { metric }),
    ...(warehouse === undefined ? {} : { warehouse }),
  });
  const lines = entries.map(({ metric: name, fromValue, toValue, unit }) => {
    const [from, to] = [fromValue, toValue].map((value) => valueInWords(value ?? null, unit, 'en'));
    return `${period} ${name}: ${from} → ${to}`;
  });
  return `${lines.join('\n')}\nmetrics/published/restatements.csv: ${entries.length} acknowledged; build again, and commit it.`;
}

function invalid(message: string, expected: string): DiagnosticsError {
  return new DiagnosticsError([{ code: 'invalid-option', severity: 'error', message, expected }]);
}
