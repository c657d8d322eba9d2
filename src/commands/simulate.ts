import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { useColor } from './failure.ts';
import { interruptible } from './interruptible.ts';
import { buildOptions, type CommonOptions, projectRoot, withCommonOptions } from './options.ts';
import type { SimulationFormat } from './print-simulation.ts';
import { hideLoadOptions, refuseLoadOptions } from './unused-options.ts';

interface SimulateCommandOptions extends CommonOptions {
  readonly agreement: string;
  readonly from?: string;
  readonly to?: string;
  readonly leads?: boolean;
  readonly wait?: boolean;
  readonly format: SimulationFormat;
}

/** `handover simulate --agreement FILE`: what the history would have been judged like by a draft. */
export function simulateCommand(): Command {
  const command = new Command('simulate')
    .description('judge the leads of the last build by a draft of an agreement, and say what would change')
    .requiredOption('--agreement <file>', 'the draft, written like those in metrics/agreements/')
    .option('--from <date>', 'the day from which it is taken to be in force (default: its own effective_from)')
    .option('--to <date>', 'compare up to the day before this one (default: as far as the data reach)')
    .option('--leads', 'list every verdict that changes, with both clauses')
    .option('--wait', 'wait while a build of the same warehouse runs')
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'json', 'markdown']).default('table'));
  return hideLoadOptions(withCommonOptions(command)).action(async (options: SimulateCommandOptions) => {
    refuseLoadOptions(options, 'simulate judges the leads of the last build');
    const [{ simulate }, { openProject }, { describeSimulation, formatSimulation }] = await Promise.all([
      import('../build/simulate.ts'),
      import('../project/project.ts'),
      import('./print-simulation.ts'),
    ]);
    const project = openProject(projectRoot(options));
    const simulation = await interruptible((signal) => simulate(project, { ...requestOf(options), signal }));
    if (simulation.warnings.length > 0) {
      const { formatDiagnostics } = await import('../diagnostics/print.ts');
      process.stderr.write(`${formatDiagnostics(simulation.warnings, { color: useColor(process) })}\n`);
    }
    process.stdout.write(formatSimulation(simulation, options.format, options.leads ?? false));
    if (!options.quiet) process.stderr.write(`${describeSimulation(simulation)}; nothing was changed\n`);
  });
}

function requestOf(options: SimulateCommandOptions) {
  const { now, warehouse, progress } = buildOptions(options);
  return {
    now,
    progress,
    agreement: resolve(options.agreement),
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.to === undefined ? {} : { to: options.to }),
    ...(options.wait ? { wait: true } : {}),
    ...(warehouse === undefined ? {} : { warehouse }),
  };
}
