import { Command, Option } from 'commander';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { useColor } from './failure.ts';
import { buildOptions, type CommonOptions, projectRoot, withCommonOptions } from './options.ts';
import type { CheckFormat } from './print-checks.ts';
import { hideLoadOptions, refuseLoadOptions } from './unused-options.ts';

type CheckCommandOptions = CommonOptions & { readonly format: CheckFormat; readonly wait?: boolean };

const formats: readonly CheckFormat[] = ['table', 'json', 'csv', 'junit', 'markdown'];

/** `handover check`: all contracts as the files have them now, against what the last build made; nothing runs. */
export function checkCommand(): Command {
  const command = new Command('check')
    .description('check all contracts, as they are written now, against the last build; nothing is loaded or published')
    .addOption(new Option('--format <format>', 'how to print the results').choices(formats).default('table'))
    .option('--wait', 'wait while a build of the same warehouse runs');
  return hideLoadOptions(withCommonOptions(command)).action(async (options: CheckCommandOptions) => {
    refuseLoadOptions(options, 'check looks at the last build');
    const [{ checkBuilt }, { contractDiagnostics }, { openProject }, { formatChecks, summaryOf }] = await Promise.all([
      import('../build/check-contracts.ts'),
      import('../build/verdict.ts'),
      import('../project/project.ts'),
      import('./print-checks.ts'),
    ]);
    const { now, tool, progress, warehouse } = buildOptions(options);
    const { results, warnings, asOf } = await checkBuilt(openProject(projectRoot(options)), {
      ...{ now, tool, progress },
      ...(warehouse === undefined ? {} : { warehouse }),
      ...(options.wait ? { wait: true } : {}),
    });
    process.stdout.write(formatChecks(results, options.format));
    const found = contractDiagnostics(results);
    const isBroken = found.some(({ severity }) => severity === 'error');
    if (isBroken) throw new DiagnosticsError([...warnings, ...found], 'violation');
    const said = [...warnings, ...found];
    if (said.length > 0) {
      const { formatDiagnostics } = await import('../diagnostics/print.ts');
      process.stderr.write(`${formatDiagnostics(said, { color: useColor(process) })}\n`);
    }
    if (!options.quiet) process.stderr.write(`\n${summaryOf(results)}, data as of ${asOf}\n`);
  });
}
